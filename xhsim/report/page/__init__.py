"""The report page: one HTML file for a reader without Python."""
