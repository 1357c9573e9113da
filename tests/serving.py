"""Real servers and workers, as processes of their own, the way a person starts them."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Self

import httpx

STARTS_WITHIN_S = 60.0


class Process:
    """`briefwright ARGS` in the background; what it says on stderr is kept."""

    def __init__(self, *args: str, data: Path, **env: str) -> None:
        self.said: list[str] = []
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("BRIEFWRIGHT", "OPENAI"))
        }
        full = {**kept, "BRIEFWRIGHT_DATA": str(data), "BRIEFWRIGHT_NOTES": str(data / "notes"), **env}
        self._process = subprocess.Popen([sys.executable, "-m", "briefwright", *args], env=full, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)  # fmt: skip
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def _read(self) -> None:
        assert self._process.stderr
        self.said.extend(self._process.stderr)

    def wait_for(self, pattern: str) -> re.Match[str]:
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until:
            for line in self.said:
                if match := re.search(pattern, line):
                    return match
            if self._process.poll() is not None:
                time.sleep(0.2)
                break
            time.sleep(0.05)
        raise AssertionError(f"'{pattern}' was not said: {''.join(self.said)[-3000:]}")

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def stop(self, within_s: float = 40.0) -> int:
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(within_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()


class Serving(Process):
    """`briefwright serve` on a free port, with an HTTP client for it."""

    def __init__(self, data: Path, *args: str, **env: str) -> None:
        super().__init__("serve", "--port", "0", *args, data=data, **env)
        self.url = self.wait_for(r"serving on (http://\S+)")[1]
        self.http = httpx.Client(base_url=self.url, timeout=60, trust_env=False)

    def start(self, brief: str, **asked: Any) -> str:
        answer = self.http.post("/runs", json={"brief": brief, **asked})
        assert answer.status_code in (200, 201), answer.text
        return str(answer.json()["id"])

    def ended(self, id: str, within_s: float = 60.0) -> dict[str, Any]:
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            view: dict[str, Any] = self.http.get(f"/runs/{id}", params={"wait_s": 5}).json()
            if view["state"] not in ("queued", "running", "cancelling"):
                return view
        raise AssertionError(f"run {id} did not end: {view} {''.join(self.said)[-3000:]}")

    def until(self, id: str, kind: str, count: int = 1) -> None:
        """Wait until so many events of a kind were told."""
        with self.http.stream("GET", f"/runs/{id}/events") as answer:
            for line in answer.iter_lines():
                if line == f"event: {kind}":
                    count -= 1
                    if not count:
                        return
        raise AssertionError(f"run {id} ended without '{kind}'")

    def events(self, id: str, after: str = "") -> list[tuple[str, dict[str, Any]]]:
        """(id, event) of the whole story, or of what came after a place."""
        found, place = [], ""
        with self.http.stream("GET", f"/runs/{id}/events", headers={"Last-Event-ID": after} if after else {}) as answer:  # fmt: skip
            for line in answer.iter_lines():
                if line.startswith("id: "):
                    place = line[4:]
                elif line.startswith("data: "):
                    found.append((place, json.loads(line[6:])))
        return found
