"""Pictures of the past: hindcasts and what they say about the forecasts."""
