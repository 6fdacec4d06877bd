"""Attainment of targets: probabilities, timing, differences, conditions."""
