"""Load on the server: many runs at once against a scripted model, four workers, Postgres. Prints ratios, asserts nothing. `make bench`.

The model answers in a process of its own after a fixed delay, with what the planner would say, so that every run does the whole
way: seven sections in two rounds, checked, reviewed, assembled.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parent))

from postgres import Postgres
from serving import Process, Serving

BRIEFS = sorted((Path(__file__).parents[1] / "evals" / "briefs").glob("*.md"))
ROUNDS = 2
"""Model rounds of a sound run: what needs nothing first, the rest after it; `monitoring` waits for features too, in the second."""


def model(delay_s: float) -> None:
    """The scripted model: reads requests for ever, prints its port, counts what it answers."""
    from openai_server import brief_of, sound_fields, step_of

    replies: dict[tuple[str, str], str] = {}

    def reply(request: dict) -> bytes:  # type: ignore[type-arg]
        step, brief = step_of(request), brief_of(request)
        if (step, brief) not in replies:
            replies[step, brief] = json.dumps(sound_fields(step, brief))
        message = {"role": "assistant", "content": replies[step, brief]}
        body = {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": {"prompt_tokens": 6000, "completion_tokens": 900, "total_tokens": 6900}}  # fmt: skip
        return json.dumps(body).encode()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))  # fmt: skip
                request = json.loads(await reader.readexactly(length))
                began = time.monotonic()
                body = reply(request)
                await asyncio.sleep(max(0.0, delay_s - (time.monotonic() - began)))
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body)  # fmt: skip
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=2**24)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    asyncio.run(main())


async def load(url: str, runs: int, brief: str) -> tuple[float, list[float], list[float], list[dict]]:  # type: ignore[type-arg]
    """(seconds until all ended, seconds of status calls, seconds until the first event, views)."""
    status: list[float] = []
    first: list[float] = []

    async def one(n: int) -> dict:  # type: ignore[type-arg]
        # A client for each run: one client with hundreds of connections spends more on its own book-keeping than the server on them.
        async with httpx.AsyncClient(base_url=url, timeout=300, verify=False, trust_env=False) as client:
            return await followed(client, n)

    async def followed(client: httpx.AsyncClient, n: int) -> dict:  # type: ignore[type-arg]
        began = time.monotonic()
        id = (
            (await client.post("/runs", json={"brief": brief, "run_id": f"bench-{n}"}))
            .raise_for_status()
            .json()["id"]
        )
        async with client.stream("GET", f"/runs/{id}/events") as answer:
            async for line in answer.aiter_lines():
                if line.startswith("event: "):
                    first.append(time.monotonic() - began)
                    break
        while True:
            await asyncio.sleep(1.0)
            asked = time.monotonic()
            view = (await client.get(f"/runs/{id}")).raise_for_status().json()
            status.append(time.monotonic() - asked)
            if view["state"] not in ("queued", "running"):
                return dict(view)

    began = time.monotonic()
    views = await asyncio.gather(*(one(n) for n in range(runs)))
    return time.monotonic() - began, status, first, list(views)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--delay", type=float, default=1.0, help="seconds per model call")
    parser.add_argument(
        "--kill", type=float, default=0.0, help="kill a worker and start another every so many seconds"
    )
    parser.add_argument("--model", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.model:
        model(asked.delay)
        return
    brief = BRIEFS[0].read_text(encoding="utf-8")
    with _speaker(asked.delay) as port, Postgres() as database, tempfile.TemporaryDirectory() as data:
        env = {"BRIEFWRIGHT_DATABASE_URL": database.database("bench"), "BRIEFWRIGHT_MODEL": "m", "OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1", "OPENAI_API_KEY": "k", "BRIEFWRIGHT_JOBS": str(-(-asked.runs // asked.workers)), "BRIEFWRIGHT_MAX_RUNS": "100000", "BRIEFWRIGHT_MAX_REQUESTS": "1000000"}  # fmt: skip
        with Serving(Path(data), "--no-worker", **env) as serving:
            workers = [Process("worker", data=Path(data), **env) for _ in range(asked.workers)]
            try:
                for each in workers:
                    each.wait_for("takes runs")
                with _killing(
                    workers, lambda: Process("worker", data=Path(data), **env), asked.kill
                ) as killed:
                    seconds, status, first, views = asyncio.run(load(serving.url, asked.runs, brief))
                spent = {"server": _processor_s(serving.pid), "workers": sum(_processor_s(each.pid) for each in workers), "this client": time.process_time()}  # fmt: skip
            finally:
                for each in workers:
                    each.kill()
    if asked.kill:
        print(f"{len(killed)} workers killed meanwhile")
    calls = sum(view["usage"]["calls"] for view in views)
    ideal = ROUNDS * asked.delay
    states = {
        state: sum(view["state"] == state for view in views) for state in {view["state"] for view in views}
    }
    print(
        f"{asked.runs} runs, {asked.workers} workers, {asked.delay:g} s a call: {states}, {calls / asked.runs:.1f} calls a run"
    )
    print(
        f"all ended after {seconds:.1f} s; the model's latency alone allows {ideal:.1f} s: {ideal / seconds:.0%}"
    )
    print("processor: " + ", ".join(f"{who} {spent_s / asked.runs * 1000:.0f} ms a run" for who, spent_s in spent.items()))  # fmt: skip
    print(f"status call: median {statistics.median(status) * 1000:.0f} ms, p95 {_p95(status) * 1000:.0f} ms")
    print(
        f"first event after POST /runs: median {statistics.median(first) * 1000:.0f} ms, p95 {_p95(first) * 1000:.0f} ms"
    )


@contextlib.contextmanager
def _killing(
    workers: list[Process], another: Callable[[], Process], every_s: float
) -> Iterator[list[Process]]:
    """Meanwhile, now and then a worker dies and another starts."""
    killed: list[Process] = []
    stop = threading.Event()

    def kill() -> None:
        while every_s and not stop.wait(every_s):
            victim = workers.pop(random.randrange(len(workers)))
            victim.kill()
            killed.append(victim)
            workers.append(another())

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    try:
        yield killed
    finally:
        stop.set()
        thread.join(30)


@contextlib.contextmanager
def _speaker(delay_s: float) -> Iterator[str]:
    """The scripted model in a process of its own; its port."""
    process = subprocess.Popen([sys.executable, __file__, "--model", "--delay", str(delay_s)], stdout=subprocess.PIPE, text=True)  # fmt: skip
    try:
        assert process.stdout
        yield process.stdout.readline().strip()
    finally:
        process.kill()


def _processor_s(pid: int) -> float:
    """Processor seconds of a process until now."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


if __name__ == "__main__":
    main()
