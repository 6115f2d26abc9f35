"""What is to be written: for which of a kernel's registrations, with which choices."""
