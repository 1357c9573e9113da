"""The one function that calls a model: schema asked for, retries, typed ends, and a journal so nothing is paid twice."""

import asyncio
import hashlib
import json
import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from briefwright.graph.errors import EndpointError, PromptTooLong, UnusableReply
from briefwright.graph.journal import Replies
from briefwright.graph.limiter import Limiter, Pace

Format = Literal["json_schema", "json_object", "text"]
FORMATS: tuple[Format, ...] = ("json_schema", "json_object", "text")


@dataclass(frozen=True)
class Usage:
    """What one call cost. `replayed` calls were answered from the journal and cost nothing now; `earlier` ones among them this very run had paid
    for before it was interrupted, so that they count for it; the others were its parent's."""

    step: str
    attempt: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    seconds: float
    replayed: bool = False
    model: str = ""
    earlier: bool = False

    @property
    def paid(self) -> bool:
        return self.earlier or not self.replayed


@dataclass(frozen=True)
class Endpoint:
    """Where a model is asked. The key never appears in a repr, a log, an error or a file."""

    model: str
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    timeout_s: float = 120.0
    max_tokens: int = 6000
    tries: int = 4


@dataclass
class Model:
    """A model behind an endpoint, for one run. Remembers which response format the server can do.

    `earlier` are calls of the journal that the run paid for before it was interrupted, by their keys; each is booked when it is asked for again.
    `http` is an httpx client that many runs of one event loop share and somebody else closes; without it the model has its own.
    """

    endpoint: Endpoint
    journal: Replies
    usage: list[Usage]
    format: Format = "json_schema"
    limiter: Pace = field(default_factory=Limiter)
    transport: Any = None
    epoch: int = 1
    earlier: dict[str, dict[str, Any]] = field(default_factory=dict)
    http: Any = field(default=None, repr=False)
    _client: Any = field(default=None, repr=False)
    _own_http: Any = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return self.endpoint.model

    async def ask(
        self, messages: list[tuple[str, str]], schema: dict[str, Any], step: str, attempt: int
    ) -> str:
        """The reply's text.

        Raises UnusableReply for a refusal, a cut or an empty answer, PromptTooLong where the model's window ends before the prompt, EndpointError when the server cannot be used.
        """
        reply = await self._reply(messages, schema, step, attempt, self.endpoint.max_tokens)
        if reply["finish"] == "length":
            if (
                0 < reply["usage"]["output_tokens"] < self.endpoint.max_tokens * 0.9
            ):  # 0: the server counts nothing
                raise PromptTooLong("the reply was cut where the model's window ends")
            # More room, once: a second cut is the reply's own fault.
            reply = await self._reply(messages, schema, step, attempt, 2 * self.endpoint.max_tokens)
        return _text(reply)

    async def _reply(
        self, messages: list[tuple[str, str]], schema: dict[str, Any], step: str, attempt: int, room: int
    ) -> dict[str, Any]:
        """What the endpoint answered in at most `room` tokens: from the journal when it did so before, else asked, kept and booked."""
        key = self.key(messages, schema, step, attempt, room)
        if (kept := self.journal.find(key)) is not None:
            own = self.earlier.pop(key, None) is not None
            self.usage.append(Usage(step, attempt, **kept["usage"], seconds=0.0, replayed=True, model=self.name, earlier=own))  # fmt: skip
            return {**kept["reply"], "usage": kept["usage"]}
        started = time.monotonic()
        await self.limiter.turn()
        reply = await self._send(messages, schema, room)
        usage = reply["usage"]
        said = {name: value for name, value in reply.items() if name != "usage"}
        await self.journal.keep(key, step, attempt, {"reply": said, "usage": usage, "model": self.name})
        await self.limiter.book(usage["input_tokens"] + usage["output_tokens"])
        seconds = round(time.monotonic() - started, 3)
        self.usage.append(Usage(step, attempt, **usage, seconds=seconds, model=self.name))
        return reply

    def key(
        self, messages: list[tuple[str, str]], schema: dict[str, Any], step: str, attempt: int, room: int
    ) -> str:
        """What makes two calls the same call. The attempt counts: asking again is a new call, even in the same words."""
        parts = json.dumps([self.endpoint.model, messages, schema, step, attempt, room], ensure_ascii=False)
        return hashlib.sha256(parts.encode()).hexdigest()

    async def _send(
        self, messages: list[tuple[str, str]], schema: dict[str, Any], room: int
    ) -> dict[str, Any]:
        """Send with retries; when the server does not know a response format, take the next simpler one."""
        import openai

        while True:
            tried = self.format
            try:
                return await self._with_retries(messages, schema, room)
            except openai.BadRequestError as fault:
                if _is_too_long(fault):
                    raise PromptTooLong("the prompt is longer than the model can read at once") from None
                simpler = FORMATS[FORMATS.index(tried) + 1 :]
                if not simpler or not _is_about_format(fault):
                    raise EndpointError(self._said(fault)) from None
                if self.format == tried:  # another branch may have learned it meanwhile
                    self.format = simpler[0]
            except (openai.APIError, ValueError) as fault:
                raise EndpointError(self._said(fault)) from None

    async def _with_retries(
        self, messages: list[tuple[str, str]], schema: dict[str, Any], room: int
    ) -> dict[str, Any]:
        import tenacity

        policy = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(_is_passing),
            wait=_wait,
            before_sleep=self._tell_the_others,
            stop=tenacity.stop_after_attempt(self.endpoint.tries)
            | tenacity.stop_after_delay(self.endpoint.timeout_s * 2),
            reraise=True,
        )
        async for attempt in policy:
            with attempt:
                return await self._once(messages, schema, room)
        raise AssertionError("tenacity ends by result or exception")

    async def _tell_the_others(self, state: Any) -> None:
        """A server that asks for a pause asks all of us."""
        import openai

        if isinstance(state.outcome.exception(), openai.RateLimitError) and state.next_action:
            await self.limiter.back_off(state.next_action.sleep)

    async def _once(
        self, messages: list[tuple[str, str]], schema: dict[str, Any], room: int
    ) -> dict[str, Any]:
        import httpx
        import openai

        try:
            async with asyncio.timeout(self.endpoint.timeout_s):  # httpx's begins anew with every byte
                message = await self._chat().ainvoke(
                    messages, max_completion_tokens=room, extra_body=self._response_format(schema)
                )
        except TimeoutError:
            raise openai.APITimeoutError(httpx.Request("POST", self.endpoint.base_url)) from None  # type: ignore[arg-type]
        except (
            TypeError,
            IndexError,
            KeyError,
            AttributeError,
        ) as fault:  # langchain's, on a body that is no completion
            raise ValueError(f"no chat completion: {fault}") from None
        meta = message.usage_metadata or {}
        return {
            "text": message.content if isinstance(message.content, str) else "",
            "finish": str(message.response_metadata.get("finish_reason") or ""),
            "refusal": str(message.additional_kwargs.get("refusal") or ""),
            "usage": {
                "input_tokens": int(meta.get("input_tokens", 0)),
                "output_tokens": int(meta.get("output_tokens", 0)),
                "cached_tokens": int((meta.get("input_token_details") or {}).get("cache_read", 0) or 0),
            },
        }

    def _response_format(self, schema: dict[str, Any]) -> dict[str, Any]:
        if self.format == "text":
            return {}
        if self.format == "json_object":
            return {"response_format": {"type": "json_object"}}
        return {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "section", "strict": True, "schema": schema},
            }
        }

    def _chat(self) -> Any:
        if self._client is None:
            if is_local(self.name) and not self.endpoint.base_url and self.transport is None:
                raise EndpointError("a local model was to be asked at no address of this machine; nothing was sent. Use `briefwright design`, `eval` or `route`.")  # fmt: skip
            import httpx
            from langchain_openai import ChatOpenAI  # 0.9 s to import: only runs with a model pay for it

            # A client of our own: langchain's default one is shared over event loops and dies with the first.
            headers = {"x-epoch": str(self.epoch)} if self.transport else {}
            if self.http is None:
                self._own_http = httpx.AsyncClient(transport=self.transport, headers=headers)
            self._client = ChatOpenAI(
                http_async_client=self.http or self._own_http,
                model=self.endpoint.model,
                base_url=self.endpoint.base_url or None,
                api_key=self.endpoint.api_key or "none",  # type: ignore[arg-type]
                timeout=self.endpoint.timeout_s,
                max_retries=0,
            )
        return self._client

    async def close(self) -> None:
        """Let go of the connections; the model can be asked again afterwards."""
        if self._own_http is not None:
            await self._own_http.aclose()
        self._client = self._own_http = None

    def _said(self, fault: Exception) -> str:
        """One line for a person: what the endpoint did, and how to mend it; never the key, never the whole body."""
        import openai

        where = self.endpoint.base_url or "the default OpenAI endpoint"
        match fault:
            case openai.AuthenticationError() | openai.PermissionDeniedError():
                return f"{where} refused the key ({fault.status_code}). Check OPENAI_API_KEY."
            case openai.NotFoundError():
                return f"{where} has no model '{self.endpoint.model}' or no such path (404). Check --model and --base-url."
            case openai.RateLimitError():
                return f"{where} is out of quota or too busy (429, {getattr(fault, 'code', None) or 'rate limit'}). Wait or raise the limit, then resume."
            case openai.APITimeoutError():
                return f"{where} did not answer within {self.endpoint.timeout_s:g} s. Check the server, then resume."
            case openai.APIConnectionError():
                return f"{where} cannot be reached. Check the address and the network, then resume."
            case openai.APIStatusError():
                return f"{where} answered {fault.status_code}. Check the server's log, then resume."
        return (
            f"{where} gave an answer that is no chat completion ({type(fault).__name__}). Check --base-url."
        )


