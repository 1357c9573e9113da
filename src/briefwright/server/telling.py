"""A run's events as words for a chat: progress as reasoning, each section once it stands, and at the end what else the document holds."""

import asyncio
import contextlib
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from briefwright.server.engine import Engine
from briefwright.server.store import Row

T = TypeVar("T")
Piece = tuple[Literal["reasoning", "content", "fault"], str]
"""A fault is the last piece of a run that failed or was cancelled: why, and how to go on."""


async def beats(things: AsyncGenerator[T], every_s: float) -> AsyncGenerator[T | None]:
    """Things as they come, and None whenever nothing came for so long. Whoever stops listening stops the source too."""
    upcoming: asyncio.Task[T] | None = None
    try:
        while True:
            upcoming = upcoming or asyncio.create_task(_next(things))
            done, _ = await asyncio.wait({upcoming}, timeout=every_s)
            if not done:
                yield None
                continue
            try:
                thing = upcoming.result()
            except StopAsyncIteration:
                return
            upcoming = None
            yield thing
    finally:
        if upcoming is not None:
            upcoming.cancel()
            await asyncio.gather(upcoming, return_exceptions=True)
        await things.aclose()


async def _next(things: AsyncGenerator[T]) -> T:
    return await anext(things)


@dataclass
class Teller:
    """Sections are told in the order of the skill's steps, each when it and all before it stand; one that is written again later is told again."""

    order: tuple[str, ...]
    ready: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def hear(self, event: dict[str, Any]) -> list[Piece]:
        if event["kind"] != "section":
            line = progress_line(event)
            return [("reasoning", line + "\n")] if line else []
        self.ready.setdefault(event["step"], event["text"].strip())
        pieces: list[Piece] = []
        for step in self.order[len(self.told) :]:
            if step not in self.ready:
                break
            self.told.append(step)
            pieces.append(("content", self.ready[step] + "\n\n"))
        return pieces

    def rest(self, document: str) -> str:
        """What of the document has not been told: sections that were changed since, annexes, and its first page last."""
        said = {self.ready[step] for step in self.told}
        first, *parts = re.split(r"(?m)^(?=## )", document)
        new = [part.strip() for part in parts if part.strip() not in said]
        heads = {text.partition("\n")[0] for text in said}
        lines = [f"*Revised since:*\n\n{part}" if part.partition("\n")[0] in heads else part for part in new]
        return "\n\n".join([*lines, "---", first.strip()]) + "\n"


def progress_line(event: dict[str, Any]) -> str:
    """One line for a person; empty for what is not worth one."""
    where = f"{event['step']}: " if event["step"] else ""
    words = {"writing": f"attempt {event['attempt']} by {event['text']}", "checked": event["text"], "queued": "waiting for a worker"}.get(event["kind"], event["text"])  # fmt: skip
    return "" if event["kind"] in ("section", "ended") else f"{where}{words}"


async def pieces(engine: Engine, owner: str, row: Row, order: tuple[str, ...]) -> AsyncGenerator[Piece]:
    """The run, told until its end."""
    teller = Teller(order)
    async with contextlib.aclosing(engine.events(owner, row.id)) as story:
        async for told in story:
            for piece in teller.hear(told.event):
                yield piece
    end = await engine.row(owner, row.id)
    document = await engine.artifact(owner, row.id, "document")
    if document:
        yield "content", teller.rest(document)
    else:
        yield "fault" if cut_short(end) else "content", await without_document(engine, owner, end)


def cut_short(row: Row) -> bool:
    """Whether the run ended before its work was done, which no program may take for an answer."""
    return row.outcome in ("failed", "cancelled")


async def without_document(engine: Engine, owner: str, row: Row) -> str:
    """What to say of a run that ended without a document, and how to go on."""
    import json

    record = await engine.artifact(owner, row.id, "record")
    questions = json.loads(record).get("questions", []) if record else []
    lines = [f"{n}. {question}" for n, question in enumerate(questions, 1)]
    reason = row.reason.rstrip(" .")
    match row.outcome:
        case "needs_answers":
            head = f"Some answers come first: {reason}."
        case "declined":
            head = f"Declined: {reason}."
        case _:
            ended = "was cancelled" if row.outcome == "cancelled" else row.outcome
            head = f"The run {ended}: {reason}. Send the message again to go on; what was finished is kept."
    return "\n".join([head, *lines]) + "\n"
