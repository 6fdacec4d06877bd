"""Fronts: packages of levers of which none is better in every objective than another."""
