"""What conda calls: hooks around its commands, `conda kernel`, a health check, hints to its errors."""
