"""What a user asks for: each verb takes a registry and returns what it did."""
