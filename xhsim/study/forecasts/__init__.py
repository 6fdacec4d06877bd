"""Sealed forecasts: their content, their hashes, and the folder that holds them."""
