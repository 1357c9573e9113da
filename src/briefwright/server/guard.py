"""The gate every request passes: right host, right origin, not too big, a known caller, not too often. And the headers every answer carries."""

import asyncio
import json
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any

import sqlalchemy as sa

from briefwright.server.errors import RequestError
from briefwright.server.keys import LOCAL, Caller, caller_of, caller_of_session
from briefwright.server.store import Store

MOST_BYTES = 2_000_000
OPEN_PATHS = ("/healthz", "/readyz", "/login", "/static/", "/.well-known/")
COOKIE = "bw_session"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"  # fmt: skip
HEADERS = [
    (b"content-security-policy", POLICY.encode()), (b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"), (b"cross-origin-opener-policy", b"same-origin"), (b"cross-origin-resource-policy", b"same-origin"),
]  # fmt: skip
LOOPBACK = ("127.0.0.1", "localhost", "::1")

log = logging.getLogger("briefwright.access")


class Guard:
    """ASGI middleware. `caller` of the request's state is set for everything behind it."""

    def __init__(
        self, app: Any, store: Store, hosts: tuple[str, ...], origins: tuple[str, ...], keyed: Callable[[], bool], per_min: float
    ) -> None:  # fmt: skip
        self.app, self.store, self.keyed = app, store, keyed
        self.public = {host.casefold() for host in hosts}
        self.hosts = {*LOOPBACK, *self.public}
        self.origins = {origin.casefold().rstrip("/") for origin in origins}
        self.rate = Rate(per_min)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return  # no websockets here
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        started, status = time.monotonic(), 500

        async def answer(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                have = {name.lower() for name, _ in message["headers"]}
                message = {**message, "headers": [*message["headers"], *(each for each in HEADERS if each[0] not in have)]}  # fmt: skip
            await send(message)

        who = "nobody"
        try:
            caller = await self._let_in(scope, headers)
            who = caller.owner if caller else who
            scope.setdefault("state", {})["caller"] = caller
            await self.app(scope, _limited(receive), answer)
        except RequestError as fault:
            await _refuse(scope, headers, fault, answer)
        except sa.exc.OperationalError:
            away = RequestError(503, "database_away", "the database cannot be reached at the moment.", 2.0)
            await _refuse(scope, headers, away, answer)
        finally:
            log.info("%s %s %d", scope["method"], scope["path"][:200], status, extra={"owner": who, "seconds": round(time.monotonic() - started, 4)})  # fmt: skip

    async def _let_in(self, scope: Any, headers: dict[str, str]) -> Caller | None:
        """The caller, or None on the few paths open to all. Raises RequestError for everybody else."""
        host = _host(headers.get("host", ""))
        if host not in self.hosts:
            raise RequestError(421, "wrong_host", "this server does not answer to that host name. Name it in BRIEFWRIGHT_HOSTS.")  # fmt: skip
        self._same_origin(headers, acts=scope["method"] not in ("GET", "HEAD", "OPTIONS"))
        if headers.get("content-length", "0").isdigit() and int(headers.get("content-length", "0")[:15]) > MOST_BYTES:  # fmt: skip
            raise RequestError(
                413, "too_large", f"the request is too large; at most {MOST_BYTES:,} bytes are read."
            )
        peer = scope["client"][0] if scope.get("client") else "unknown"
        if scope["path"].startswith(OPEN_PATHS):
            if scope["path"] == "/login":
                self.rate.count(f"login {peer}")
            return None
        caller = await self._caller(headers)
        if caller is None:
            self.rate.count(f"refused {peer}")
            raise RequestError(401, "no_key", "a key is needed. Send it as 'Authorization: Bearer bw_…', or log in at /login.")  # fmt: skip
        self.rate.count(caller.owner)
        return caller

    def _same_origin(self, headers: dict[str, str], acts: bool) -> None:
        """A page of another site, or of another port of this machine, cannot make a browser act or listen here in its owner's name."""
        origin = headers.get("origin")
        foreign = origin is not None and not self._ours(origin, headers.get("host", ""))
        if foreign or (acts and origin is None and headers.get("sec-fetch-site") == "cross-site"):
            raise RequestError(403, "foreign_origin", "requests from other sites' pages are refused. Name an origin you trust in BRIEFWRIGHT_ORIGINS.")  # fmt: skip

    def _ours(self, origin: str, host: str) -> bool:
        """The address the request was sent to, a public name of this server as a proxy shows it, or an origin the operator trusts."""
        scheme, _, netloc = origin.casefold().partition("://")
        port = {"http": ":80", "https": ":443"}.get(scheme, "")
        mine, here = netloc.removesuffix(port), host.casefold().removesuffix(port)
        if not port or not _host(netloc):
            return False
        return mine == here or mine in self.public or origin.casefold() in self.origins

    async def _caller(self, headers: dict[str, str]) -> Caller | None:
        scheme, _, key = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and key.startswith("bw_"):
            return await asyncio.to_thread(caller_of, self.store, key.strip())
        if not await asyncio.to_thread(self.keyed):
            return LOCAL
        token = _cookie(headers.get("cookie", ""))
        return await asyncio.to_thread(caller_of_session, self.store, token) if token else None


class Rate:
    """So many requests a minute for each name, as a bucket that fills evenly and holds a fifth of it; the least recent names are forgotten."""

    MOST_NAMES = 10_000

    def __init__(self, per_min: float) -> None:
        self.per_s, self.burst = per_min / 60.0, max(10.0, per_min / 5.0)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def count(self, name: str) -> None:
        """Raises RequestError 429 when the bucket is empty."""
        now = time.monotonic()
        left, at = self._left.pop(name, (self.burst, now))
        left = min(self.burst, left + (now - at) * self.per_s)
        self._left[name] = (max(0.0, left - 1.0), now)
        if len(self._left) > self.MOST_NAMES:
            self._left.popitem(last=False)
        if left < 1.0:
            raise RequestError(429, "too_many_requests", "too many requests. Wait, then go on.", (1.0 - left) / self.per_s)  # fmt: skip


def _limited(receive: Any) -> Any:
    """The body, refused once it is larger than announced bodies may be."""
    read = 0

    async def limited() -> Any:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MOST_BYTES:
            raise RequestError(
                413, "too_large", f"the request is too large; at most {MOST_BYTES:,} bytes are read."
            )
        return message

    return limited


async def _refuse(scope: Any, headers: dict[str, str], fault: RequestError, send: Any) -> None:
    extra = (
        [(b"retry-after", str(max(1, round(fault.retry_after_s))).encode())] if fault.retry_after_s else []
    )
    if fault.status == 401:
        extra.append((b"www-authenticate", b"Bearer"))
    if fault.status == 401 and "text/html" in headers.get("accept", "") and scope["method"] == "GET":
        await send({"type": "http.response.start", "status": 303, "headers": [(b"location", b"/login"), (b"content-length", b"0")]})  # fmt: skip
        await send({"type": "http.response.body", "body": b""})
        return
    body = json.dumps(error_body(fault)).encode()
    head = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *extra]
    await send({"type": "http.response.start", "status": fault.status, "headers": head})
    await send({"type": "http.response.body", "body": body})


def error_body(fault: RequestError) -> dict[str, Any]:
    """The shape OpenAI's clients know, for all doors alike."""
    kinds = {
        401: "authentication_error",
        403: "permission_error",
        404: "not_found_error",
        429: "rate_limit_error",
    }
    kind = kinds.get(fault.status, "server_error" if fault.status >= 500 else "invalid_request_error")
    message = f"{fault.message} {fault.over_http}".rstrip()
    return {"error": {"message": message, "type": kind, "param": None, "code": fault.code}}


def _host(netloc: str) -> str:
    """The name in `name:port` or `[::1]:port`, folded; nothing for what is no such thing."""
    match = re.fullmatch(r"\[([0-9a-fA-F:]+)\](?::\d+)?|([A-Za-z0-9._-]+)(?::\d+)?", netloc)
    return (match[1] or match[2]).casefold().rstrip(".") if match else ""


def _cookie(header: str) -> str:
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""
