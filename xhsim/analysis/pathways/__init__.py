"""Policies that react to what is published: compared with fixed ones, mapped, and tuned."""
