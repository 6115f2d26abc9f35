"""Everything that conda knows, asked in one place, and what it is told."""
