"""Sweeps on disk: run, resumed, verified."""
