"""Policies: sweeps over levers, the effect of each policy, packages of levers, and a linter."""
