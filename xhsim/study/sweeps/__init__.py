"""Sweeps: a scenario, the parameters to vary, and their values."""
