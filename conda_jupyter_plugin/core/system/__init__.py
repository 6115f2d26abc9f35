"""The file system, kept at bay: reading what others wrote, paths, permissions, folders held open, locks."""
