"""Commands about new figures and the forecasts made before them."""
