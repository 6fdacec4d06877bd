"""The engine: reads a model file and computes trajectories, without plans or scenarios."""
