"""`briefwright check` on documents of every making: sound ones pass, broken ones are found on their line, no input crashes it."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Done
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from briefwright.evals.defects.catalogue import DEFECTS, Defect
from briefwright.evals.defects.run import AS_OF, Sound, broken, detected, fails, sound_documents
from briefwright.skill.kit import Brief
from briefwright.skill.load import load
from briefwright.skill.ml_workflow.kit import KIT
from briefwright.skill.ml_workflow.verify.check import verify

Cli = Callable[..., Done]
ROOT = Path(__file__).parents[1]
EXEMPLARS = sorted((ROOT.parent / "shared" / "exemplars").glob("*/document.md"))
SKILL = load(ROOT / "skill" / "ml_workflow", KIT.step_ids)
DOCUMENTS = {document.name: document for document in sound_documents(SKILL)}
LIST = DOCUMENTS["telco-churn-first-model"]
LIVE = DOCUMENTS["card-fraud-realtime"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_sound_document_has_no_finding_with_and_without_its_brief(name: str) -> None:
    brief = Brief((ROOT / "evals" / "briefs" / f"{name}.md").read_text("utf-8"), AS_OF)
    assert fails(SKILL, DOCUMENTS[name].text) == []
    assert fails(SKILL, DOCUMENTS[name].text, KIT.read(brief)) == []


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d: f"{d.check}-{d.row}-{' '.join(d.cells)[:40]}")
def test_defect_is_found_by_the_check_it_breaks(defect: Defect) -> None:
    document = LIVE if defect.only == "live" else LIST
    assert broken(document.text, defect) != document.text, "the defect was not applied"
    assert detected(SKILL, broken(document.text, defect), defect)


REPHRASED = [
    (
        "list",
        "Success threshold",
        "Offline: precision at 8,000 of 0.072 or better on the test window, at least 0.065 at the lower 95 % bound",
    ),
    (
        "list",
        "What's tracked",
        "Which code (Git SHA), which data (checksums of the files), which settings (with random state), which environment (lock file, container digest), which periods for fitting, validating and testing, which results on each, and the files that came out",
    ),
    ("list", "Data split", "Strictly by date, oldest first; nothing is drawn at random"),
    (
        "list",
        "Registry",
        "MLflow: development, then staging, then production; four eyes at each step, the author never signs; gates below; the version before stays deployable",
    ),
    ("list", "Validation", "Rolling origins over five months; no k-fold, it would mix past and future"),
    (
        "live",
        "Fallback",
        "No answer after 60 ms, or 20 % errors within 10 s: the rules decide, no model needed",
    ),
]


@pytest.mark.parametrize(("kind", "row", "cells"), REPHRASED, ids=[row for _, row, _ in REPHRASED])
def test_sound_row_in_other_words_is_no_finding(kind: str, row: str, cells: str) -> None:
    assert fails(SKILL, edited(LIVE if kind == "live" else LIST, row, cells)) == []


STRANGERS = [
    (
        "C1",
        "Business metric",
        "Handling cost per case in the controller's report, to be cut: €4.10 now, €4.60 by the end of next year",
    ),
    ("C1", "Target variable", "Cases the analysts would call bad; they know one when they see it"),
    (
        "C4",
        "Validation",
        "Five equal parts; each part is left out once while the other four are used for fitting",
    ),
    ("C4", "Tuning", "60 trials; the setting with the best score on the final exam period is kept"),
    (
        "C5",
        "Registry",
        "MLflow: dev → staging → production; approved by its author; way back: previous version",
    ),
    (
        "C5",
        "Registry",
        "MLflow: dev → staging → production; approved by the team lead; no rollback, we fix forward",
    ),
    ("C6", "Latency SLA", "as fast as users expect"),
    ("C7", "Min duration", "Looked at every morning; it ends on the first day the p-value drops under 0.05"),
    ("C8", "Model drift", "Evidently · precision < 0.2 weekly · to be decided"),
    ("C10", "Fallback", "To be agreed with operations before go-live"),
    ("C10", "Fallback", "The service is very reliable, 99.9 % last year, so we do not expect this to happen"),
]


@pytest.mark.parametrize(("check", "row", "cells"), STRANGERS, ids=lambda value: str(value)[:30])
def test_fault_in_natural_words_is_found(check: str, row: str, cells: str) -> None:
    assert any(rule.startswith(f"{check}.") for rule in fails(SKILL, edited(LIST, row, cells)))


def edited(document: Sound, row: str, cells: str) -> str:
    return broken(document.text, Defect("", row, (cells,)))


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.md"
    path.write_text(edited(LIST, "Data split", "stratified random 80/20"), encoding="utf-8")
    return path


def test_finding_names_the_line_the_rule_and_the_way_to_mend_it(cli: Cli, bad: Path) -> None:
    done = cli("check", bad)
    line = next(
        n
        for n, text in enumerate(bad.read_text("utf-8").splitlines(), 1)
        if text.startswith("| Data split |")
    )
    assert done.status == 1
    assert f"{bad}:{line}: fail C4.polite_random [Data split]" in done.out
    assert "Split by time." in done.out


def test_sarif_places_each_finding_in_the_file(cli: Cli, bad: Path) -> None:
    done = cli("check", bad, "--format", "sarif")
    run = json.loads(done.out)["runs"][0]
    result = next(r for r in run["results"] if r["ruleId"] == "C4.polite_random")
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "C4.polite_random"
    assert result["level"] == "error"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] > 1


def test_junit_has_one_case_per_check_and_one_for_agreement(cli: Cli, bad: Path) -> None:
    suite = ET.fromstring(cli("check", bad, "--format", "junit").out)
    failed = [case.get("name", "")[:2] for case in suite if case.find("failure") is not None]
    assert len(suite) == 11
    assert failed == ["C4"]
    assert suite.get("failures") == "1"


def test_json_carries_the_same_verdicts_as_the_text(cli: Cli, bad: Path) -> None:
    body = json.loads(cli("check", bad, "--format", "json").out)
    text = cli("check", bad).out
    assert body["status"] == 1
    for verdict in body["verdicts"]:
        assert f"{verdict['check']:<4} {verdict['outcome']}" in text


def test_facts_of_the_brief_are_held_against_the_document(cli: Cli, tmp_path: Path) -> None:
    document = tmp_path / "document.md"
    document.write_text(
        edited(LIVE, "Latency SLA", "p50 ≤ 200 ms, p99 ≤ 900 ms; a payment waits for the answer"),
        encoding="utf-8",
    )
    brief = ROOT / "evals" / "briefs" / f"{LIVE.name}.md"
    assert "C6.sla" in cli("check", document, "--brief", brief).out


def test_missing_part_is_not_judged_and_never_passed(cli: Cli, tmp_path: Path) -> None:
    kept, _, rest = LIST.text.partition("## Model Serving")
    document = tmp_path / "document.md"
    document.write_text(kept + rest[rest.index("\n## ") :], encoding="utf-8")
    done = cli("check", document)
    verdicts = {
        line[:4].strip(): line[5:16].strip() for line in done.out.splitlines() if line.startswith("C")
    }
    assert done.status == 1
    assert (verdicts["C6"], verdicts["C10"]) == ("not judged", "not judged")
    assert "not found:" in done.out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\x00x", "is not UTF-8"),
        (b"# A poem\n\nabout nothing\n", "none of the headings"),
        (b"x" * 2_000_001, "bytes; at most"),
    ],
)
def test_what_cannot_be_checked_is_refused_in_one_line(
    cli: Cli, tmp_path: Path, content: bytes, words: str
) -> None:
    document = tmp_path / "document.md"
    document.write_bytes(content)
    done = cli("check", document)
    assert done.status == 2
    assert words in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_several_documents_end_in_the_worst_status(cli: Cli, tmp_path: Path, bad: Path) -> None:
    sound = tmp_path / "sound.md"
    sound.write_text(LIST.text, encoding="utf-8")
    assert cli("check", sound).status == 0
    assert cli("check", sound, bad).status == 1
    assert cli("check", sound, bad, "--format", "junit").status == 2


def test_document_without_access_is_refused(cli: Cli, tmp_path: Path) -> None:
    assert cli("check", tmp_path / "absent.md").status == 2
    assert cli("check", tmp_path).status == 2


NOISE = "| a | b |\n|---|---|\n| 1 | 2 |\n\n"


@pytest.mark.parametrize(
    "text",
    [
        NOISE * 10_000 + LIST.text,
        "```\n" * 999 + LIST.text,
        LIST.text.replace("\n", "\r\n"),
        LIST.text.replace("| ", "| \u202e"),
        "<!-- " + LIST.text,
        "> " * 500 + "\n" + LIST.text,
        LIST.text.replace("|", "\\|"),
        "# " + "x" * 200_000 + "\n" + LIST.text,
        LIST.text.replace("1", "9" * 400),
    ],
    ids=["tables", "fences", "crlf", "rtl", "comment", "quotes", "escaped", "long", "digits"],
)
def test_hostile_document_is_judged_without_a_crash(text: str) -> None:
    verdicts, _, _ = verify(text, SKILL)
    assert len(verdicts) == 10


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    row=st.sampled_from(["Data split", "Registry", "Latency SLA", "Fallback", "Min duration", "Drift"]),
    cells=st.text(max_size=300),
)
@example(row="Data split", cells="train 2025-13-45 to 2025-99-99, test 0000-00-00 to 9999-99-99")
@example(row="Latency SLA", cells="p50 ≤ 1e999 ms, p99 ≤ , ms")
@example(row="Min duration", cells="0 days, -1 users, power 0, alpha 0 → 0 per arm")
def test_any_words_in_a_row_are_judged_without_a_crash(row: str, cells: str) -> None:
    verdicts, _, _ = verify(edited(LIST, row, cells.replace("\n", " ").replace("\r", " ")), SKILL)
    assert len(verdicts) == 10


@pytest.mark.skipif(not EXEMPLARS, reason="no hand-written exemplars beside the repository")
@pytest.mark.parametrize("path", EXEMPLARS, ids=lambda p: p.parent.name)
def test_document_written_by_hand_has_no_finding(cli: Cli, path: Path) -> None:
    assert cli("check", path).status == 0
