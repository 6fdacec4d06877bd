"""Commands that compare many policies: sweeps and packages of levers."""
