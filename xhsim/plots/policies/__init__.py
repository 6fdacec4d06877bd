"""Pictures of searches for policies."""
