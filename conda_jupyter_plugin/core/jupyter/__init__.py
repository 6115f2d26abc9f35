"""Where Jupyter looks for kernelspecs, and which there are."""
