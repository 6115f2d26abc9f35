"""In which state a registered kernel is: by its stamp, else by all that it is made from."""
