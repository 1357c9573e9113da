"""The OpenAI-compatible API: /v1/models, /v1/chat/completions and /v1/responses. A model's name is a skill's, or `briefwright` to let the router choose."""

import json
import secrets
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from briefwright.server.conversation import ANY, Answer, Said, answer, texts
from briefwright.server.engine import Engine
from briefwright.server.errors import RequestError
from briefwright.server.guard import error_body
from briefwright.server.responses_format import as_response, response_events
from briefwright.server.runs_api import caller_of, desk_of, engine_of, faults, stream
from briefwright.server.telling import Piece, cut_short, pieces, without_document
from briefwright.server.views import RunId, usage_of

router = APIRouter(prefix="/v1", tags=["openai"])


class Options(BaseModel):
    model_config = ConfigDict(extra="allow")
    include_usage: bool = False


class Message(BaseModel):
    model_config = ConfigDict(extra="allow")
    role: str = Field(max_length=40)
    content: Any = None


class Metadata(BaseModel):
    model_config = ConfigDict(extra="allow")
    run_id: RunId | None = None


class Format(BaseModel):
    """How the answer is wanted; it is always text."""

    model_config = ConfigDict(extra="allow")
    type: str = "text"


class Worded(BaseModel):
    model_config = ConfigDict(extra="allow")
    format: Format | None = None


class Chat(BaseModel):
    """A chat completion request. Fields about sampling and tools are taken and have no effect."""

    model_config = ConfigDict(extra="allow")
    model: str = Field(max_length=200)
    messages: list[Message] = Field(max_length=2000)
    stream: bool | None = False
    stream_options: Options | None = None
    n: int | None = Field(default=1, ge=1, le=1)
    response_format: Format | None = None
    metadata: Metadata | None = None


class Asked(BaseModel):
    """A Responses request."""

    model_config = ConfigDict(extra="allow")
    model: str = Field(max_length=200)
    input: str | list[dict[str, Any]]
    instructions: str | None = None
    stream: bool | None = False
    previous_response_id: str | None = Field(default=None, max_length=100)
    text: Worded | None = None
    background: bool | None = False
    metadata: Metadata | None = None


@router.get("/models", responses=faults())
async def models(request: Request) -> dict[str, Any]:
    """The skills as models."""
    caller_of(request)
    names = [ANY, *desk_of(request).skills]
    return {"object": "list", "data": [{"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "briefwright"} for name in names]}  # fmt: skip


@router.get("/models/{name}", responses=faults())
async def model(name: str, request: Request) -> dict[str, Any]:
    """One of them."""
    caller_of(request)
    if name != ANY and name not in desk_of(request).skills:
        raise RequestError(404, "model_not_found", f"the model '{name[:60]}' does not exist here.")
    return {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "briefwright"}


STREAMED: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {}, "text/event-stream": {}}, "description": "A completion, or its events."}}  # fmt: skip


@router.post("/chat/completions", response_class=JSONResponse, responses={**STREAMED, **faults(409, 502)})
async def chat(body: Annotated[Chat, Body()], request: Request) -> Response:
    """The last message is a brief, an answer or a wish; the reply is the document, or a sentence. A run that failed is an error."""
    owner, engine, desk = caller_of(request).owner, engine_of(request), desk_of(request)
    _only_text(body.response_format, "response_format")
    users = tuple(texts(message.content) for message in body.messages if message.role == "user")
    system = "\n".join(texts(message.content) for message in body.messages if message.role in ("system", "developer"))  # fmt: skip
    said = Said(body.model, system, users, (body.metadata.run_id if body.metadata else None) or "")
    found = await answer(said, owner, engine, desk)
    order = _order(found, desk)
    if body.stream:
        usage = bool(body.stream_options and body.stream_options.include_usage)
        return stream(_chunks(found, owner, engine, order, body.model, usage))
    whole = await _whole(found, owner, engine, order)
    if whole.fault:
        raise _cut_short(whole)
    message = {"role": "assistant", "content": whole.text, "refusal": None, "reasoning_content": whole.reasoning or None}  # fmt: skip
    choice = {"index": 0, "finish_reason": "stop", "logprobs": None, "message": message}
    return JSONResponse({**_base(found, body.model), "object": "chat.completion", "choices": [choice], "usage": whole.usage})  # fmt: skip


@router.post("/responses", response_class=JSONResponse, responses={**STREAMED, **faults(409)})
async def responses(body: Annotated[Asked, Body()], request: Request) -> Response:
    """The same, in the form of the Responses API; `previous_response_id` goes on with a document."""
    owner, engine, desk = caller_of(request).owner, engine_of(request), desk_of(request)
    _only_text(body.text.format if body.text else None, "text.format")
    if body.background:
        raise _unsupported("background", "Begin runs with POST /runs, which returns at once, and look at them with GET /runs/ID")  # fmt: skip
    if isinstance(body.input, str):
        users: tuple[str, ...] = (body.input,)
    else:
        users = tuple(texts(item.get("content")) for item in body.input if item.get("role") == "user")
    previous = _run_of(body.previous_response_id or "")
    said = Said(body.model, body.instructions or "", users, (body.metadata.run_id if body.metadata else None) or "", previous)  # fmt: skip
    found = await answer(said, owner, engine, desk)
    order = _order(found, desk)
    id = f"resp_{found.row.id}" if found.row else _without_run(found)
    if body.stream:
        return stream(response_events(id, body.model, _told(found, owner, engine, order), lambda: _usage(found, owner, engine)))  # fmt: skip
    whole = await _whole(found, owner, engine, order)
    return JSONResponse(as_response(id, body.model, whole.reasoning, whole.text, whole.usage, whole.fault))


