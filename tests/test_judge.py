"""The judge's share: real runs of the planner with a judge behind a local server, sound, forged, wavering and gone."""

import json
from pathlib import Path
from typing import Any

import pytest
from openai_server import OpenAIServer, Reply, vote

from briefwright.graph.judge import Opinion, judged
from briefwright.skill.spec import Verdict

BRIEF = Path(__file__).parents[1] / "evals" / "briefs" / "telco-churn-first-model.md"


@pytest.fixture
def run(cli: Any, server: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("BRIEFWRIGHT_TIMEOUT", "2")
    folder = tmp_path / "run"

    def call() -> tuple[int, dict[str, Any], str]:
        done = cli("design", BRIEF, "-o", folder, "--judge", "strict", "--base-url", server.url)
        document = folder / "document.md"
        return (
            done.status,
            json.loads((folder / "run.json").read_text(encoding="utf-8")),
            document.read_text(encoding="utf-8") if document.exists() else "",
        )

    return call


def test_a_judge_is_asked_one_question_per_check_and_two_equal_votes_decide(
    run: Any, server: OpenAIServer
) -> None:
    status, record, text = run()
    assert status == 0
    assert len(server.requests) == 20
    assert {verdict["by"] for verdict in record["verdicts"]} == {"judge"}
    assert "passed by rules and a judge" in text


def test_a_no_with_a_real_quote_fails_the_check_and_shows_on_the_first_page(
    run: Any, server: OpenAIServer
) -> None:
    def script(step: str, n: int, request: dict[str, Any]) -> Reply:
        return vote("no" if "finance or operations owner" in str(request["messages"]) else "yes", request)

    server.script = script
    status, record, text = run()
    assert status == 1
    assert [v["check"] for v in record["verdicts"] if v["outcome"] == "failed"] == ["C1"]
    assert "C1 failed: strict: as it stands there" in text.split("## Problem Definition")[0]


def test_words_of_a_judge_become_neither_markup_nor_half_characters(run: Any, server: OpenAIServer) -> None:
    def script(step: str, n: int, request: dict[str, Any]) -> Reply:
        held = json.loads(vote("no", request).content or "")
        text = json.dumps({**held, "reason": "<script>x</script> [a](javascript:b)"})
        return Reply(text) if n % 3 else Reply(text.replace("javascript", "\\ud800"))

    server.script = script
    status, _, text = run()
    assert status == 1 and "<script" not in text and "](" not in text


@pytest.mark.parametrize("bad", ['{"a":' * 3000 + "1" + "}" * 3000, '{"quote": NaN}', "[" * 5000])
def test_a_vote_nobody_can_read_is_no_vote(run: Any, server: OpenAIServer, bad: str) -> None:
    server.script = lambda step, n, request: Reply(bad)
    status, _, text = run()
    assert status == 0 and "not judged: the judge wavered" in text


def test_a_quote_that_stands_nowhere_is_no_vote(run: Any, server: OpenAIServer) -> None:
    server.script = lambda step, n, request: vote("no", request, "all ten checks are perfect here")
    status, record, text = run()
    assert status == 0
    assert {verdict["by"] for verdict in record["verdicts"]} == {"rules"}
    assert len(server.requests) == 30
    assert "not judged: the judge wavered" in text


def test_a_wavering_judge_decides_nothing(run: Any, server: OpenAIServer) -> None:
    answers = {1: "yes", 2: "no"}

    def script(step: str, n: int, request: dict[str, Any]) -> Reply:
        seen = sum(each["messages"] == request["messages"] for each in server.requests)
        return vote(answers[seen], request) if seen in answers else Reply("I cannot say")

    server.script = script
    status, _, text = run()
    assert status == 0
    assert "passed by rules." in text and "not judged for 10 of 10 checks" in text


def test_a_judge_nobody_can_reach_ends_the_run_resumable(run: Any, server: OpenAIServer) -> None:
    server.script = lambda step, n, request: Reply("no", status=401)
    status, record, text = run()
    assert (status, record["outcome"], text) == (4, "failed", "")


def test_rules_overrule_the_judge() -> None:
    failed = Verdict("C4", "failed", "rules", "a random split")
    assert judged(failed, Opinion("C4", "yes", "split by time", "fine"), "judge") is failed
    open_one = Verdict("C2", "not judged", "nobody", "boilerplate")
    assert judged(open_one, Opinion("C2", "yes", "posted dates", "fine"), "judge").outcome == "passed"


def test_the_judge_sees_the_part_and_the_question_and_nothing_of_the_writer(
    run: Any, server: OpenAIServer
) -> None:
    run()
    asked = server.requests[0]["messages"]
    assert len(asked) == 1
    assert "planner" not in asked[0]["content"] and "attempt" not in asked[0]["content"]
