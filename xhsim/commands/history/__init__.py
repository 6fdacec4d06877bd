"""Commands that use history: calibration and hindcast."""
