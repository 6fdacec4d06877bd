"""Reading Vensim models."""
