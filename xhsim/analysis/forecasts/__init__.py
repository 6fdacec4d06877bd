"""Sealed forecasts: made with a date and a hash, and compared later with what was published."""
