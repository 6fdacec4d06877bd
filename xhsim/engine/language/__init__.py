"""The model language: syntax records, the table of functions, and units.

This is the lowest part of the engine. Reading, resolving, compiling, running and the checks of a
model import it. It imports none of them.
"""
