"""Commands about the past."""
