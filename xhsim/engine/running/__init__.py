"""Run a planned model: fixed-step and adaptive methods, and the backends."""
