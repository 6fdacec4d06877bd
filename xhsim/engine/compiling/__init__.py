"""From the intermediate form to programs: NumPy, plain Python, machine code."""
