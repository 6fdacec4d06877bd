"""Whether targets are attained: probabilities, timing, differences, conditions."""
