"""Ours, the same steps as a plain sequential LangGraph, and one single long call, side by side against one scripted model. `make bench-model`.

Latency is like a model's: a time to the first token and a rate of tokens after it. Then processor time with no latency at all, and many
runs at once. Prints a table of ratios; asserts nothing.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any, TypedDict

sys.path.insert(0, str(Path(__file__).parent))

from openai_server import sound_fields

from briefwright.catalogue import find_skill
from briefwright.graph.journal import Journal
from briefwright.graph.model import Endpoint, Model
from briefwright.graph.state import Deps
from briefwright.graph.tokens import Tokens
from briefwright.graph.writers import ModelWriter, Planner, Task
from briefwright.records import Request
from briefwright.runs import to_the_end
from briefwright.settings import Settings
from briefwright.skill.kit import Brief

BRIEF = (Path(__file__).parents[1] / "evals" / "briefs" / "gym-cancellations.md").read_text(encoding="utf-8")
FIRST_TOKEN_S, TOKENS_PER_S = 0.4, 400.0
SKILL, KIT = find_skill("ml-workflow")
Run = Callable[[str, int], Awaitable[list[Any]]]
"""(address, n) → usage of the run."""


def serve(first_s: float, tokens_per_s: float) -> None:
    """The scripted model, in a process of its own."""
    from openai_server import step_of

    tokens = Tokens()
    replies = {step: json.dumps(sound_fields(step, BRIEF)) for step in KIT.step_ids}
    whole = json.dumps(replies)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))  # fmt: skip
                request = json.loads(await reader.readexactly(length))
                said = "".join(message["content"] for message in request["messages"])
                text = whole if "everything at once" in said else replies[step_of(request)]
                size = tokens.count(text)
                await asyncio.sleep(first_s + (size / tokens_per_s if tokens_per_s else 0.0))
                message = {"role": "assistant", "content": text}
                usage = {"prompt_tokens": tokens.count(said), "completion_tokens": size, "total_tokens": 0}
                body = json.dumps({"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": usage}).encode()  # fmt: skip
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body)  # fmt: skip
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=2**24)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    asyncio.run(main())


async def ours(url: str, n: int) -> list[Any]:
    planner = Planner(KIT)
    deps = Deps(SKILL, KIT, planner, planner)
    with tempfile.TemporaryDirectory() as folder:
        request = Request(f"b{n}", BRIEF, "ml-workflow", "m", url, 3, False, "2026-11-23")
        journal = Journal(Path(folder) / "journal.sqlite")
        state = await to_the_end(request, Settings(api_key="k"), deps, journal)
        assert state["outcome"].name == "passed"
        journal.close()
        SIZES.append((Path(folder) / "journal.sqlite").stat().st_size)
    return deps.usage


SIZES: list[int] = []


def _model(url: str, usage: list[Any]) -> Model:
    return Model(Endpoint("m", url, "k", max_tokens=60_000), Journal(None), usage)


async def sequential(url: str, n: int) -> list[Any]:
    """What one writes in an hour: a node per step, one after the other, the same prompts, no checks."""
    from langgraph.graph import END, START, StateGraph

    usage: list[Any] = []
    model = _model(url, usage)
    writer = ModelWriter(SKILL, KIT, model)
    brief = Brief(BRIEF, date(2026, 11, 23))
    facts = KIT.read(brief)
    decisions = KIT.decide(facts, brief)

    class State(TypedDict):
        sections: dict[str, Any]

    def node(step: Any) -> Any:
        async def write(state: State) -> State:
            needed = {id: state["sections"][id] for id in KIT.needs[step.id]}
            section = await writer.write(Task(step, facts.text, facts, decisions, needed, 1))
            return {"sections": {**state["sections"], step.id: section}}

        return write

    graph = StateGraph(State)
    before = START
    for step in SKILL.steps:
        graph.add_node(step.id, node(step))
        graph.add_edge(before, step.id)
        before = step.id
    graph.add_edge(before, END)
    await graph.compile().ainvoke({"sections": {}})
    await model.close()
    return usage


async def single(url: str, n: int) -> list[Any]:
    """The SKILL.md and the brief in one prompt, everything at once."""
    usage: list[Any] = []
    model = _model(url, usage)
    await model.ask([("system", SKILL.text), ("user", f"{BRIEF}\n\nWrite everything at once.")], {}, "all", 1)
    await model.close()
    return usage


WAYS: dict[str, Run] = {"ours": ours, "sequential LangGraph": sequential, "one long call": single}


def timed(way: Run, url: str, runs: int) -> tuple[float, float, list[Any]]:
    """(seconds, processor seconds a run, usage of the last)."""

    async def all_of_them() -> list[list[Any]]:
        return await asyncio.gather(*(way(url, n) for n in range(runs)))

    began, cpu = time.monotonic(), time.process_time()
    found = asyncio.run(all_of_them())
    return time.monotonic() - began, (time.process_time() - cpu) / runs, found[-1]


def main() -> None:
    if "--model" in sys.argv:
        serve(float(sys.argv[-2]), float(sys.argv[-1]))
        return
    with Speaker(FIRST_TOKEN_S, TOKENS_PER_S) as url:
        for way in WAYS.values():
            timed(way, url, 1)  # imports
        walls = {}
        print(f"latency: {FIRST_TOKEN_S} s to the first token, then {TOKENS_PER_S:g} tokens a second")
        for name, way in WAYS.items():
            seconds, _, usage = timed(way, url, 1)
            walls[name] = seconds
            slowest = max(use.seconds for use in usage)
            tokens = sum(use.input_tokens for use in usage), sum(use.output_tokens for use in usage)
            print(f"  {name:<22} {len(usage)} calls, {seconds:5.1f} s = {seconds / slowest:.1f} x its slowest call; {tokens[0]:,} tokens in, {tokens[1]:,} out")  # fmt: skip
        print(f"  ours / sequential: {walls['ours'] / walls['sequential LangGraph']:.2f} of the time, with every check; ours / one long call: {walls['ours'] / walls['one long call']:.2f}")  # fmt: skip
    with Speaker(0.0, 0.0) as url:
        cpu = {}
        for name in ("ours", "sequential LangGraph"):
            cpu[name] = min(timed(WAYS[name], url, 5)[1] for _ in range(3))
        print(f"no latency: {cpu['ours'] * 1000:.0f} ms of processor time a run, {cpu['ours'] / cpu['sequential LangGraph']:.1f} x the sequential graph's {cpu['sequential LangGraph'] * 1000:.0f} ms")  # fmt: skip
        for runs in (1, 10, 100):
            seconds, each, _ = timed(ours, url, runs)
            print(f"  {runs:>3} runs at once: {seconds:.1f} s, {each * 1000:.0f} ms of processor time each")
        print(f"journal: {max(SIZES) / 1000:.0f} kB a run; no checkpoints are written")


class Speaker:
    """The scripted model's process; its address."""

    def __init__(self, first_s: float, tokens_per_s: float) -> None:
        command = [sys.executable, __file__, "--model", str(first_s), str(tokens_per_s)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ)

    def __enter__(self) -> str:
        assert self._process.stdout
        return f"http://127.0.0.1:{self._process.stdout.readline().strip()}/v1"

    def __exit__(self, *_: object) -> None:
        self._process.kill()


if __name__ == "__main__":
    main()
