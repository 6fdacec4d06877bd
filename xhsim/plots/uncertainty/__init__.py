"""Pictures of what is not known."""
