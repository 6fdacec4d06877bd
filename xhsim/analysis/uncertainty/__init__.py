"""Sources of uncertainty: importance of parameters, shares of layers, sensitivity."""
