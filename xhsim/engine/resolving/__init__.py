"""Resolving syntax records into equations: names, subscripts, macros and delays."""
