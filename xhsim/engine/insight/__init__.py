"""Analyses of a model's equations: causes, stocks and flows, signs of links, units."""
