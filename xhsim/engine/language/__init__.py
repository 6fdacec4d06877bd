"""The model language: its functions, and what the engine knows of each.

This is the lowest part of the engine. Reading, resolving, compiling, running and the checks of a
model use it; it uses none of them.
"""
