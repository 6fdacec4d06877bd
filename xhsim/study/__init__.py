"""Read and validate the files of a study: parameters, targets, history and scenarios.

This package does not run the model. The readers turn text into frozen dataclasses. A mistake is
reported with its file, its line and the fix. Pydantic, pandas and SciPy are imported when a reader
first needs them, so importing the package is fast.
"""
