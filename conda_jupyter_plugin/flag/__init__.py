"""`conda create --kernel`: the option, what the command line asks for, and the steps around conda's own."""
