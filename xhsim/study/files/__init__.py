"""Reading of text and YAML files into checked records with line numbers."""
