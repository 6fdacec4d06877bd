"""Commands about the study's files: what they contain and whether they are valid."""
