"""Scenarios: reading, checking, resolving and writing them."""
