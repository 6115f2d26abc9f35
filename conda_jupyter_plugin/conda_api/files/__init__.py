"""What conda's files say, read without conda: environments, configuration, activation."""
