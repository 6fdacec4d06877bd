"""The search for packages of levers: limits, search, and what the winner is worth."""
