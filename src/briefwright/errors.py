"""The one error class of the doors."""


class UsageError(Exception):
    """Bad usage or input, nothing written: what, where, and how to mend it. Exit status 2."""
