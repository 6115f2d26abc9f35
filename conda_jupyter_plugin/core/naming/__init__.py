"""What a kernel is called: its name, and the one that is shown."""
