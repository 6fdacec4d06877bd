"""Analyses of a study: ensembles, attainment, history, policies, uncertainty, validation."""
