"""A conversation → what its last message wants: a run, a change to one, or only a sentence. Both OpenAI doors and nobody else ask here.

Chat programs resend everything with every message and keep nothing of ours. So a run is found again by what was said: its id is
made of the user's messages up to the one that began it, and sending them again finds the run instead of paying for another.
"""

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from briefwright.errors import UsageError
from briefwright.server.asking import Desk, brief
from briefwright.server.chores import chore, unwrapped
from briefwright.server.engine import RUN_ID, Engine, run_key, state_of
from briefwright.server.errors import RequestError
from briefwright.server.store import Row
from briefwright.server.views import NewRun
from briefwright.skill.routing.route import route

ANY = "briefwright"
"""The model name behind which the router chooses the skill."""
NEW_BRIEF = 400
"""A later message at least this long that the router knows a skill for is a new brief, not a wish about the document."""


@dataclass(frozen=True)
class Said:
    """A conversation as it arrived: whom it is addressed to, the system's words, the user's messages, and a run id where one was given."""

    model: str
    system: str
    users: tuple[str, ...]
    run_id: str = ""
    previous: str = ""
    context: str = ""
    """Text of documents that a chat program laid around the last message."""


@dataclass(frozen=True)
class Answer:
    """Either a run to follow or words to say; `about` is the run the conversation is about while nothing was done."""

    row: Row | None = None
    text: str = ""
    about: str = ""


async def answer(said: Said, owner: str, engine: Engine, desk: Desk) -> Answer:
    """What to do. Raises RequestError for a conversation without a message, or a model that is not there."""
    if said.model != ANY and said.model not in desk.skills:
        raise RequestError(404, "model_not_found", f"the model '{said.model[:60]}' does not exist here. GET /v1/models lists them.")  # fmt: skip
    if not said.users or not said.users[-1].strip():
        raise RequestError(
            400, "no_message", "the conversation has no message of the user. Send the brief as one."
        )
    if words := chore(said.system, said.users):
        return Answer(text=words)
    said = _as_typed(said)
    first = len(said.users) == 1 and not said.previous
    run_id = said.run_id if said.run_id and first else _id(said, len(said.users))
    if row := await _known(engine, owner, run_id):
        if said.run_id == run_id and row.request.brief != brief(_brief(said, desk)):
            raise RequestError(409, "run_id_taken", f"run '{run_id}' was asked something else. Choose another run id.")  # fmt: skip
        return Answer(await _going_on(engine, owner, row))
    parent = await _parent(said, owner, engine)
    message = said.users[-1] if parent else _brief(said, desk)
    decision = await asyncio.to_thread(route, desk.router, message, said.users[:-1])
    if decision.called == "alone":
        return Answer(text=f"Nothing was started: {decision.skill} is called, and nothing is said to it. Say what you need after its name.", about=parent.id if parent else "")  # fmt: skip
    anew = decision.called == "with words" or (decision.action == "run" and len(message) >= NEW_BRIEF)
    if parent is not None and parent.outcome != "declined" and not anew:
        return await _follow_up(said, owner, engine, desk, parent, run_id)
    if decision.action == "none":
        return Answer(text=_none(said, decision.reason, desk), about=parent.id if parent else "")
    if decision.action == "ask" and said.model == ANY:
        return Answer(text=f"{decision.question} Name it with a slash, for example /{decision.candidates[0].skill}, and say what you need.")  # fmt: skip
    skill = said.model if said.model != ANY else decision.skill
    request = await asyncio.to_thread(
        desk.request, NewRun(brief=brief(_brief(said, desk)), skill=skill), run_id
    )
    row, _ = await engine.submit(owner, request)
    return Answer(row)


def _as_typed(said: Said) -> Said:
    """The messages without a chat program's templates: it puts them around the last message only, and the next time that one comes bare."""
    typed = [unwrapped(message) for message in said.users]
    return replace(said, users=tuple(query for query, _ in typed), context=typed[-1][1])


def _brief(said: Said, desk: Desk) -> str:
    """What was typed, without the skill it calls, and what stood in the documents beside it."""
    call = _CALL.match(said.users[-1])
    typed = said.users[-1][call.end() if call and call[1].lower() in desk.skills else 0 :]
    if not said.context or not typed.strip():
        return said.context or typed
    return f"{typed.strip()}{'' if typed.strip()[-1] in '.!?。' else '.'}\n\n{said.context}"


