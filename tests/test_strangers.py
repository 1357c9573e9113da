"""The verifier on documents and defects of other hands: it may get better, not worse, and it stays quiet on what is sound."""

from pathlib import Path

import pytest

from briefwright.evals.defects.strangers import HERE, Verdict, counts, load_bed, measured, table
from briefwright.skill.load import load
from briefwright.skill.ml_workflow.kit import KIT

SKILL = load(Path(__file__).parents[1] / "skill" / "ml_workflow", KIT.step_ids)


@pytest.fixture(scope="module")
def found() -> tuple[list[Verdict], dict[str, frozenset[tuple[str, str]]]]:
    return measured(SKILL)


def test_every_change_of_the_bed_hits_exactly_one_passage() -> None:
    for name, text, changes in load_bed(HERE):
        assert len(changes) >= 20, name
        for change in changes:
            assert text.count(change.find) == 1 and change.replace != change.find, f"{name} {change.id}"


def test_most_defects_of_strangers_are_found(
    found: tuple[list[Verdict], dict[str, frozenset[tuple[str, str]]]],
) -> None:
    count = counts(found[0])
    assert count["found"] >= 0.83 * count["defects"], table(*found)


def test_sound_documents_and_sound_rephrasings_of_strangers_raise_next_to_no_alarm(found: tuple[list[Verdict], dict[str, frozenset[tuple[str, str]]]]) -> None:  # fmt: skip
    verdicts, alarms = found
    assert sum(bool(said) for said in alarms.values()) <= 3, alarms
    assert sum(bool(v.new) for v in verdicts if v.change.check == "sound") <= 3


def test_a_bed_whose_changes_change_nothing_finds_nothing(tmp_path: Path) -> None:
    """The measure itself can fail: a defect that leaves the document as it is counts as missed."""
    name, text, _ = next(load_bed(HERE))
    (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    (tmp_path / f"{name}.jsonl").write_text('{"id": "x", "check": "C1", "find": "## Problem Definition", "replace": "## Problem Definition "}', encoding="utf-8")  # fmt: skip
    verdicts, _ = measured(SKILL, tmp_path)
    assert counts(verdicts) == {"defects": 1, "found": 0}