def _text(reply: dict[str, Any]) -> str:
    if reply["refusal"]:
        raise UnusableReply("the model refused to answer")
    if reply["finish"] == "length":
        raise UnusableReply("the reply was cut at the token limit")
    if reply["finish"] == "content_filter":
        raise UnusableReply("the reply was stopped by a content filter")
    if not reply["text"].strip():
        raise UnusableReply("the reply was empty")
    return str(reply["text"])


def is_local(name: str) -> bool:
    """Whether a model is a file of this machine: `local` or `local:FILE`."""
    return name.partition(":")[0] == "local"


def _is_passing(fault: BaseException) -> bool:
    """Worth another try: busy, down or unreachable. A wrong key, a wrong request or no quota is not."""
    import openai

    if isinstance(fault, openai.RateLimitError):
        return getattr(fault, "code", None) != "insufficient_quota"
    return isinstance(fault, openai.APIConnectionError | openai.InternalServerError | openai.ConflictError)


def _is_too_long(fault: Any) -> bool:
    said = str(fault).lower()
    return any(word in said for word in ("context_length", "context length", "context size", "context_size"))


def _is_about_format(fault: Any) -> bool:
    said = str(fault).lower()
    return any(
        word in said for word in ("response_format", "json_schema", "schema", "json_object", "grammar")
    )


def _wait(state: Any) -> float:
    """What the server asks for (Retry-After, capped at 60 s), else growing pauses with jitter."""
    fault = state.outcome.exception()
    response = getattr(fault, "response", None)
    asked = _retry_after(response.headers) if response is not None else None
    growing = min(20.0, 0.5 * 2 ** (state.attempt_number - 1)) * (0.5 + random.random())
    return min(asked + random.random() * 0.25, 60.0) if asked is not None else growing


def _retry_after(headers: Any) -> float | None:
    milliseconds, value = headers.get("retry-after-ms"), headers.get("retry-after")
    try:
        if milliseconds:
            return max(0.0, float(milliseconds) / 1000)
        return max(0.0, float(value)) if value else None
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
