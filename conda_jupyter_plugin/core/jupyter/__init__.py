"""The locations of kernelspecs, and the kernelspecs in them."""
