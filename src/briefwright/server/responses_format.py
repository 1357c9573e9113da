"""The shapes of OpenAI's Responses API: a response, and the events in which one arrives."""

import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

from briefwright.server.telling import Piece

UsageOf = Callable[[], Awaitable[dict[str, int]]]


def as_response(id: str, model: str, reasoning: str, text: str, usage: dict[str, int]) -> dict[str, Any]:
    """A finished response."""
    output = [_reasoning(id, reasoning)] if reasoning else []
    return _response(id, model, "completed", [*output, _message(id, text, "completed")], usage)


async def response_events(
    id: str, model: str, told: AsyncGenerator[Piece], usage: UsageOf
) -> AsyncGenerator[str]:
    """The same as it comes about: reasoning first, then the message, in the order OpenAI's own client expects."""
    number = -1

    def event(kind: str, **fields: Any) -> str:
        nonlocal number
        number += 1
        return f"event: {kind}\ndata: {json.dumps({'type': kind, 'sequence_number': number, **fields})}\n\n"

    yield event("response.created", response=_response(id, model, "in_progress", [], None))
    yield event("response.in_progress", response=_response(id, model, "in_progress", [], None))
    thoughts, message = "", ""
    thinking, speaking = (
        {"item_id": f"rs_{id}", "output_index": 0},
        {"item_id": f"msg_{id}", "output_index": 0},
    )
    async for kind, text in told:
        if kind == "reasoning" and not message:
            if not thoughts:
                yield event("response.output_item.added", output_index=0, item=_reasoning(id, ""))
                yield event(
                    "response.reasoning_summary_part.added", **thinking, summary_index=0, part=_summary("")
                )
            thoughts += text
            yield event("response.reasoning_summary_text.delta", **thinking, summary_index=0, delta=text)
        elif kind == "content":
            if not message:
                if thoughts:
                    yield event(
                        "response.reasoning_summary_text.done", **thinking, summary_index=0, text=thoughts
                    )
                    yield event("response.reasoning_summary_part.done", **thinking, summary_index=0, part=_summary(thoughts))  # fmt: skip
                    yield event("response.output_item.done", output_index=0, item=_reasoning(id, thoughts))
                    speaking["output_index"] = 1
                yield event("response.output_item.added", output_index=speaking["output_index"], item=_message(id, "", "in_progress"))  # fmt: skip
                yield event("response.content_part.added", **speaking, content_index=0, part=_text(""))
            message += text
            yield event("response.output_text.delta", **speaking, content_index=0, delta=text, logprobs=[])
    yield event("response.output_text.done", **speaking, content_index=0, text=message, logprobs=[])
    yield event("response.content_part.done", **speaking, content_index=0, part=_text(message))
    yield event("response.output_item.done", output_index=speaking["output_index"], item=_message(id, message, "completed"))  # fmt: skip
    yield event("response.completed", response=as_response(id, model, thoughts, message, await usage()))


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
