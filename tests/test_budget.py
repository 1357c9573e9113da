"""What a prompt holds and what a run may cost: dry runs, references by trigger, limits, the pace of requests."""

import asyncio
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai_server import OpenAIServer, Reply, sound

from briefwright.graph.budget import Budget, Price, cost, prices
from briefwright.graph.limiter import Limiter
from briefwright.graph.model import Usage
from briefwright.graph.tokens import Tokens
from briefwright.skill.references import called_for, references

ROOT = Path(__file__).parents[1]
BRIEF = ROOT / "evals" / "briefs" / "telco-churn-first-model.md"
FOLDER = ROOT / "skill" / "ml_workflow"


@pytest.fixture
def run(cli: Any, server: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    folder = tmp_path / "run"

    def call(*options: object) -> tuple[Any, dict[str, Any]]:
        done = cli("design", BRIEF, "-o", folder, "--model", "gpt-5-mini", "--base-url", server.url, *options)
        record = folder / "run.json"
        return done, json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}

    return call


def test_a_dry_run_shows_every_prompt_and_its_cost_and_calls_nothing(run: Any, server: OpenAIServer) -> None:
    done, record = run("--dry-run")
    assert done.status == 0 and record == {} and server.requests == []
    assert done.out.count("--- system") == 7
    assert "tokens" in done.out and "about USD 0." in done.out and "prices of" in done.out


def test_a_step_gets_the_references_its_brief_calls_for_and_no_others(run: Any) -> None:
    out = run("--dry-run")[0].out
    parts = {part.split(":")[0]: part for part in out.split("=== ")[1:]}
    assert "# Experiments" in parts["ab_test"] and "# Experiments" not in parts["features"]
    assert "# Leakage" in parts["features"]
    assert "# Edge" not in out and "# Images" not in out


def test_a_check_comes_with_words_that_pass_and_words_that_fail(run: Any) -> None:
    out = run("--dry-run")[0].out
    assert out.count("  passes: ") == 10 and out.count("  fails: ") == 10


def test_references_beyond_the_room_are_left_out_whole() -> None:
    kept, left = Tokens().pack([("a", "x" * 300), ("b", "y" * 3000), ("c", "z" * 30)], 150)
    assert [name for name, _ in kept] == ["a", "c"] and left == ["b"]


def test_every_reference_says_when_and_where_it_serves() -> None:
    found = references(FOLDER)
    assert len(found) >= 12
    for reference in found:
        assert reference.triggers and set(reference.steps) <= {"problem", "features", "tracking", "training", "serving", "ab_test", "monitoring"}  # fmt: skip
    assert called_for(found, "serving", "nothing of interest") == []


def test_a_used_up_budget_lets_the_planner_write_the_rest_and_still_gives_a_document(
    run: Any, server: OpenAIServer
) -> None:
    done, record = run("--max-tokens", "2000")
    writers = {section["writer"] for section in record["sections"].values()}
    assert done.status in (0, 1)
    assert "planner" in writers
    assert "budget is used up" in done.out + Path(done.out.strip()).read_text(encoding="utf-8")


def test_what_was_paid_before_an_interruption_counts_against_the_limit(run: Any, cli: Any, server: OpenAIServer, tmp_path: Path) -> None:  # fmt: skip
    server.script = lambda step, n, request: Reply("no", status=401) if step == "problem" else sound(step, request)  # fmt: skip
    _, failed = run("--max-tokens", "2900")
    assert [use["input_tokens"] for use in failed["usage"]] == [1200, 1200]
    server.script = lambda step, n, request: sound(step, request)
    done = cli("runs", "resume", tmp_path / "run")
    assert done.status in (0, 1), done.err
    assert not server.asked("training"), "the limit was used up before the run failed"
    used = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))["usage"]
    assert sum(use["earlier"] for use in used) == 2


def test_a_deadline_does_not_wait_for_an_answer_under_way(run: Any, server: OpenAIServer) -> None:
    server.script = lambda step, n, request: replace(sound(step, request), delay_s=30.0)
    done, record = run("--deadline", "1")
    assert done.status in (0, 1), done.err
    assert record["usage"] == []
    assert all(section["writer"] == "planner" for section in record["sections"].values())
    assert "deadline came before the answer" in Path(done.out.strip()).read_text(encoding="utf-8")


def test_a_judge_who_is_late_leaves_its_questions_open(run: Any, server: OpenAIServer) -> None:
    server.script = lambda step, n, request: replace(sound(step, request), delay_s=30.0 * (step == "judge"))
    done, record = run("--judge", "late", "--deadline", "8")
    assert done.status in (0, 1), done.err
    assert {section["writer"] for section in record["sections"].values()} == {"gpt-5-mini"}
    assert "judge" not in {verdict["by"] for verdict in record["verdicts"]}


def test_near_the_end_of_the_budget_nothing_is_revised(run: Any, server: OpenAIServer) -> None:
    def script(step: str, n: int, request: dict[str, Any]) -> Reply:
        reply = sound(step, request)
        fields = json.loads(reply.content or "{}")
        if step == "tracking":
            fields["run_name_pattern"] = "run_42"
        return Reply(json.dumps(fields))

    server.script = script
    run("--max-tokens", "5000")
    assert len(server.asked("tracking")) < 3


def test_a_limit_on_cost_without_a_price_is_refused_before_anything_is_sent(
    cli: Any, server: OpenAIServer, tmp_path: Path
) -> None:
    done = cli(
        "design",
        BRIEF,
        "-o",
        tmp_path / "x",
        "--model",
        "unheard-of",
        "--base-url",
        server.url,
        "--max-cost",
        "1",
    )
    assert done.status == 2 and "unheard-of" in done.err and server.requests == []


def test_a_table_of_ones_own_outranks_ours(tmp_path: Path) -> None:
    table = tmp_path / "prices.yaml"
    table.write_text("as_of: 2026-11-01\nper_million_tokens:\n  mine: {input: 1, cached: 0.5, output: 2}\n")
    assert prices(table) == ("2026-11-01", {"mine": Price(1, 0.5, 2)})


@given(st.integers(0, 10**7), st.integers(0, 10**6), st.integers(0, 10**6))
def test_cost_counts_cached_tokens_once(prompt: int, cached: int, answer: int) -> None:
    cached = min(cached, prompt)
    use = Usage("s", 1, prompt, answer, cached, 0.1)
    assert cost([use], Price(1, 1, 1)) == pytest.approx((prompt + answer) / 1e6)
    assert cost([use], Price(1, 0, 1)) <= cost([use], Price(1, 1, 1))


def test_replayed_calls_use_up_no_budget() -> None:
    use = Usage("s", 1, 900, 100, 0, 0.0, replayed=True)
    assert Budget(max_tokens=1000).spent([use]) == 0.0


def test_requests_keep_their_pace_over_all_branches() -> None:
    async def five() -> float:
        limiter = Limiter(requests_per_min=1200)
        started = time.monotonic()
        await asyncio.gather(*(limiter.turn() for _ in range(5)))
        return time.monotonic() - started

    assert asyncio.run(five()) >= 4 * 0.05 * 0.95
