"""Runs that were, through the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from openai_server import OpenAIServer, Reply

BRIEF = Path(__file__).parents[1] / "evals" / "briefs" / "telco-churn-first-model.md"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    return tmp_path / "briefwright-runs"


def test_runs_are_listed_with_what_came_of_them_and_a_broken_record_hides_none(
    cli: Any, here: Path, server: OpenAIServer
) -> None:
    assert "no runs here" in cli("runs", "list").out
    assert cli("design", BRIEF, "--run-id", "first").status == 0
    server.script = lambda step, n, request: Reply("no", status=401)
    assert cli("design", BRIEF, "--run-id", "second", "--model", "m", "--base-url", server.url).status == 4
    (here / "third").mkdir()
    (here / "third" / "run.json").write_text("{]", encoding="utf-8")
    listed = {run["id"]: run["outcome"] for run in json.loads(cli("runs", "list", "--json").out)}
    assert listed == {"first": "passed", "second": "failed", "third": "unreadable"}
    assert len(cli("runs", "list").out.splitlines()) == 3


def test_a_run_is_shown_with_its_attempts_checks_tokens_and_how_to_go_on(
    cli: Any, here: Path, server: OpenAIServer
) -> None:
    assert cli("design", BRIEF, "--run-id", "one", "--model", "m", "--base-url", server.url).status == 0
    said = cli("runs", "show", "one").out
    assert "run one: passed" in said and "C10" in said and "resume" not in said
    assert f"{7 * 1500:,} tokens in 7 model calls" in said
    server.script = lambda step, n, request: Reply("no", status=401)
    cli("design", BRIEF, "--run-id", "two", "--model", "other", "--base-url", server.url)
    assert "runs resume briefwright-runs/two" in cli("runs", "show", "two").out


def test_a_folder_that_holds_no_run_is_said_in_one_line(cli: Any, here: Path) -> None:
    done = cli("runs", "show", "nowhere")
    assert done.status == 2 and "holds no run" in done.err and "Traceback" not in done.err


def test_a_revised_run_asks_for_its_section_alone(cli: Any, server: OpenAIServer, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    cli("design", BRIEF, "-o", first, "--model", "scripted", "--base-url", server.url)
    asked = len(server.requests)
    done = cli("runs", "revise", first, "make the split stricter", "-o", second)
    assert done.status in (0, 1), done.err
    assert len(server.requests) == asked + 1 and "make the split stricter" in str(server.requests[-1])
    text = (second / "document.md").read_text(encoding="utf-8")
    assert "Revised by request in training" in text.split("## ")[0]
    assert json.loads((second / "run.json").read_text())["request"]["parent"]
    assert "make the split" not in (first / "document.md").read_text(encoding="utf-8"), (
        "the first stays as it was"
    )


def test_an_unclear_wish_changes_nothing(cli: Any, tmp_path: Path) -> None:
    first = tmp_path / "first"
    cli("design", BRIEF, "-o", first)
    done = cli("runs", "revise", first, "--note", "make it nicer")
    assert done.status == 2 and "Name one: problem, features" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["first"]
    assert cli("runs", "revise", tmp_path / "nothing", "x").status == 2


def test_a_document_may_be_revised_again_and_again(server: OpenAIServer, tmp_path: Path) -> None:
    """Every wish is a round of its own; twenty of them are no fault."""
    from briefwright.records import Request, prepare
    from briefwright.runs import drive
    from briefwright.settings import Settings

    wishes = [["training", f"make the split stricter, {n}"] for n in range(20)]
    brief = BRIEF.read_text(encoding="utf-8")
    request = Request(
        "r", brief, "ml-workflow", "scripted", server.url, 3, False, "2026-11-23", wishes=wishes
    )
    drive(tmp_path / "run", prepare(tmp_path / "run", request), Settings(api_key="k"), lambda event: None)
    text = (tmp_path / "run" / "document.md").read_text(encoding="utf-8")
    assert text.count("Revised by request in training") == 20 and len(server.requests) == 27


def test_what_rests_on_a_revised_section_follows_only_when_asked(
    cli: Any, server: OpenAIServer, tmp_path: Path
) -> None:
    first = tmp_path / "first"
    cli("design", BRIEF, "--model", "scripted", "--base-url", server.url, "-o", first)
    asked = len(server.requests)
    alone = cli("runs", "revise", first, "name the decision", "--step", "problem", "-o", tmp_path / "alone")
    assert alone.status in (0, 1) and len(server.requests) == asked + 1
    page = (tmp_path / "alone" / "document.md").read_text(encoding="utf-8").split("## ")[0]
    assert "to be read again: training, serving, ab_test, monitoring" in page

    asked = len(server.requests)
    both = tmp_path / "both"
    done = cli("runs", "revise", first, "name the decision", "--step", "problem", "--redo", "-o", both)
    assert done.status in (0, 1), done.err
    assert len(server.requests) == asked + 5
    assert sum("was revised as asked" in str(request) for request in server.requests[asked:]) == 4
    assert "to be read again" not in (both / "document.md").read_text(encoding="utf-8").split("## ")[0]


def test_old_runs_are_swept_and_nothing_that_is_not_theirs(cli: Any, here: Path) -> None:
    for name in ("old", "young", "mixed"):
        assert cli("design", BRIEF, "--run-id", name).status == 0
    (here / "mixed" / "my-notes.txt").write_text("keep me", encoding="utf-8")
    for name in ("old", "mixed"):
        record = json.loads((here / name / "run.json").read_text(encoding="utf-8"))
        record["written_at"] = "2024-01-01T00:00:00+00:00"
        (here / name / "run.json").write_text(json.dumps(record), encoding="utf-8")
    said = cli("runs", "sweep", "--days", "30").err
    assert "removed" in said and said.count("\n") == 2
    assert not (here / "old").exists() and (here / "young" / "document.md").exists()
    assert [path.name for path in (here / "mixed").iterdir()] == ["my-notes.txt"]


def test_a_run_that_goes_on_says_what_changed_since_it_began(
    cli: Any, here: Path, server: OpenAIServer
) -> None:
    server.script = lambda step, n, request: Reply("no", status=401)
    assert cli("design", BRIEF, "--run-id", "one", "--model", "m", "--base-url", server.url).status == 4
    assert "changed" not in cli("runs", "resume", "one").err
    record = json.loads((here / "one" / "run.json").read_text(encoding="utf-8"))
    record["versions"]["prompts"] = "of long ago"
    (here / "one" / "run.json").write_text(json.dumps(record), encoding="utf-8")
    assert "since this run began, the prompts changed" in cli("runs", "resume", "one").err
