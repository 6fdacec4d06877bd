"""What a model has to pass, and whether files and model agree on names."""
