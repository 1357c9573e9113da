"""What chat programs send that nobody typed: requests for titles, tags and the like, and templates around what somebody did type.

Only the shape of a whole message decides, a program's template with the chat it is about. What a brief, a wish or a system's prompt says of titles,
tags or conversations decides nothing.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from briefwright.skill.markdown import clip, plain

_TASK = re.compile(r"\s*### Task:\s*")
_HISTORY = re.compile(r"<chat_history>.*</chat_history>", re.DOTALL)
_TITLE = re.compile(
    r"\W*(?:please )?(?:provide|generate|create|write|suggest|give)(?: me)? an? (?:[\w,-]+ ){0,6}title (?:for|of|summari[sz]ing) (?:the|this|our|a) (?:conversation|chat)(?= that starts with|(?: history)?(?:[,.:;\n]|$))"
    r"|\W*analy[sz]e this conversation and provide:.{0,200}\btitle\b",
    re.IGNORECASE | re.DOTALL,
)
_EMOJI = re.compile(
    r"\s*Your task is to reflect the speaker's likely facial expression through a fitting emoji\b"
)
_TOOLS = re.compile(r"\s*Available Tools:.*\n", re.DOTALL)
_FIRST_WORDS = re.compile(r"^\W*(?:user|human)\W*:\s*(.+)$", re.IGNORECASE | re.MULTILINE)
_MARKS = re.compile(r"^[#>*+_\s-]+|\*+|`+|__+")
_EMPTY: dict[str, Any] = {"tags": ["General"], "follow_ups": [], "queries": [], "prompt": "", "text": ""}

_WRAPPED = re.compile(r"\s*### Task:\s*Respond to the user.*?<context>(?P<context>.*)</context>(?P<rest>.*)", re.DOTALL)  # fmt: skip
_QUERY = re.compile(r"<user_query>(.*)</user_query>", re.DOTALL)
_SOURCE = re.compile(r"</?source\b[^>\n]*>")


def chore(system: str, users: Sequence[str]) -> str:
    """What to say to a request about the conversation itself; empty for any other message."""
    message = users[-1]
    if message.startswith("Query:") and _TOOLS.match(system):
        return json.dumps({"tool_calls": []})
    if _EMOJI.match(message):
        return "🙂"
    history = _HISTORY.search(message)
    if _TITLE.match(message) or (history and _TASK.match(message) and not _WRAPPED.match(message)):
        asked, chat = (message[: history.start()], history[0]) if history else (message, message)
        return _form(asked, _title(chat, users))
    return ""


def _form(asked: str, title: str) -> str:
    """The answer under the key the template wants it under: a title of the user's own words, of everything else as good as nothing."""
    for key, value in {**_EMPTY, "title": title}.items():
        if f'"{key}"' in asked:
            return json.dumps({key: value})
    return title


def _title(chat: str, users: Sequence[str]) -> str:
    first = _FIRST_WORDS.search(chat)
    words = _MARKS.sub("", first[1] if first else users[0] if len(users) > 1 else "").split()
    return clip(plain(" ".join(words[:6])), 60) or "Design a workflow"


def unwrapped(message: str) -> tuple[str, str]:
    """(what somebody typed, the text of the documents a chat program laid around it)."""
    found = _WRAPPED.fullmatch(message)
    if not found:
        return message, ""
    query = _QUERY.search(found["rest"])
    return (query[1] if query else found["rest"]).strip(), _SOURCE.sub("\n", found["context"]).strip()
