"""Worlds: the random numbers of a study, the draws of a scenario, and the runs on them."""
