"""Compile the intermediate form to NumPy, plain Python or machine code."""
