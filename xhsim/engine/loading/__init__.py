"""Equations that an earlier process resolved: found again, checked, and stored."""
