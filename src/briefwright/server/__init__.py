"""The server: runs that belong to an engine and not to a connection, and the doors to them."""
