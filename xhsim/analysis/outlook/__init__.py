"""The outlook: what growth to expect of a place, from what happened to places like it."""
