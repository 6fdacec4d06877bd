"""Worlds: how random numbers are laid out, what a scenario makes of them, and running it."""
