"""The server's REST interface to the verbs: a request becomes a command in a process of its own."""
