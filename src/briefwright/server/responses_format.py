"""The shapes of OpenAI's Responses API: a response, and the events in which one arrives."""

import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from typing import Any

from briefwright.server.telling import Piece

UsageOf = Callable[[], Awaitable[dict[str, int]]]


def as_response(
    id: str, model: str, reasoning: str, text: str, usage: dict[str, int], fault: str = ""
) -> dict[str, Any]:
    """A response that has ended: completed, or failed with the reason and whatever had been said by then."""
    output = [_reasoning(id, reasoning)] if reasoning else []
    output += [_message(id, text, "completed")] if text or not fault else []
    ended = _response(id, model, "failed" if fault else "completed", output, usage)
    return {**ended, "error": {"code": "server_error", "message": fault} if fault else None}


async def response_events(
    id: str, model: str, told: AsyncGenerator[Piece], usage: UsageOf
) -> AsyncGenerator[str]:
    """The same as it comes about: reasoning first, then the message, in the order OpenAI's own client expects."""
    story, fault = _Story(id), ""
    for kind in ("response.created", "response.in_progress"):
        yield story.event(kind, response=_response(id, model, "in_progress", [], None))
    async for kind, text in told:
        if kind == "fault":
            fault = text
        elif kind == "content":
            for event in story.speak(text):
                yield event
        elif not story.message:
            for event in story.think(text):
                yield event
    for event in (*story.thought(), *story.spoken()):
        yield event
    ended = as_response(id, model, story.thoughts, story.message, await usage(), fault)
    yield story.event(f"response.{ended['status']}", response=ended)


class _Story:
    """The events of one response, numbered, with what was thought and said so far. Each part is opened by its first words."""

    def __init__(self, id: str) -> None:
        self.id, self.number = id, -1
        self.thoughts, self.message, self._thinks = "", "", False

    def event(self, kind: str, **fields: Any) -> str:
        self.number += 1
        data = json.dumps({"type": kind, "sequence_number": self.number, **fields})
        return f"event: {kind}\ndata: {data}\n\n"

    @property
    def _thinking(self) -> dict[str, Any]:
        return {"item_id": f"rs_{self.id}", "output_index": 0, "summary_index": 0}

    @property
    def _speaking(self) -> dict[str, Any]:
        return {"item_id": f"msg_{self.id}", "output_index": int(bool(self.thoughts)), "content_index": 0}

    def think(self, text: str) -> Iterator[str]:
        if not self.thoughts:
            self._thinks = True
            yield self.event("response.output_item.added", output_index=0, item=_reasoning(self.id, ""))
            yield self.event("response.reasoning_summary_part.added", **self._thinking, part=_summary(""))
        self.thoughts += text
        yield self.event("response.reasoning_summary_text.delta", **self._thinking, delta=text)

    def thought(self) -> Iterator[str]:
        """The end of thinking, where it had begun and has not ended."""
        if self._thinks:
            self._thinks = False
            text = self.thoughts
            yield self.event("response.reasoning_summary_text.done", **self._thinking, text=text)
            yield self.event("response.reasoning_summary_part.done", **self._thinking, part=_summary(text))
            yield self.event("response.output_item.done", output_index=0, item=_reasoning(self.id, text))

    def speak(self, text: str) -> Iterator[str]:
        if not self.message:
            yield from self.thought()
            at, item = self._speaking["output_index"], _message(self.id, "", "in_progress")
            yield self.event("response.output_item.added", output_index=at, item=item)
            yield self.event("response.content_part.added", **self._speaking, part=_text(""))
        self.message += text
        yield self.event("response.output_text.delta", **self._speaking, delta=text, logprobs=[])

    def spoken(self) -> Iterator[str]:
        """The end of the message, where there is one."""
        if self.message:
            at, item = self._speaking["output_index"], _message(self.id, self.message, "completed")
            yield self.event("response.output_text.done", **self._speaking, text=self.message, logprobs=[])
            yield self.event("response.content_part.done", **self._speaking, part=_text(self.message))
            yield self.event("response.output_item.done", output_index=at, item=item)


def _response(
    id: str, model: str, status: str, output: list[Any], usage: dict[str, int] | None
) -> dict[str, Any]:
    run = id.removeprefix("resp_")
    return {
        "id": id, "object": "response", "created_at": time.time(), "model": model, "status": status, "output": output,
        "parallel_tool_calls": False, "tool_choice": "none", "tools": [], "usage": _usage(usage) if usage else None,
        "error": None, "incomplete_details": None, "instructions": None, "metadata": {} if run.startswith("none-") else {"run_id": run},
        "temperature": None, "top_p": None,
    }  # fmt: skip


def _usage(used: dict[str, int]) -> dict[str, Any]:
    return {
        "input_tokens": used["prompt_tokens"], "output_tokens": used["completion_tokens"], "total_tokens": used["total_tokens"],
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0},
    }  # fmt: skip


def _message(id: str, text: str, status: str) -> dict[str, Any]:
    content = [_text(text)] if status == "completed" else []
    return {"id": f"msg_{id}", "type": "message", "role": "assistant", "status": status, "content": content}


def _text(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _reasoning(id: str, text: str) -> dict[str, Any]:
    return {"id": f"rs_{id}", "type": "reasoning", "summary": [_summary(text)] if text else []}


def _summary(text: str) -> dict[str, str]:
    return {"type": "summary_text", "text": text}
