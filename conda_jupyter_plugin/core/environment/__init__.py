"""What a prefix is: who made it, its name, its versions, and whether it is there."""
