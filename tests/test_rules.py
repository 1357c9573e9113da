"""The ten checks: a sound document passes, and each way to break it is found by the rule that is named for it."""

from pathlib import Path
from typing import Any

import pytest

from briefwright.evals.defects.data import DATA_DEFECTS, LIST, LIVE, Planned, q
from briefwright.skill.load import load
from briefwright.skill.ml_workflow.kit import KIT
from briefwright.skill.ml_workflow.sections import SECTIONS

ROOT = Path(__file__).parents[1]
SKILL = load(ROOT / "skill" / "ml_workflow", KIT.step_ids)


CASES = {name: Planned(name, SKILL) for name in (LIVE, LIST)}


@pytest.mark.parametrize("name", CASES)
def test_a_sound_document_has_no_failing_rule(name: str) -> None:
    for step in KIT.step_ids:
        assert CASES[name].rules_found(step, {}) == set()


@pytest.mark.parametrize(("rule", "name", "step", "change"), DATA_DEFECTS, ids=[d[0] for d in DATA_DEFECTS])
def test_a_defect_is_found_by_the_rule_that_is_named_for_it(
    rule: str, name: str, step: str, change: dict[str, Any]
) -> None:
    case = CASES[name]
    if rule == "C9.wrong_cure":
        data = next(m.id for m in case.sections[step].monitors if m.kind == "data")  # type: ignore[attr-defined]
        change = {"retraining.triggers.0.monitor": data}
    found = case.rules_found(step, change)
    assert rule in found


def test_the_wrong_sample_size_is_explained_by_the_slip_that_made_it() -> None:
    case = CASES[LIST]
    step, n = "ab_test", case.sections["ab_test"].n_per_arm.value  # type: ignore[attr-defined]
    for stated, slip in ((n / 2, "halved"), (47_820, "one-sided")):
        data = case.sections[step].model_dump(mode="json")
        data["n_per_arm"] = q(stated, "subscribers per arm")
        verdict = KIT.check(SKILL.checks[6], SECTIONS[step].model_validate(data), case.facts, case.decisions)
        assert verdict.outcome == "failed" and slip in verdict.reason


def test_a_check_that_rules_cannot_decide_is_not_judged_and_never_passed() -> None:
    case = CASES[LIST]
    data = case.sections["features"].model_dump(mode="json")
    for feature in data["features"]:
        feature["leakage_reason"] = "there is no way for this to leak at all"
    verdict = KIT.check(
        SKILL.checks[1], SECTIONS["features"].model_validate(data), case.facts, case.decisions
    )
    assert verdict.outcome == "not judged"
