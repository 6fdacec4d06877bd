"""Sweeps: a scenario and which of its parameters take which values."""
