"""History: calibration, fit, hindcasts, and updates with new figures."""
