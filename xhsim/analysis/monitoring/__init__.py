"""Monitoring: what new figures change."""
