"""The one error class of this folder, and the reasons a run ends early."""


class RunError(Exception):
    """A run that cannot go on: what, where, and how to mend it."""


class DrivenElsewhere(RunError):
    """Another process drives the run: its journal is locked."""


class EndpointError(RunError):
    """The model's endpoint refuses or is not there: no attempt at a section can mend that."""


class UnusableReply(RunError):
    """A model answered, but not with a section: prose, half a JSON, a refusal, nothing."""


class PromptTooLong(UnusableReply):
    """The prompt is longer than the model can read at once: a leaner one may fit."""
