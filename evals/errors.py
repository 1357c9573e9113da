"""The one error class of this folder."""


class EvalError(Exception):
    """Cases, recordings or a gate that cannot be used: every fault at once, with its file and how to mend it."""
