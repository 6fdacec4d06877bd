"""Sweeps stored on disk: running, continuing and verifying them."""
