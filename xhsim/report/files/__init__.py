"""Files of results: manifests, other programs' formats, pictures of the model."""
