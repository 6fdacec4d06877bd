"""From what a file says to the intermediate form: names, subscripts, macros, delays."""
