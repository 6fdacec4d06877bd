"""What is known about the model's constants: records, priors, the posterior."""
