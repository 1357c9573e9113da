"""Any mixture of what servers and models do wrong ends in a document or in a typed outcome with the way on, never in a traceback."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from openai_server import OpenAIServer, Reply, following_the_schema, sound

ROOT = Path(__file__).parents[1]
BRIEF = ROOT / "evals" / "briefs" / "telco-churn-first-model.md"
SKILL = ROOT / "tests" / "router" / "skills" / "podcast-episode" / "SKILL.md"
NOW = {"retry-after": "0"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize("seed", range(metafunc.config.getoption("--fault-runs")))


def nonsense(request: dict[str, Any], chance: random.Random) -> Reply:
    """A reply that fits the schema's keys and nothing else, with a few fields of another kind."""
    found: dict[str, Any] = dict.fromkeys(
        request["response_format"]["json_schema"]["schema"]["properties"], "plain words"
    )
    for key in list(found):
        if chance.random() < 0.4:
            found[key] = chance.choice([None, 7, [], {}, "", "⟧ [x]", [[[]]], "1" * 5000, "\ud800", True])
    return Reply(json.dumps(found))


def faults(request: dict[str, Any], chance: random.Random) -> list[Reply]:
    return [
        Reply(None),
        Reply("I am sorry."),
        Reply('{"a": ' * 3000),
        Reply('{"a": 1e999, "b": NaN}'),
        Reply("[1]"),
        Reply(None, refusal="I will not."),
        Reply('{"half": ', finish="length"),
        Reply("{}", finish="content_filter"),
        Reply("busy", status=429, headers=NOW),
        Reply("down", status=503, headers=NOW),
        Reply("down", status=500),
        Reply("slow down", status=429),
        Reply("long ago", line="reset"),
        Reply("half a word", line="short"),
        Reply(body="<html>gateway</html>", headers={"content-type": "text/html"}),
        Reply(
            body=json.dumps({"choices": [{"message": {"role": "assistant", "content": "x" * 10_000_000}}]})
        ),
        Reply(body="null"),
        Reply(body=json.dumps({"choices": []})),
        Reply(body=json.dumps({"choices": [{"message": None}]})),
        nonsense(request, chance),
        nonsense(request, chance),
    ]


@pytest.mark.parametrize("skill", ["ml-workflow", str(SKILL)], ids=["ml-workflow", "any-skill"])
def test_a_run_under_faults_ends_typed(
    cli: Any, server: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, skill: str, seed: int
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("BRIEFWRIGHT_TIMEOUT", "2")
    chance = random.Random(seed)
    share = chance.choice([0.2, 0.5, 0.9])
    right = sound if skill == "ml-workflow" else None

    def script(step: str, n: int, request: dict[str, Any]) -> Reply:
        if "response_format" in request and chance.random() < share:
            return chance.choice(faults(request, chance)) if "json_schema" in request["response_format"] else Reply("no")  # fmt: skip
        return right(step, request) if right else following_the_schema(step, n, request)

    server.script = script
    folder = tmp_path / "run"
    done = cli("design", BRIEF, "--skill", skill, "-o", folder, "--model", "m", "--judge", "j", "--base-url", server.url)  # fmt: skip
    assert done.status in (0, 1, 4), done.err
    assert "Traceback" not in done.err, done.err
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert (folder / "document.md").exists() == (done.status in (0, 1))
    assert record["outcome"] in ("passed", "unverified", "failed")
    if done.status == 4:
        assert "runs resume" in done.err
        server.script = lambda step, n, request: right(step, request) if right else following_the_schema(step, n, request)  # fmt: skip
        assert cli("runs", "resume", folder, "--model", "well").status in (0, 1)
