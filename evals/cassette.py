"""Model calls recorded and replayed at the HTTP layer, keyed by the request: no key, no network, the same bytes.

A replay that meets a request it has not heard names it: exactly the calls a changed prompt made new.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import httpx

from briefwright.evals.errors import EvalError


class Cassette(httpx.AsyncBaseTransport):
    """`record` passes requests on and keeps the answers; without it, answers come from the file alone."""

    def __init__(self, path: Path, record: bool = False) -> None:
        self.path, self.record = path, record
        self.kept: dict[str, list[dict[str, Any]]] = {}
        self.unheard: list[str] = []
        self._given: dict[str, int] = {}
        if path.exists():
            try:
                for line in path.read_text(encoding="utf-8").splitlines():
                    row = json.loads(line)
                    self.kept.setdefault(row["key"], []).append(row)
            except (ValueError, KeyError, TypeError):
                raise EvalError(
                    f"'{path}' is no recording. Record one with --record, or choose another file."
                ) from None
        elif not record:
            raise EvalError(f"no recording at '{path}'. Record one with --record, or choose another file.")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        key = self.key(request.url.path, body, request.headers.get("x-epoch", "1"))
        taken = self._given.get(key, 0)
        rows = self.kept.get(key, [])
        if taken < len(rows):
            self._given[key] = taken + 1
            return httpx.Response(
                rows[taken]["status"],
                headers={"content-type": rows[taken]["type"]},
                text=rows[taken]["body"],
                request=request,
            )
        if not self.record:
            self.unheard.append(key)
            return httpx.Response(
                404,
                json={"error": {"message": f"this request was not recorded ({key[:12]})"}},
                request=request,
            )
        async with (
            httpx.AsyncHTTPTransport() as real
        ):  # one each: a client that is done closes what it was given
            answer = await real.handle_async_request(request)
            text = (await answer.aread()).decode("utf-8", "replace")
        row = {
            "key": key,
            "status": answer.status_code,
            "type": answer.headers.get("content-type", "application/json"),
            "body": text,
        }
        self.kept.setdefault(key, []).append(row)
        self._given[key] = taken + 1
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        return httpx.Response(
            answer.status_code, headers={"content-type": row["type"]}, text=text, request=request
        )

    @staticmethod
    def key(path: str, body: bytes, epoch: str) -> str:
        """What makes two requests the same: path, body as data, epoch. Headers, and so keys, are no part of it and never kept."""
        try:
            data: Any = json.loads(body)
        except ValueError:
            data = body.decode("utf-8", "replace")
        return hashlib.sha256(
            json.dumps([path, data, epoch], sort_keys=True, ensure_ascii=False).encode()
        ).hexdigest()
