"""Observations of the past, and the plan for calibrating parameters with them."""
