"""How kernelspecs, and what is kept of them, are written and removed as a whole."""
