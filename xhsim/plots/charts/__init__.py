"""Charts: one module for each idiom."""
