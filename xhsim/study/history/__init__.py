"""What was observed, and which parameters it is used to estimate."""
