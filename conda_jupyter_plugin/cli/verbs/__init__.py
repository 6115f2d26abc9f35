"""The verbs that both commands have, one file each: its parser, how it runs, its text, JSON and examples."""
