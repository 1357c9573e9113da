"""A SKILL.md is read whole, and what is wrong with it is said at once, with lines."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefwright.skill.load import load, parse_skill
from briefwright.skill.markdown import Fence, Labelled, Table
from briefwright.skill.ml_workflow.kit import KIT
from briefwright.skill.spec import allowed_values, row_labels

FOLDER = Path(__file__).parents[1] / "skill" / "ml_workflow"
TEXT = (FOLDER / "SKILL.md").read_text(encoding="utf-8")
CORPUS = sorted((Path(__file__).parents[2] / "shared" / "skills-corpus").glob("*/*/SKILL.md"))


def test_the_first_skill_is_read_whole() -> None:
    skill = load(FOLDER, KIT.step_ids)
    assert (len(skill.steps), len(skill.inputs), len(skill.triggers), len(skill.checks)) == (7, 6, 13, 10)
    assert skill.faults == ()
    assert [step.part.heading for step in skill.steps] == [
        "Problem Definition", "Feature Engineering", "Experiment Tracking", "Training Pipeline", "Model Serving",
        "A/B Testing", "Monitoring and Drift",
    ]  # fmt: skip


def test_the_template_survives_fences_of_equal_length() -> None:
    skill = load(FOLDER, KIT.step_ids)
    training = skill.step("training").part
    fence = next(block for block in training.blocks if isinstance(block, Fence))
    stages = next(block for block in training.blocks if isinstance(block, Table))
    assert "data → features → train → evaluate → register" in fence.text
    assert row_labels(stages) == ("Data split", "Training", "Tuning", "Validation", "Registry")
    monitoring = skill.step("monitoring").part
    policy = next(block for block in monitoring.blocks if isinstance(block, Labelled))
    assert allowed_values(policy.text) == ("Scheduled", "Triggered", "Continuous")


def test_allowed_values_come_from_the_template() -> None:
    skill = load(FOLDER, KIT.step_ids)
    features = next(block for block in skill.step("features").part.blocks if isinstance(block, Table))
    assert allowed_values(features.rows[0][-1]) == ("Low", "Med", "High")
    serving = next(block for block in skill.step("serving").part.blocks if isinstance(block, Table))
    assert allowed_values(serving.rows[0][1]) == ("Batch", "Real-time", "Streaming", "Edge")


def test_each_check_is_bound_to_the_step_it_judges() -> None:
    skill = load(FOLDER, KIT.step_ids)
    bound = [check.steps[0] for check in skill.checks]
    assert bound == [
        "problem", "features", "tracking", "training", "training", "serving", "ab_test", "monitoring", "monitoring",
        "serving",
    ]  # fmt: skip


def test_every_fault_is_reported_at_once_with_its_line() -> None:
    broken = "---\nname: x\n---\n# x\n\n## Process\n\ntext\n\n## Quality Checks\n\nnothing\n"
    faults = parse_skill(broken).faults
    said = " ".join(fault.message for fault in faults)
    for part in ("description", "triggers", "Output Format", "### Step N", "- [ ]"):
        assert part in said
    assert all(fault.line > 0 for fault in faults)


@pytest.mark.parametrize("text", ["", "no front matter", "---\n: [\n---\n", "---\n- a\n---\n"])
def test_a_skill_that_cannot_run_says_so_and_nothing_raises(text: str) -> None:
    assert any(fault.fatal for fault in parse_skill(text).faults)


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    file = tmp_path / "SKILL.md"
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert load(file, KIT.step_ids).checks == load(FOLDER, KIT.step_ids).checks


@given(st.text(alphabet=st.sampled_from("#-|`*:[]() \nabcStep1Process\t\r\u202e—"), max_size=400))
@settings(max_examples=150)
def test_any_text_is_parsed_without_a_traceback(text: str) -> None:
    parse_skill(text)
    parse_skill(TEXT[:2000] + text + TEXT[2000:])


@pytest.mark.skipif(not CORPUS, reason="the corpus of other people's skills does not lie beside this repo")
def test_other_skills_of_the_format_keep_their_steps_and_checks() -> None:
    for path in CORPUS:
        skill = parse_skill(path.read_text(encoding="utf-8"), str(path))
        assert 5 <= len(skill.steps) <= 8 and 6 <= len(skill.checks) <= 10, path
