"""The checks that a model must pass, and the comparison of names between files and model."""
