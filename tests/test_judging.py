"""How far a judge can be believed: real calls to scripted judges, on parts whose verdict is known by how they were made."""

import json
from typing import Any

import pytest
from openai_server import OpenAIServer, Reply, vote

from briefwright.evals import judging
from briefwright.evals.defects.run import HERE
from briefwright.skill.load import load
from briefwright.skill.ml_workflow.kit import KIT

SKILL = load(HERE.parent / "skill" / "ml_workflow", KIT.step_ids)


@pytest.fixture
def measured(cli: Any, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")

    def run(script: Any) -> str:
        server.script = script
        done = cli("eval", "--judging", "strict", "--base-url", server.url)
        assert done.status == 0, done.err
        out: str = done.out
        return out

    return run


def test_a_judge_who_passes_everything_is_shown_for_what_it_is(measured: Any) -> None:
    said = measured(lambda step, n, request: vote("yes", request))
    assert "kappa 0.00" in said
    assert "over-pass rate 1.00" in said


def test_a_judge_who_knows_the_sound_parts_agrees_with_the_labels(measured: Any) -> None:
    sound = {example.part for example in judging.examples(SKILL) if example.deserves == "yes"}

    def script(step: str, n: int, request: dict[str, Any]) -> Reply:
        asked = json.dumps(request["messages"], ensure_ascii=False)
        known = any(json.dumps(part, ensure_ascii=False)[1:-1] in asked for part in sound)
        return vote("yes" if known else "no", request)

    said = measured(script)
    assert "agreement 1.00" in said
    assert "over-pass rate 0.00" in said


def test_every_check_has_sound_and_broken_examples_and_no_broken_one_is_sound() -> None:
    examples = judging.examples(SKILL)
    for check in SKILL.checks:
        mine = [example for example in examples if example.check.id == check.id]
        assert {example.deserves for example in mine} == {"yes", "no"}
        sound = {example.part for example in mine if example.deserves == "yes"}
        assert not sound & {example.part for example in mine if example.deserves == "no"}


@pytest.mark.parametrize(
    ("sound", "faulty", "expected"),
    [
        (["yes"] * 25 + ["no"] * 10, ["yes"] * 5 + ["no"] * 10, 0.345),  # 2 × 2 table 25/10/5/10, by hand: (0.70 − 0.54) ÷ (1 − 0.54)
        (["yes"] * 4, ["no"] * 4, 1.0),
        (["no"] * 4, ["yes"] * 4, -1.0),
        (["wavering"], ["wavering"], 0.0),
    ],
)  # fmt: skip
def test_kappa_is_agreement_beyond_chance(sound: list[str], faulty: list[str], expected: float) -> None:
    assert judging.kappa(sound, faulty) == pytest.approx(expected, abs=0.005)


def test_a_judge_who_cannot_be_asked_is_said_in_one_line(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    done = cli("eval", "--judging", "strict", "--base-url", "http://127.0.0.1:9/v1")
    assert done.status != 0 and "Traceback" not in done.err and "127.0.0.1" in done.err
