"""Pictures of monitoring: what published figures did to the forecasts."""
