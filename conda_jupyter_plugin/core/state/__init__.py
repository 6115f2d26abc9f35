"""The status of a registered kernel, from its stamp or from everything it was made from."""
