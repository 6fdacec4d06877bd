"""The model's constants: their records, priors and posterior."""
