"""Which feedback loops the behaviour of a variable comes from, over the draws of a scenario."""
