"""Any model file to trajectories; nothing here knows of plans, targets or scenarios."""
