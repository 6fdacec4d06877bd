"""Monitoring: what new figures change, and how forecasts that were sealed before them did."""
