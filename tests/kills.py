"""Runs killed with SIGKILL at random instants, resumed, and counted: no finished call may be asked twice. `make kills` (N=…).

Finished means kept in the run's journal when the process died. Prints what it counted; exit status 1 when a promise was broken.
"""

import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from openai_server import OpenAIServer, Reply, sound

BRIEF = (Path(__file__).parents[1] / "evals" / "briefs" / "gym-cancellations.md").read_text(encoding="utf-8")
LONGEST_S = 3.5
CALLS = 7


def slow(step: str, n: int, request: dict[str, Any]) -> Reply:
    reply = sound(step, request)
    reply.delay_s = random.uniform(0.05, 0.4)
    return reply


@dataclass(frozen=True)
class Killed:
    """What a run had kept when it died, how many calls it made after that, and how it ended."""

    in_time: bool
    kept: int
    after: int
    outcome: str

    @property
    def paid_twice(self) -> int:
        """Calls made after the kill beyond those that were missing."""
        return max(0, self.after - (CALLS - self.kept)) if self.in_time else 0


def killed_once(n: int, seed: int, folder: Path, server: OpenAIServer) -> Killed:
    chance = random.Random(f"{seed} {n}")
    brief, out = folder / f"{n}.md", folder / f"{n}"
    brief.write_text(f"{BRIEF}\n\nVariant {n}.\n", encoding="utf-8")
    env = {**os.environ, "OPENAI_API_KEY": "k", "BRIEFWRIGHT_NOTES": str(folder / "notes")}
    command = [sys.executable, "-m", "briefwright"]
    begin = [*command, "design", str(brief), "-o", str(out), "--model", "m", "--base-url", server.url]
    process = subprocess.Popen(begin, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(chance.uniform(0.5, LONGEST_S))
        return Killed(False, 0, 0, _outcome(out))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    time.sleep(0.5)  # what was on its way to the server arrives
    kept, before = _journal(out), _asked(server, n)
    again = [*command, "runs", "resume", str(out)] if (out / "run.json").exists() else begin
    subprocess.run(again, env=env, capture_output=True, timeout=120, check=False)
    return Killed(True, kept, _asked(server, n) - before, _outcome(out))


def _asked(server: OpenAIServer, n: int) -> int:
    return sum(f"Variant {n}." in request["messages"][1]["content"] for request in list(server.requests))


def _journal(out: Path) -> int:
    path = out / "journal.sqlite"
    if not path.exists():
        return 0
    try:
        with sqlite3.connect(path) as db:
            return int(db.execute("select count(*) from calls").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def _outcome(out: Path) -> str:
    return str(json.loads((out / "run.json").read_text(encoding="utf-8"))["outcome"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, OpenAIServer() as server:
        server.script = slow
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(lambda n: killed_once(n, asked.seed, Path(folder), server), range(asked.n)))
    kills = [each for each in found if each.in_time]
    twice, bad = (
        sum(each.paid_twice for each in kills),
        sum(each.outcome not in ("passed", "unverified") for each in found),
    )
    print(
        f"{asked.n} runs, {len(kills)} killed at random instants with {sum(each.kept for each in kills)} finished calls in their journals: {twice} of them paid twice, {bad} runs without a document; {time.monotonic() - began:.0f} s"
    )
    sys.exit(1 if twice or bad else 0)


if __name__ == "__main__":
    main()
