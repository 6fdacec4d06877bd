"""What the files of a study mean: parameters, targets, history and scenarios, validated.

Nothing is solved here. The readers turn text into frozen dataclasses and refuse what is wrong
with the file, the line and the remedy; pydantic, pandas and SciPy are imported when a reader
first needs them, so that importing the package costs nothing.
"""
