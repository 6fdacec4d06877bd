"""Reading a model file. Only this package imports PySD, and only its translators."""
