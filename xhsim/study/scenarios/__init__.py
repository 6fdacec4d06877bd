"""Scenarios: how they are written, checked, resolved."""
