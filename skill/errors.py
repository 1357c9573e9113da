"""The one error class of this folder."""


class SkillError(Exception):
    """A skill, a document or an argument that cannot be used: what, where, and how to mend it."""
