"""Briefwright from Python, as a LangChain tool, and as LangGraph's server would load it."""

import asyncio
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from openai_server import OpenAIServer

import briefwright

ROOT = Path(__file__).parents[1]
BRIEF = (ROOT / "evals" / "briefs" / "gym-cancellations.md").read_text(encoding="utf-8")


def test_a_brief_becomes_a_document_in_python() -> None:
    done = briefwright.design(BRIEF)
    assert done.outcome in ("passed", "unverified") and done.document.startswith("# ML Workflow:")
    assert done.runbook and done.record["sections"]


def test_a_model_can_be_named(server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert briefwright.design(BRIEF, model="scripted").outcome == "passed"
    assert len(server.requests) == 7


def test_the_tool_gives_the_document_or_says_why_not() -> None:
    tool = briefwright.tool()
    assert tool.name == "ml_workflow" and set(tool.args) == {"brief"}
    assert tool.invoke({"brief": BRIEF}).startswith("# ML Workflow:")
    assert asyncio.run(tool.ainvoke({"brief": "Write a poem about the sea."})).startswith("declined:")
    assert (
        briefwright.tool(ask=True)
        .invoke({"brief": "Predict churn of our customers."})
        .startswith("needs_answers:")
    )


def test_langgraphs_own_server_finds_the_graph() -> None:
    config = json.loads((ROOT / "langgraph.json").read_text(encoding="utf-8"))
    path, _, name = config["graphs"]["ml-workflow"].partition(":")
    spec = importlib.util.spec_from_file_location("served", ROOT / path)
    assert spec and spec.loader
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    state = asyncio.run(getattr(module, name).ainvoke({"brief": BRIEF}))
    assert state["document"].startswith("# ML Workflow:") and "brief" not in state


def test_the_containers_run_the_commands_there_are() -> None:
    """Docker is not needed to see that the image's commands, folders and variables exist."""
    from click.testing import CliRunner

    from briefwright.cli import app

    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    docs = (ROOT / "src" / "briefwright" / "server" / "README.md").read_text(encoding="utf-8")
    for name in ("server", "worker"):
        service = compose["services"][name]
        assert CliRunner().invoke(app, [*service["command"], "--help"]).exit_code == 0
        assert all(variable in docs for variable in service["environment"])
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    for line in dockerfile.splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            assert all((ROOT / source).exists() for source in line.split()[1:-1]), line
