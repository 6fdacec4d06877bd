"""Observations as arrays, and the density of parameters given the observations."""
