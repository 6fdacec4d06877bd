"""What unknowns do to targets and to choices, for the terminal."""
