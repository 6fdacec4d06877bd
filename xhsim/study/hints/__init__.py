"""Slips that are understood: what is wrong, and the line as it should be written."""
