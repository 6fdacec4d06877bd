"""Files of results: manifests, formats of other programs, sweeps, pictures of the model."""
