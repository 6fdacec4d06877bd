"""The model in a browser: a WebAssembly module, its manifest, and a solver in JavaScript."""
