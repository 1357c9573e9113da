"""The verifier on documents and defects of other hands: it may get better, not worse, and it stays quiet on what is sound."""

from pathlib import Path

import pytest

from briefwright.evals.defects.strangers import HERE, Verdict, counts, load_bed, measured, table
from briefwright.skill.load import load
from briefwright.skill.ml_workflow.kit import KIT

LATER = frozenset(
    [
        "customs-examination-targeting",
        "playlist-next-track",
        "rail-camera-fastenings",
        "water-leak-detection",
        "lits-hospitaliers",
        "arrears",
        "vettriage",
        "museumflow",
        "seedsort",
    ]
)
"""Documents written after the bounds of the others were set: harder ones, with a bound of their own until they are met as well."""
SKILL = load(Path(__file__).parents[1] / "skill" / "ml_workflow", KIT.step_ids)


@pytest.fixture(scope="module")
def found() -> tuple[list[Verdict], dict[str, frozenset[tuple[str, str]]]]:
    return measured(SKILL)


def test_every_change_of_the_bed_hits_exactly_one_passage() -> None:
    for name, text, changes in load_bed(HERE):
        assert len(changes) >= 20, name
        for change in changes:
            assert text.count(change.find) == 1 and change.replace != change.find, f"{name} {change.id}"


@pytest.mark.parametrize(("later", "share"), [(False, 0.87), (True, 0.73)])
def test_most_defects_of_strangers_are_found(found: tuple[list[Verdict], dict[str, frozenset[tuple[str, str]]]], later: bool, share: float) -> None:  # fmt: skip
    count = counts([v for v in found[0] if (v.change.document in LATER) == later])
    assert count["found"] >= share * count["defects"] > 0, table(*found)


@pytest.mark.parametrize(("later", "documents", "rephrasings"), [(False, 1, 2), (True, 2, 3)])
def test_sound_documents_and_sound_rephrasings_of_strangers_raise_next_to_no_alarm(found: tuple[list[Verdict], dict[str, frozenset[tuple[str, str]]]], later: bool, documents: int, rephrasings: int) -> None:  # fmt: skip
    verdicts, alarms = found
    assert sum(bool(said) for name, said in alarms.items() if (name in LATER) == later) <= documents, alarms
    assert sum(bool(v.new) for v in verdicts if v.change.check == "sound" and (v.change.document in LATER) == later) <= rephrasings  # fmt: skip


def test_a_bed_whose_changes_change_nothing_finds_nothing(tmp_path: Path) -> None:
    """The measure itself can fail: a defect that leaves the document as it is counts as missed."""
    name, text, _ = next(load_bed(HERE))
    (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    (tmp_path / f"{name}.jsonl").write_text('{"id": "x", "check": "C1", "find": "## Problem Definition", "replace": "## Problem Definition "}', encoding="utf-8")  # fmt: skip
    verdicts, _ = measured(SKILL, tmp_path)
    assert counts(verdicts) == {"defects": 1, "found": 0}
