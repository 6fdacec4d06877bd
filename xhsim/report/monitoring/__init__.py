"""What new figures change: computed, printed, written to a folder."""
