"""The commands: each module adds the options of one command and runs it."""
