"""Answers in a terminal: tables, progress, and the folders they are written to."""
