"""`runs cancel`: a run of the command line stopped from another terminal."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from openai_server import OpenAIServer, Reply, sound

BRIEF = Path(__file__).parents[1] / "evals" / "briefs" / "telco-churn-first-model.md"


def begun(server: OpenAIServer, folder: Path, slow: float) -> "subprocess.Popen[str]":
    """A `design` in a process of its own whose first two calls are answered and whose others take `slow` seconds."""
    server.script = lambda step, n, request: Reply(sound(step, request).content, delay_s=0.0 if step in ("problem", "features") else slow)  # fmt: skip
    command = [
        sys.executable,
        "-m",
        "briefwright",
        "design",
        str(BRIEF),
        "-o",
        str(folder),
        "--model",
        "scripted",
    ]
    running = subprocess.Popen(command, env={**os.environ, "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": server.url}, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # fmt: skip
    until = time.monotonic() + 60
    while len(server.requests) < 3 and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.5)
    return running


def outcome(folder: Path) -> str:
    return str(json.loads((folder / "run.json").read_text(encoding="utf-8"))["outcome"])


def test_a_run_is_cancelled_from_another_terminal_and_goes_on_without_paying_again(
    cli: Any, server: OpenAIServer, tmp_path: Path
) -> None:
    running = begun(server, tmp_path / "run", slow=20.0)
    done = cli("runs", "cancel", tmp_path / "run")
    assert done.status == 0 and "cancelled; go on with: briefwright runs resume" in done.err
    assert running.wait(timeout=30) == 130 and outcome(tmp_path / "run") == "cancelled"
    assert not (tmp_path / "run" / "driver.pid").exists()
    server.script = lambda step, n, request: sound(step, request)
    resumed = cli("runs", "resume", tmp_path / "run", "--base-url", server.url)
    assert resumed.status == 0, resumed.err
    assert len(server.asked("problem")) == 1 and len(server.asked("features")) == 1


def test_a_run_whose_process_was_killed_is_marked_as_cancelled(
    cli: Any, server: OpenAIServer, tmp_path: Path
) -> None:
    running = begun(server, tmp_path / "run", slow=20.0)
    running.kill()
    running.wait()
    assert outcome(tmp_path / "run") == "running"
    assert cli("runs", "cancel", tmp_path / "run").status == 0
    assert outcome(tmp_path / "run") == "cancelled"


def test_an_ended_run_and_no_run_are_said_in_one_line(cli: Any, tmp_path: Path) -> None:
    assert cli("design", BRIEF, "-o", tmp_path / "run").status == 0
    done = cli("runs", "cancel", tmp_path / "run")
    assert done.status == 2 and "has ended already: passed" in done.err and "Traceback" not in done.err
