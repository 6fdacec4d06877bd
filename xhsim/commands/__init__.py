"""The command line's commands: a module for each, which adds its options and carries it out."""