def _only_text(asked: Format | None, name: str) -> None:
    if asked is not None and asked.type != "text":
        raise _unsupported(f"{name} '{asked.type[:40]}'", "A document is Markdown; as data it is in GET /runs/ID/run.json")  # fmt: skip


def _unsupported(what: str, instead: str) -> RequestError:
    return RequestError(400, "unsupported_parameter", f"{what} cannot be had here. {instead}.")


def _without_run(found: Answer) -> str:
    """The id of words that began no run; it holds the run they were about, so that the conversation goes on with it."""
    return f"resp_none-{secrets.token_hex(4)}" + (f".{found.about}" if found.about else "")


def _run_of(response_id: str) -> str:
    """The run a response was, or was about; nothing for words about none."""
    id = response_id.removeprefix("resp_")
    return id.partition(".")[2] if id.startswith("none-") else id


def _order(found: Answer, desk: Any) -> tuple[str, ...]:
    """The steps of the run's skill, as its nodes are called."""
    if found.row is None:
        return ()
    from briefwright.catalogue import find_skill

    skill = desk.skills[found.row.request.skill].slug
    return tuple(step.id for step in find_skill(skill)[0].steps)


async def _told(found: Answer, owner: str, engine: Engine, order: tuple[str, ...]) -> AsyncGenerator[Piece]:
    if found.row is None:
        yield "content", found.text
        return
    async for piece in pieces(engine, owner, found.row, order):
        yield piece


@dataclass(frozen=True)
class Whole:
    """All that is said at once; a `fault` where the run was cut short, and then no text."""

    text: str
    reasoning: str
    usage: dict[str, int]
    fault: str = ""
    state: str = ""


async def _whole(found: Answer, owner: str, engine: Engine, order: tuple[str, ...]) -> Whole:
    """The document as it stands, not as it came about."""
    if found.row is None:
        return Whole(found.text, "", await _usage(found, owner, engine))
    told = [text async for kind, text in pieces(engine, owner, found.row, order) if kind == "reasoning"]
    end = await engine.ended(owner, found.row.id)
    document = await engine.artifact(owner, end.id, "document")
    words = document or await without_document(engine, owner, end)
    usage, reasoning = await _usage(found, owner, engine), "".join(told)
    if cut_short(end):
        return Whole("", reasoning, usage, words, end.outcome)
    return Whole(words, reasoning, usage)


def _cut_short(whole: Whole) -> RequestError:
    """What a program is told instead of an answer. Clients that ask again by themselves are asked not to: that would resume the run."""
    status = 409 if whole.state == "cancelled" else 502
    fault = RequestError(status, f"run_{whole.state}", whole.fault.strip())
    fault.headers = {"x-should-retry": "false"}
    return fault


async def _usage(found: Answer, owner: str, engine: Engine) -> dict[str, int]:
    record = await engine.artifact(owner, found.row.id, "record") if found.row else None
    used = usage_of(json.loads(record) if record else {})
    return {"prompt_tokens": used.input_tokens, "completion_tokens": used.output_tokens, "total_tokens": used.input_tokens + used.output_tokens}  # fmt: skip


def _base(found: Answer, model: str) -> dict[str, Any]:
    id = found.row.id if found.row else f"none-{secrets.token_hex(8)}"
    return {"id": f"chatcmpl-{id}", "created": int(time.time()), "model": model}


async def _chunks(
    found: Answer, owner: str, engine: Engine, order: tuple[str, ...], model: str, usage: bool
) -> AsyncGenerator[str]:
    base = {**_base(found, model), "object": "chat.completion.chunk"}

    def chunk(delta: dict[str, str], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return (
            "data: "
            + json.dumps({**base, "choices": [choice], **({"usage": None} if usage else {})})
            + "\n\n"
        )

    yield chunk({"role": "assistant", "content": ""})
    fault = ""
    async for kind, text in _told(found, owner, engine, order):
        if kind == "fault":
            fault = text.strip()
        else:
            yield chunk({"reasoning_content" if kind == "reasoning" else "content": text})
    if fault:
        yield f"data: {json.dumps(error_body(RequestError(502, 'run_cut_short', fault)))}\n\n"
    else:
        yield chunk({}, "stop")
    if usage:
        yield (
            "data: "
            + json.dumps({**base, "choices": [], "usage": await _usage(found, owner, engine)})
            + "\n\n"
        )
    yield "data: [DONE]\n\n"
