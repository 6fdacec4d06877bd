"""Where the spread comes from."""
