"""Prompts are files with $blanks; filling them is all the code there is."""

import hashlib
import string
from functools import cache
from pathlib import Path

OPEN, CLOSE = "⟦", "⟧"
FILES = ("system", "step", "revise", "judge", "choose")


class PromptError(Exception):
    """A prompt and its blanks that do not fit together."""


def fill(name: str, **blanks: str) -> str:
    """The prompt with every blank filled. A missing or unused blank is an error.

    Markers inside a blank are defused: outside text cannot close its own frame.
    """
    template = string.Template(_text(name))
    wanted = set(template.get_identifiers())
    if wanted != set(blanks):
        odd = ", ".join(sorted(wanted ^ set(blanks)))
        raise PromptError(f"prompt '{name}.md' and its blanks differ in: {odd}")
    safe = {key: value.replace(OPEN, "[[").replace(CLOSE, "]]") for key, value in blanks.items()}
    return template.substitute(safe)


@cache
def _text(name: str) -> str:
    return (Path(__file__).parent / f"{name}.md").read_text(encoding="utf-8")


def digest() -> str:
    """One hash over all prompt files: which prompts a run was made with."""
    return hashlib.sha256("\0".join(_text(name) for name in FILES).encode()).hexdigest()[:16]
