"""A real HTTP server on this machine that speaks the OpenAI chat API, with replies and faults on demand."""

import json
import re
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from briefwright.skill.kit import Brief
from briefwright.skill.ml_workflow.kit import KIT


@dataclass
class Reply:
    """What the server answers. `content` None is an empty message.

    `line` is what becomes of it on the way: nothing, a reset before the first byte, an end in the middle, or a byte now and then.
    """

    content: str | None = None
    status: int = 200
    finish: str = "stop"
    refusal: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    delay_s: float = 0.0
    tokens: int = 300
    line: Literal["whole", "reset", "short", "drip"] = "whole"


Script = Callable[[str, int, dict[str, Any]], Reply]


def step_of(request: dict[str, Any]) -> str:
    """Which step a request is about, from its own words."""
    text = " ".join(message["content"] for message in request["messages"] if message["role"] == "user")
    if "You judge one question" in text:
        return "judge"
    if "Say which one the person" in text:
        return "choose"
    number = re.search(r"Your task is step (\d+)", text)
    assert number, "a request names its step"
    index = int(number[1]) - 1
    return KIT.step_ids[index] if index < len(KIT.step_ids) else f"step_{number[1]}"


def vote(answer: str, request: dict[str, Any], quote: str = "") -> Reply:
    """A judge's vote, by default with words that do stand in the part it was shown."""
    part = request["messages"][-1]["content"].rsplit("⟦", 1)[1].split("⟧")[0]
    plain = re.findall(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", part)
    words = quote or (plain[0] if plain else " ".join(part.split()[:6]))
    return Reply(json.dumps({"quote": words, "reason": "as it stands there", "answer": answer}))


def sound(step: str, request: dict[str, Any]) -> Reply:
    """A reply that passes: what the planner would say in the fields a model is asked for; a judge that says yes."""
    if step == "judge":
        return vote("yes", request)
    return Reply(json.dumps(sound_fields(step, brief_of(request)), ensure_ascii=False))


def following_the_schema(step: str, n: int, request: dict[str, Any]) -> Reply:
    """A model that fills whatever schema it is given with plain words; a judge that says yes."""
    if step == "judge":
        return vote("yes", request)
    return Reply(json.dumps(words_for(request["response_format"]["json_schema"]["schema"])))


def words_for(schema: dict[str, Any]) -> Any:
    """Words for every field: the first of a closed set where there is one, two rows for a list."""
    if schema["type"] == "object":
        return {key: words_for(field) for key, field in schema["properties"].items()}
    if schema["type"] == "array":
        return [words_for(schema["items"])] * 2
    described = schema.get("description", "")
    shown = described.partition("in the place of: ")[2] or described
    if described.startswith("JSON with the same keys"):
        return shown
    if labels := re.findall(r"\*\*([^*\[\]\n]{1,60})\*\*", shown):
        return "\n".join(f"- **{label}** plain solid words" for label in labels)
    options = re.search(r"One of: ([A-Za-z-]+)[,.]", schema.get("description", ""))
    return f"{options[1]} for plain solid reasons" if options else "plain solid words"


def brief_of(request: dict[str, Any]) -> str:
    text = request["messages"][1]["content"]
    return str(text).split("⟦\n", 1)[1].split("\n⟧", 1)[0]


def sound_fields(step: str, brief: str) -> dict[str, Any]:
    asked = Brief(brief, date(2026, 11, 23))
    facts = KIT.read(asked)
    section = KIT.as_data(KIT.plan(step, facts, KIT.decide(facts, asked)))
    fields = {name: section[name] for name in KIT.reply_schema(step)["properties"]}
    return _as_a_model_would(step, fields)  # type: ignore[no-any-return]


def _as_a_model_would(step: str, value: Any) -> Any:
    """Without the fields code fills, and without a number that claims to be computed."""
    if isinstance(value, dict):
        found = {key: _as_a_model_would(step, part) for key, part in value.items()}
        if found.get("source") == "computed":
            found["source"] = "assumed"
        for name in ("horizon_days", "label_delay_days", "label_wait_days"):
            found.pop(name, None)
        return found
    return [_as_a_model_would(step, part) for part in value] if isinstance(value, list) else value


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gives up while it is answered is no fault of the server's."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class OpenAIServer:
    """`script(step, n, request)` answers the n-th request for that step; by default every reply is sound."""

    def __init__(self) -> None:
        self.script: Script = lambda step, n, request: sound(step, request)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.counts: dict[str, int] = {}
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def asked(self, step: str) -> list[dict[str, Any]]:
        return [request for request in self.requests if step_of(request) == step]

    def __enter__(self) -> "OpenAIServer":
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                server._answer(self)

            def log_message(self, *_: object) -> None:
                return None

        self._http = _Http(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        size = int(handler.headers["content-length"])
        sent = handler.rfile.read(size)
        if len(sent) < size:
            raise ConnectionResetError("the client gave up before it had said all")
        request = json.loads(sent)
        step = step_of(request)
        with self._lock:
            self.requests.append(request)
            self.headers.append(dict(handler.headers))
            self.counts[step] = n = self.counts.get(step, 0) + 1
        reply = self.script(step, n, request)
        time.sleep(reply.delay_s)
        body = (
            reply.body
            if reply.body is not None
            else json.dumps(
                _completion(reply)
                if reply.status == 200
                else {"error": {"message": reply.content or "fault", "code": None, "type": "error"}}
            )
        )
        data = body.encode()
        if reply.line == "reset":
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()
            return
        handler.send_response(reply.status)
        for name, value in {
            "content-type": "application/json",
            "content-length": str(len(data)),
            **reply.headers,
        }.items():
            handler.send_header(name, value)
        handler.end_headers()
        if reply.line == "drip":
            for n in range(40):
                handler.wfile.write(data[n : n + 1])
                time.sleep(0.5)
        handler.wfile.write(data[: len(data) // 2] if reply.line == "short" else data)
        handler.close_connection = reply.line != "whole"


def _completion(reply: Reply) -> dict[str, Any]:
    message = {"role": "assistant", "content": reply.content, "refusal": reply.refusal}
    return {
        "id": "c1", "object": "chat.completion", "created": 1, "model": "scripted",
        "choices": [{"index": 0, "finish_reason": reply.finish, "message": message, "logprobs": None}],
        "usage": {"prompt_tokens": 1200, "completion_tokens": reply.tokens, "total_tokens": 1200 + reply.tokens, "prompt_tokens_details": {"cached_tokens": 1024}},
    }  # fmt: skip
