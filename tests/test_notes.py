"""Evolution notes: what a run ran into is there for the next one, and nothing of its brief."""

import json
import multiprocessing
import os
from pathlib import Path
from typing import Any

import pytest
from openai_server import OpenAIServer, Reply, sound

from briefwright.notes import MOST_KEPT, feedback, into_skill, notes_of, prune

BRIEF = Path(__file__).parents[1] / "evals" / "briefs" / "gym-cancellations.md"


@pytest.fixture
def notes() -> Path:
    return Path(os.environ["BRIEFWRIGHT_NOTES"])


def stumbling(step: str, n: int, request: dict[str, Any]) -> Reply:
    """At its first attempt at `tracking` the model gives prose."""
    return Reply("Here is what I think.") if step == "tracking" and n == 1 else sound(step, request)


def design(cli: Any, server: OpenAIServer, folder: Path) -> Any:
    return cli("design", BRIEF, "-o", folder, "--model", "scripted", "--base-url", server.url)


def test_what_failed_first_and_what_mended_it_reach_the_next_run(cli: Any, server: OpenAIServer, tmp_path: Path, notes: Path) -> None:  # fmt: skip
    server.script = stumbling
    assert design(cli, server, tmp_path / "a").status == 0
    (note,) = notes_of(notes, "ml-workflow")
    assert note.failed == {"tracking": ["to give a section"]} and note.mended == {"tracking": 2}
    assert "tracking failed" not in str(server.requests), "a first run has no notes to learn from"
    cli("runs", "note", tmp_path / "a", "Name the owner of every alert.")
    asked = len(server.requests)
    assert design(cli, server, tmp_path / "b").status == 0
    said = server.requests[asked]["messages"][1]["content"]
    assert "tracking failed to give a section at first, passed at attempt 2" in said
    assert "a reader says: Name the owner of every alert." in said
    assert json.loads((tmp_path / "b" / "run.json").read_text())["request"]["notes"]


def test_a_note_holds_no_word_of_a_brief(cli: Any, server: OpenAIServer, tmp_path: Path, notes: Path) -> None:
    server.script = stumbling
    design(cli, server, tmp_path / "a")
    text = (notes / "ml-workflow.jsonl").read_text(encoding="utf-8").lower()
    words = {word.strip(".,").lower() for word in BRIEF.read_text(encoding="utf-8").split() if len(word) > 5}
    allowed = {"section", "tracking", "features", "training", "passed", "failed"}  # our own words
    assert not {word for word in words if word in text} - allowed


def test_going_on_asks_in_the_same_words_whatever_was_noted_meanwhile(cli: Any, server: OpenAIServer, tmp_path: Path, notes: Path) -> None:  # fmt: skip
    server.script = lambda step, n, request: (
        Reply("no", status=401) if step == "monitoring" else sound(step, request)
    )
    assert design(cli, server, tmp_path / "a").status == 4
    asked = len(server.requests)
    feedback(notes, "ml-workflow", "x", "Something new.")
    server.script = lambda step, n, request: sound(step, request)
    assert cli("runs", "resume", tmp_path / "a").status == 0
    assert len(server.requests) == asked + 1, "six sections were answered before and are not asked for again"


def test_runs_side_by_side_lose_no_note(notes: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        pool.starmap(feedback, [(notes, "s", f"r{n}", f"note {n}") for n in range(60)])
    assert {note.feedback for note in notes_of(notes, "s")} == {f"note {n}" for n in range(60)}


def test_notes_are_shown_pruned_and_exported(cli: Any, tmp_path: Path, notes: Path) -> None:
    for n in range(5):
        feedback(notes, "ml-workflow", f"r{n}", f"note {n}")
    assert cli("skills", "notes").out.count("a reader says") == 5
    assert "3 notes forgotten" in cli("skills", "notes", "--prune", 2).err
    assert cli("skills", "notes", "--export", tmp_path / "SKILL.md").status == 0
    from briefwright.skill.load import load

    skill = load(tmp_path / "SKILL.md")
    assert len(skill.steps) == 7 and "a reader says: note 4" in skill.text and "note 1" not in skill.text
    later = into_skill(skill.text + "\n## Appendix\n\nKept.\n", [])
    assert "note 4" not in later and later.endswith("## Appendix\n\nKept.\n")
    assert cli("skills", "notes", "--export", tmp_path / "SKILL.md").status == 2
    assert cli("runs", "note", tmp_path / "nothing", "x").status == 2


def test_the_file_stays_small(notes: Path) -> None:
    path = notes / "s.jsonl"
    path.write_text('{"day": "2026-01-01", "run": "old"}\n' * (MOST_KEPT + 5) + "{broken\n", encoding="utf-8")
    feedback(notes, "s", "new", "the latest")
    found = notes_of(notes, "s")
    assert len(found) <= MOST_KEPT and found[-1].feedback == "the latest"
    assert prune(notes, "s", 0) and notes_of(notes, "s") == []


def test_without_a_folder_nothing_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that drives a run with settings of its own finds no file of ours beside it."""
    from briefwright.records import Request, prepare
    from briefwright.runs import drive
    from briefwright.settings import Settings

    monkeypatch.chdir(tmp_path)
    request = Request(
        "r", BRIEF.read_text(encoding="utf-8"), "ml-workflow", "planner", "", 3, False, "2026-11-23"
    )
    drive(tmp_path / "run", prepare(tmp_path / "run", request), Settings(), lambda event: None)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
