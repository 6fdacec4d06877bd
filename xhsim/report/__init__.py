"""Answers as people read them: tables in a terminal, and folders of results."""
