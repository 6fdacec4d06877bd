"""Commands that try policies: sweeps and packages of levers."""