async def _follow_up(said: Said, owner: str, engine: Engine, desk: Desk, parent: Row, run_id: str) -> Answer:
    """A message after a document: go on with a run that was cut short, or change the one that is there. What is said is never dropped in silence."""
    state = state_of(parent)
    if state not in ("passed", "unverified", "needs_answers"):
        if _GO_ON.search(said.users[-1]):
            return Answer(await _going_on(engine, owner, parent))
        return Answer(text=f"Nothing was changed: the run before is {state}. Say “go on” to see it to its end, then say this again.", about=parent.id)  # fmt: skip
    if _is_question(said.users[-1]) and state != "needs_answers":
        return Answer(text="Nothing was changed: this is a question. The reason for every choice stands in the document, under Decisions and beside each row; to change something, say what.", about=parent.id)  # fmt: skip
    text = said.users[-1] if _WITH_DOCUMENTS.fullmatch(parent.id) else _brief(said, desk)
    try:
        row, _ = await engine.revise(owner, parent.id, text, "", run_id)
    except UsageError as fault:
        return Answer(text=f"Nothing was changed: {fault}", about=parent.id)
    return Answer(row)


def _is_question(message: str) -> bool:
    """Whether it wants an answer in words; “could you make the split stricter?” wants the split stricter."""
    last = re.split(r"(?<=[.!?？。])\s+", message.strip())[-1]
    return last.endswith(("?", "？")) and (_ASKS.match(last) is not None or not _POLITE.search(last))


async def _going_on(engine: Engine, owner: str, row: Row) -> Row:
    """The run itself; where it failed or was cancelled, it goes on, which is what asking again means."""
    return await engine.resume(owner, row.id) if row.outcome in ("failed", "cancelled") else row


async def _parent(said: Said, owner: str, engine: Engine) -> Row | None:
    """The latest run of this conversation. Raises RequestError for a response that is not there."""
    if said.previous:
        row = await _known(engine, owner, said.previous)
        if row is None:
            raise RequestError(404, "response_not_found", "the previous response is not here (any more). Send the brief again.")  # fmt: skip
        return row
    for count in range(len(said.users) - 1, 0, -1):
        bare = replace(said, context="")
        if row := await asyncio.to_thread(engine.store.latest_of, owner, _id(bare, count)):
            return row
    return await _known(engine, owner, said.run_id) if said.run_id else None


async def _known(engine: Engine, owner: str, run_id: str) -> Row | None:
    if not re.fullmatch(RUN_ID, run_id):
        return None
    return await asyncio.to_thread(engine.store.get, run_key(owner, run_id))


def _id(said: Said, count: int) -> str:
    words = json.dumps([said.model, said.previous, *said.users[:count]])
    beside = f"-{sha256(said.context.encode()).hexdigest()[:8]}" if said.context else ""
    return f"chat-{sha256(words.encode()).hexdigest()[:32]}{beside}"


def _none(said: Said, reason: str, desk: Desk) -> str:
    names = ", ".join(f"/{slug}" for slug in desk.skills)
    return f"This message is for none of the skills here ({reason}), so nothing was started. There is {names}; name one to use it anyway, followed by what you need."  # fmt: skip


_WITH_DOCUMENTS = re.compile(r"chat-[0-9a-f]{32}-[0-9a-f]{8}")
"""The id of a run whose brief was sent with documents: chat programs send those again with every message."""
_CALL = re.compile(r"\s*/([a-z0-9][a-z0-9-]*)[\s:,]+(?=\S)", re.IGNORECASE)
_ASKS = re.compile(r"\W*(?:why|how|what|which|who|when|where)\b(?! about \w+ing\b)", re.IGNORECASE)
_IN_WORDS = r"(?!,?(?: \w+){0,3} (?:explain|tell|say|show|describe|clarify|elaborate|justify|help|know|remind|walk)\b)"
_POLITE = re.compile(rf"\b(?:(?:can|could|would|will) you|(?:can|could) we|please)\b{_IN_WORDS}|\b(?:how|what) about \w+ing\b", re.IGNORECASE)  # fmt: skip
_GO_ON = re.compile(r"^\W*(?:please\W+)?(?:go on|go ahead|continue|resume|retry|try again|again|carry on|weiter|continuer?|seguir|sigue|继续)\b", re.IGNORECASE)  # fmt: skip


def texts(content: Any) -> str:
    """The text of a message's content: a string, or parts of which the text ones count."""
    if isinstance(content, str):
        return content
    if isinstance(content, Sequence):
        return "\n".join(str(part["text"]) for part in content if isinstance(part, dict) and isinstance(part.get("text"), str))  # fmt: skip
    return ""
