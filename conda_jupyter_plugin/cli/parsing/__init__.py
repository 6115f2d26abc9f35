"""What a user types: the words of the commands, their options and their help."""
