"""Evidence cards: what studies found about each policy line and each link of the model."""
