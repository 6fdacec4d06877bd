"""Running a planned model: the methods and the backends that carry them out."""
