"""Results for the terminal: tables, progress bars, and the folders of results."""
