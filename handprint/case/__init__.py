"""A case file from bytes to a validated case, every value with its place."""
