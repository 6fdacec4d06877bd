"""Tables of feedback loops."""
