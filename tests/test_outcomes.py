"""Every way a run can end is reachable from the front door: passed, unverified, needs answers, declined, failed, cancelled."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from openai_server import OpenAIServer, Reply, sound

VAGUE = "Hi, we have an app for dog owners and investors ask about AI. Please add machine learning so that people come back more. We have a lot of data."
GOOD = "We have 10,000 customers and want to predict which customers cancel in the next 30 days, a weekly list. 2 % cancel."
NOT_ML = "Hello! I am restoring a slot-car set and need a 3-D model of the body; the rear wheels drift. Also a marathon training plan, please."
FORBIDDEN = "We want a model that computes a social scoring value for citizens from their payment data and predicts their trustworthiness."


@pytest.mark.parametrize(
    ("brief", "options", "status", "outcome"),
    [
        (GOOD, (), 0, "passed"),
        (VAGUE, ("--ask",), 3, "needs_answers"),
        (VAGUE, ("--assume",), 1, "unverified"),
        (NOT_ML, (), 3, "declined"),
        (FORBIDDEN, (), 3, "declined"),
    ],
)
def test_a_brief_ends_in_its_outcome(
    cli: Any, tmp_path: Path, brief: str, options: tuple[str, ...], status: int, outcome: str
) -> None:
    path = tmp_path / "b.md"
    path.write_text(brief)
    done = cli("design", path, "-o", tmp_path / "run", "--json", *options)
    assert done.status == status, done.err
    said = json.loads(done.out)
    assert said["outcome"] == outcome
    assert (said["document"] is not None) == (outcome in ("passed", "unverified"))
    assert (tmp_path / "run" / "document.md").exists() == (said["document"] is not None)
    if outcome == "needs_answers":
        assert 1 <= len(said["questions"]) <= 8


PERFECT = "For each of our 40 headings the system shall predict the next rock burst. No event may be missed and no alarm may be false. No record of previous events was kept."
BY_DATE = "We have 740 people with forklift licences. I need to predict whose licence is going to expire in the next 60 days. The data is one table in the HR database, `hr.licences`."
SOFTWARE = "Our regression pipeline on Jenkins runs 14,200 tests after every merge. Run the suite in parallel on 8 agents and retry flaky tests once. Not in scope: moving to GitHub Actions."


@pytest.mark.parametrize(
    ("brief", "words"),
    [
        (PERFECT, "no miss and no false alarm"),
        (PERFECT, "a model without data"),
        (BY_DATE, "not needed for the core decision"),
    ],
)
def test_what_cannot_be_done_or_needs_no_model_is_said(
    cli: Any, tmp_path: Path, brief: str, words: str
) -> None:
    (tmp_path / "brief.md").write_text(brief, encoding="utf-8")
    cli("design", tmp_path / "brief.md", "-o", tmp_path / "run")
    assert words in (tmp_path / "run" / "document.md").read_text(encoding="utf-8")


def test_tests_of_software_are_no_task_for_learning(cli: Any, tmp_path: Path) -> None:
    (tmp_path / "brief.md").write_text(SOFTWARE, encoding="utf-8")
    done = cli("design", tmp_path / "brief.md", "-o", tmp_path / "run")
    assert done.status == 3 and "machine-learning" in done.err


def test_an_interrupted_run_stops_cleanly_and_goes_on_without_paying_twice(
    server: OpenAIServer, tmp_path: Path
) -> None:
    """SIGTERM in the middle of the calls: status 130, the command to resume, and finished calls are not asked again."""
    server.script = lambda step, n, request: (
        sound(step, request) if step == "problem" else Reply(sound(step, request).content, delay_s=3)
    )
    brief = tmp_path / "b.md"
    brief.write_text(GOOD)
    environment = {**os.environ, "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": server.url}
    command = [
        sys.executable,
        "-m",
        "briefwright",
        "design",
        str(brief),
        "-o",
        str(tmp_path / "run"),
        "--model",
        "scripted",
    ]
    running = subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    until = time.monotonic() + 30
    while len(server.requests) < 3 and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.5)
    running.send_signal(signal.SIGTERM)
    _, err = running.communicate(timeout=30)
    assert running.returncode == 130, err
    assert "runs resume" in err
    assert json.loads((tmp_path / "run" / "run.json").read_text())["outcome"] == "cancelled"
    server.script = lambda step, n, request: sound(step, request)
    resumed = subprocess.run(
        [sys.executable, "-m", "briefwright", "runs", "resume", str(tmp_path / "run")],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert resumed.returncode == 0, resumed.stderr
    assert len(server.asked("problem")) == 1


def test_a_killed_run_pays_no_finished_call_again(server: OpenAIServer, tmp_path: Path) -> None:
    server.script = lambda step, n, request: Reply(
        sound(step, request).content, delay_s=0.0 if step in ("problem", "features") else 1.5
    )
    brief = tmp_path / "b.md"
    brief.write_text(GOOD)
    environment = {**os.environ, "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": server.url}
    command = [
        sys.executable,
        "-m",
        "briefwright",
        "design",
        str(brief),
        "-o",
        str(tmp_path / "run"),
        "--model",
        "scripted",
    ]
    running = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 30
    while len(server.requests) < 3 and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.6)
    running.kill()
    running.wait()
    resumed = subprocess.run(
        [sys.executable, "-m", "briefwright", "runs", "resume", str(tmp_path / "run")],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert resumed.returncode == 0, resumed.stderr
    assert len(server.asked("problem")) == 1 and len(server.asked("features")) == 1
