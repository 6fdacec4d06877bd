"""What policies do: sweeps, what each adds, packages of levers."""
