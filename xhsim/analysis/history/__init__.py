"""What the past says: calibration, fit, hindcasts, new figures."""
