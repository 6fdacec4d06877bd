"""The methods of a study by subject; each calls the module that does the work."""
