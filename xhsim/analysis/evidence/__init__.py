"""Observations as numbers, and how probable they make parameters."""
