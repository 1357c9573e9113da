"""Bad input gets one clear line and the right exit status, and nothing is written over."""

import json
from pathlib import Path
from typing import Any

import pytest

GOOD = "We have 10,000 customers and want to predict which customers cancel in the next 30 days, a weekly list. 2 % cancel."


def one_line(text: str) -> bool:
    return text.startswith("error: ") and text.count("\n") == 1 and "Traceback" not in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \n\t \n", "empty"),
        (b"...---...", "no word"),
        (b"\x7fELF\x00\x01\x02", "zero bytes"),
        (b"caf\xe9 au lait, we want to predict churn", "UTF-8"),
        (b"a" * 5_000_000, "5,000,000"),
    ],
)
def test_a_brief_that_cannot_be_read_is_named(cli: Any, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "brief.md"
    path.write_bytes(content)
    done = cli("design", path, "-o", tmp_path / "run")
    assert done.status == 2 and one_line(done.err) and said in done.err
    assert not (tmp_path / "run").exists()


def test_a_missing_brief_a_folder_and_an_unknown_skill_are_named(cli: Any, tmp_path: Path) -> None:
    brief = tmp_path / "b.md"
    brief.write_text(GOOD)
    for args, said in (
        (("design", tmp_path / "none.md"), "does not exist"),
        (("design", tmp_path), "is a folder"),
        (("design", brief, "--skill", "no-such-skill"), "unknown"),
        (("design", brief, "--run-id", "../x"), "run id"),
        (("runs", "resume", tmp_path), "holds no run"),
    ):
        done = cli(*args)
        assert done.status == 2 and one_line(done.err) and said in done.err, args


def test_a_folder_that_holds_another_run_is_left_alone(cli: Any, tmp_path: Path) -> None:
    brief = tmp_path / "b.md"
    brief.write_text(GOOD)
    assert cli("design", brief, "-o", tmp_path / "run").status == 0
    before = (tmp_path / "run" / "run.json").read_bytes()
    done = cli("design", brief, "-o", tmp_path / "run")
    assert done.status == 2 and "already holds run" in done.err and "runs resume" in done.err
    assert (tmp_path / "run" / "run.json").read_bytes() == before


def test_an_output_that_cannot_be_a_folder_is_named(cli: Any, tmp_path: Path) -> None:
    brief = tmp_path / "b.md"
    brief.write_text(GOOD)
    (tmp_path / "file").write_text("x")
    for output in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/none")):
        done = cli("design", brief, "-o", output)
        assert done.status == 2 and one_line(done.err), output


def test_a_foreign_run_json_is_not_overwritten(cli: Any, tmp_path: Path) -> None:
    brief = tmp_path / "b.md"
    brief.write_text(GOOD)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text('{"mine": 1}')
    done = cli("design", brief, "-o", tmp_path / "run")
    assert done.status == 2 and one_line(done.err)
    assert json.loads((tmp_path / "run" / "run.json").read_text()) == {"mine": 1}


def test_every_fault_of_a_skill_is_reported_at_once_with_lines(cli: Any, tmp_path: Path) -> None:
    brief = tmp_path / "b.md"
    brief.write_text(GOOD)
    skill = tmp_path / "SKILL.md"
    skill.write_text("---\nname: ML Workflow\n---\n\n## Process\n\n## Quality Checks\n")
    done = cli("design", brief, "--skill", skill, "-o", tmp_path / "run")
    assert done.status == 2 and one_line(done.err)
    assert done.err.count("line ") >= 4


@pytest.mark.parametrize(
    "text",
    [
        "🙂" * 50 + " predict churn of customers",
        "مرحبا نريد توقع churn data model",
        "predict " * 5000,
        "a\n" * 20_000 + "predict churn from data",
    ],
)
def test_odd_text_ends_in_a_typed_outcome(cli: Any, tmp_path: Path, text: str) -> None:
    path = tmp_path / "b.md"
    path.write_text(text, encoding="utf-8")
    done = cli("design", path, "-o", tmp_path / "run")
    assert done.status in (0, 1, 3) and "Traceback" not in done.err


def test_bad_usage_is_status_2(cli: Any) -> None:
    assert cli("design").status == 2
    assert cli("design", "x", "--max-attempts", "0").status == 2
    assert cli("nonsense").status == 2


def test_a_folder_with_somebody_elses_document_is_left_alone(cli: Any, tmp_path: Path) -> None:
    brief = tmp_path / "b.md"
    brief.write_text(GOOD)
    (tmp_path / "document.md").write_text("mine")
    done = cli("design", brief, "-o", tmp_path)
    assert done.status == 2 and "no run wrote" in done.err
    assert (tmp_path / "document.md").read_text() == "mine"


def test_a_finished_run_is_shown_again_and_not_driven_again(cli: Any, tmp_path: Path) -> None:
    brief = tmp_path / "b.md"
    brief.write_text(GOOD)
    cli("design", brief, "-o", tmp_path / "run")
    before = (tmp_path / "run" / "run.json").read_bytes()
    done = cli("runs", "resume", tmp_path / "run", "--model", "m", "--base-url", "http://127.0.0.1:9/v1")
    assert done.status == 0 and done.out.strip() == str(tmp_path / "run" / "document.md")
    assert (tmp_path / "run" / "run.json").read_bytes() == before


@pytest.mark.parametrize(
    "url",
    [
        "notaurl",
        "http://[::1",
        "ftp://x/v1",
        "http://user:hunter2@127.0.0.1/v1",
        "http://127.0.0.1/v1?api-key=SECRETQ",
    ],
)
def test_an_address_that_is_none_or_holds_a_secret_is_refused_without_repeating_it(
    cli: Any, tmp_path: Path, url: str
) -> None:
    brief = tmp_path / "b.md"
    brief.write_text(GOOD)
    done = cli("design", brief, "-o", tmp_path / "run", "--model", "m", "--base-url", url)
    assert done.status == 2 and one_line(done.err)
    assert "hunter2" not in done.err and "SECRETQ" not in done.err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("| Business metric | ... |", "| Money | ... |"), "business_metric"),
        (("**Feature store:**", "**Store:**"), "feature_store"),
    ],
)
def test_a_skill_whose_labels_its_kit_cannot_fill_is_refused_before_anything_is_written(
    cli: Any, tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    done = _with_skill(cli, tmp_path, *change)
    assert done.status == 2 and said in done.err and not (tmp_path / "run").exists()


def test_a_check_no_rule_knows_is_not_judged_and_never_passed(cli: Any, tmp_path: Path) -> None:
    old = "- [ ] Feature engineering documents leakage risk for every temporal feature"
    done = _with_skill(
        cli, tmp_path, old, "- [ ] Feature engineering was approved by the data protection officer"
    )
    assert done.status == 1 and "could not be judged: C2" in done.err


def test_checks_in_another_order_are_judged_by_their_own_rules(cli: Any, tmp_path: Path) -> None:
    one = "- [ ] Experiment tracking captures enough metadata to reproduce any run"
    two = "- [ ] Fallback behavior is defined for model unavailability"
    text = SKILL.read_text(encoding="utf-8").replace(one, "@").replace(two, one).replace("@", two)
    done = _with_text(cli, tmp_path, text)
    assert done.status == 0, done.err


SKILL = Path(__file__).parents[1] / "skill" / "ml_workflow" / "SKILL.md"


def _with_skill(cli: Any, tmp_path: Path, old: str, new: str) -> Any:
    text = SKILL.read_text(encoding="utf-8")
    assert old in text
    return _with_text(cli, tmp_path, text.replace(old, new))


def _with_text(cli: Any, tmp_path: Path, text: str) -> Any:
    (tmp_path / "skill").mkdir()
    (tmp_path / "skill" / "SKILL.md").write_text(text, encoding="utf-8")
    (tmp_path / "b.md").write_text(GOOD)
    return cli("design", tmp_path / "b.md", "--skill", tmp_path / "skill", "-o", tmp_path / "run")
