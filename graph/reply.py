"""What a model sent back, as data. Everything that reads a reply reads it here: sections, votes and choices."""

import json
from typing import Any

from briefwright.graph.errors import UnusableReply
from briefwright.skill.markdown import plain


def object_in(text: str) -> dict[str, Any]:
    """The one JSON object of a reply, out of a fence or of the words around it. Raises UnusableReply when there is none."""
    bare = text.strip()
    for piece in dict.fromkeys((bare, bare[bare.find("{") : bare.rfind("}") + 1])):
        try:
            found = json.loads(piece, parse_constant=_no_constant)
            json.dumps(found, ensure_ascii=False).encode("utf-8")  # lone surrogates are no text
        except (ValueError, RecursionError):  # also a number of five thousand digits
            continue
        if isinstance(found, dict):
            return found
        raise UnusableReply("the reply is JSON, but not one object")
    raise UnusableReply(f"the reply is not JSON but: {plain(bare[:60]) or 'nothing'}")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")
