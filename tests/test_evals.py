"""Evals: cases checked all at once, results that survive crashes, recordings that replay, comparisons that can say no."""

import asyncio
import json
import random
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from openai_server import OpenAIServer, Reply, sound

from briefwright.evals.cases import Case, Expect, as_jsonl, load_cases
from briefwright.evals.compare import compare
from briefwright.evals.errors import EvalError
from briefwright.evals.gate import Gate, short_of
from briefwright.evals.report import page
from briefwright.evals.run import Result, read_results, run_cases
from briefwright.evals.scores import Score

ROOT = Path(__file__).parents[1]
CASES = ROOT / "evals" / "cases"


def test_forty_cases_load_and_go_through_jsonl_unchanged(tmp_path: Path) -> None:
    cases = load_cases(CASES)
    assert len(cases) >= 40
    path = tmp_path / "cases.jsonl"
    path.write_text(as_jsonl(cases), encoding="utf-8")
    assert load_cases(path) == cases


def test_every_fault_of_every_case_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\noutcome: splendid\nmentions: ['(']\n---\nbrief", encoding="utf-8")
    (tmp_path / "b.md").write_text("---\nid: UPPER\ncolour: red\n---\nbrief", encoding="utf-8")
    with pytest.raises(EvalError) as fault:
        load_cases(tmp_path)
    for words in ("a.md", "outcome", "is no pattern", "b.md", "id", "colour"):
        assert words in str(fault.value)


def evaluated(cli: Any, out: Path, *options: object) -> Any:
    return cli("eval", "-o", out, *options)


def test_an_eval_of_the_planner_scores_reports_and_meets_its_gate(cli: Any, tmp_path: Path) -> None:
    done = evaluated(cli, tmp_path / "e", "--gate", ROOT / "evals" / "gate.yaml")
    assert done.status == 0, done.out
    assert "| outcome_right | 40 |" in done.out and "40 of 40 runs scored" in done.out
    suite = ET.fromstring((tmp_path / "e" / "junit.xml").read_text(encoding="utf-8"))
    assert suite.get("tests") == "40" and suite.get("errors") == "0"
    html = (tmp_path / "e" / "report.html").read_text(encoding="utf-8")
    assert "<script" not in html and "http://" not in html.split("<main>")[0]


def test_nothing_changed_means_no_difference_and_a_worse_planner_is_said_to_be_worse(
    cli: Any, tmp_path: Path
) -> None:
    evaluated(cli, tmp_path / "a", "--only", "b")
    same = evaluated(cli, tmp_path / "b", "--only", "b", "--baseline", tmp_path / "a")
    assert "no difference shown" in same.out and "| worse |" not in same.out
    worse = [Result(**{**r.__dict__, "scores": tuple(Score(s.name, s.kind, s.value * 0.6, "") if s.name == "facts_honoured" else s for s in r.scores)}) for r in read_results(tmp_path / "a" / "results.jsonl")]  # fmt: skip
    found = {d.score: d for d in compare(read_results(tmp_path / "a" / "results.jsonl"), worse)}
    assert found["facts_honoured"].verdict == "worse" and found["facts_honoured"].high < 0
    assert found["outcome_right"].verdict == "no difference shown"
    assert short_of(Gate(), worse, list(found.values()))


def test_a_crash_is_a_result_of_its_own_and_is_tried_again(tmp_path: Path) -> None:
    broken = {"b"}

    async def produce(case: Case, epoch: int) -> tuple[dict[str, Any], str]:
        if case.id in broken:
            raise RuntimeError("something fell over")
        return {"outcome": "passed", "reason": "", "sections": {}, "verdicts": [], "usage": []}, "text"

    cases = [Case(id=id, brief="x", expect=Expect()) for id in ("a", "b", "c")]
    first = asyncio.run(run_cases(cases, produce, tmp_path))
    assert [r.status for r in first] == ["scored", "crashed", "scored"]
    assert first[1].scores == ()
    broken.clear()
    asked: list[str] = []

    async def again(case: Case, epoch: int) -> tuple[dict[str, Any], str]:
        asked.append(case.id)
        return await produce(case, epoch)

    second = asyncio.run(run_cases(cases, again, tmp_path))
    assert asked == ["b"] and [r.status for r in second] == ["scored"] * 3


def test_results_cut_by_a_kill_are_read_up_to_the_cut(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    path.write_text(json.dumps({"case": "a", "epoch": 1, "status": "scored", "outcome": "passed", "reason": "", "scores": [], "checks": {}, "document": ""}) + '\n{"case": "b", "ep', encoding="utf-8")  # fmt: skip
    assert [r.case for r in read_results(path)] == ["a"]


def test_a_recorded_eval_replays_without_server_or_key_to_the_same_results(
    cli: Any, server: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-of-mine")
    tape = tmp_path / "calls.jsonl"
    options = ("--only", "gym", "--model", "scripted", "--base-url", server.url)
    first = evaluated(cli, tmp_path / "a", *options, "--record", tape)
    assert first.status == 0 and len(server.requests) == 7
    assert "sk-secret-of-mine" not in tape.read_text(encoding="utf-8")
    monkeypatch.delenv("OPENAI_API_KEY")
    second = evaluated(cli, tmp_path / "b", *options, "--replay", tape)
    assert len(server.requests) == 7
    a, b = (read_results(tmp_path / name / "results.jsonl")[0] for name in "ab")
    assert a.document == b.document and second.out == first.out


def test_cases_recorded_at_once_do_not_close_each_other_s_connections(
    cli: Any, server: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")

    def script(step: str, n: int, request: dict[str, Any]) -> Reply:
        reply = sound(step, request)
        reply.delay_s = 0.05 * (n % 4)
        return reply

    server.script = script
    done = evaluated(cli, tmp_path / "e", "--only", "b0", "--jobs", "6", "--model", "m", "--base-url", server.url, "--record", tmp_path / "tape")  # fmt: skip
    assert "no crash, no provider failure" in done.out


def test_a_changed_prompt_shows_as_exactly_the_calls_that_are_new(
    cli: Any, server: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    tape = tmp_path / "calls.jsonl"
    options = ("--only", "gym", "--model", "scripted", "--base-url", server.url)
    evaluated(cli, tmp_path / "a", *options, "--record", tape)
    rows = tape.read_text(encoding="utf-8").splitlines()
    tape.write_text("\n".join(rows[1:]) + "\n", encoding="utf-8")
    done = evaluated(cli, tmp_path / "b", *options, "--replay", tape)
    assert "1 requests were not in the recording" in done.out
    assert read_results(tmp_path / "b" / "results.jsonl")[0].status == "provider"


def simulated(rng: random.Random, shift: float, cases: int = 30) -> tuple[list[Result], list[Result]]:
    def result(case: int, value: float) -> Result:
        return Result(
            f"c{case}",
            1,
            "scored",
            "passed",
            "",
            (Score("facts_honoured", "share", value), Score("outcome_right", "yes_no", float(value > 0.4))),
        )

    old = [rng.betavariate(8, 2) for _ in range(cases)]
    new = [min(1.0, max(0.0, value + shift + rng.gauss(0, 0.05))) for value in old]
    return [result(n, v) for n, v in enumerate(old)], [result(n, v) for n, v in enumerate(new)]


def test_false_alarms_stay_at_their_rate_and_a_real_loss_is_seen() -> None:
    rng = random.Random(7)
    quiet = [
        any(d.verdict != "no difference shown" for d in compare(*simulated(rng, 0.0))) for _ in range(60)
    ]
    loud = [any(d.verdict == "worse" for d in compare(*simulated(rng, -0.06))) for _ in range(15)]
    assert sum(quiet) <= 8
    assert sum(loud) >= 14


def test_repeats_of_a_brief_count_once() -> None:
    rng = random.Random(3)
    old, new = simulated(rng, -0.02, cases=8)
    many_old = [Result(r.case, e, r.status, r.outcome, r.reason, r.scores) for r in old for e in range(1, 11)]
    many_new = [Result(r.case, e, r.status, r.outcome, r.reason, r.scores) for r in new for e in range(1, 11)]
    once, often = compare(old, new)[0], compare(many_old, many_new)[0]
    assert once.cases == often.cases
    assert once.p == pytest.approx(often.p)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {tag, *(name for name, _ in attrs if name.startswith("on"))}


def test_words_of_briefs_and_documents_cannot_become_markup_of_the_report() -> None:
    bad = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>"
    result = Result("c-1", 1, "scored", "passed", bad, (Score("loops", "count", 1.0, bad),), {"C1": bad}, bad)
    tags = _Tags()
    tags.feed(page(bad, [Case(id="c-1", brief=bad)], [result]))
    assert not tags.seen & {"script", "img", "onerror"}


def test_the_report_of_a_thousand_cases_stays_small_and_shows_the_faulty_ones() -> None:
    def result(n: int) -> Result:
        outcome = "failed" if n % 100 == 99 else "passed"
        words = f"document {n % 800} " * 3_000
        return Result(
            f"c-{n}", 1, "scored", "passed", "", (Score("loops", "count", 0.0, ""),), {"C1": outcome}, words
        )

    results = [result(n) for n in range(1_000)]
    html = page("many", [Case(id=r.case, brief="b") for r in results], results)
    assert len(html.encode()) < 10_000_000
    for faulty in (r for r in results if r.checks["C1"] == "failed"):
        assert faulty.document in html
    assert "In results.jsonl, case" in html, "what does not fit is said, with its place"
    assert "the same</a>" in html, "a document stands there once"


@pytest.mark.parametrize(("options", "words"), [(("--record", "x"), "Add --model"), (("--gate", "nowhere.yaml"), "is no gate"), (("--cases", "nowhere"), "no cases at"), (("--only", "zzz"), "has 'zzz'")])  # fmt: skip
def test_bad_input_is_one_line_and_exit_status_2(
    cli: Any, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    done = evaluated(cli, tmp_path / "e", *options)
    assert done.status == 2 and words in done.err and "Traceback" not in done.err


def test_only_results_of_the_same_cases_word_for_word_are_taken_over(cli: Any, tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    cases.mkdir()
    brief = "Predict which of our 9,000 subscribers cancel within 30 days; data in BigQuery since 2022, weekly list."
    for name in ("one", "two"):
        (cases / f"{name}.md").write_text(f"---\noutcome: passed\n---\n{brief}", encoding="utf-8")
    out = tmp_path / "out"
    assert cli("eval", "--cases", cases, "-o", out).err.count("epoch 1:") == 2
    assert cli("eval", "--cases", cases, "-o", out).err.count("epoch 1:") == 0
    (cases / "one.md").write_text(f"---\noutcome: declined\n---\n{brief}", encoding="utf-8")
    assert cli("eval", "--cases", cases, "-o", out).err.count("epoch 1:") == 1
    assert "1 of 1 runs scored" in cli("eval", "--cases", cases, "-o", out, "--only", "two").out


def test_an_eval_that_scored_nothing_is_no_success(cli: Any, tmp_path: Path, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    server.script = lambda step, n, request: Reply("no", status=401)
    done = evaluated(cli, tmp_path / "e", "--only", "gym", "--model", "m", "--base-url", server.url)
    assert done.status == 4


def test_faulty_cases_are_named_in_plain_words(cli: Any, tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("---\n- a\n---\nPredict churn.", encoding="utf-8")
    done = evaluated(cli, tmp_path / "e", "--cases", tmp_path)
    assert (
        done.status == 2
        and "x.md: the front matter is no YAML mapping" in done.err
        and "Extra" not in done.err
    )
    rows = tmp_path / "c.jsonl"
    rows.write_text('{"id": "q", "brief": "x"}\n', encoding="utf-8")
    done = evaluated(cli, tmp_path / "e", "--cases", rows)
    assert done.status == 2 and "line 1: is no JSON object with id and input" in done.err
    assert evaluated(cli, rows).status == 2, "a file is no folder to write into"


@pytest.mark.parametrize("bad", [b"\xff\xfe", b"junk"])
def test_unreadable_files_are_one_line(cli: Any, tmp_path: Path, bad: bytes) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "x.md").write_bytes(bad)
    (tmp_path / "tape").write_bytes(bad)
    (tmp_path / "results.jsonl").write_bytes(bad)
    for options in (("--cases", tmp_path / "cases"), ("--model", "m", "--replay", tmp_path / "tape"), ("--baseline", tmp_path)):  # fmt: skip
        done = evaluated(cli, tmp_path / "e", *options)
        assert done.status == 2 and "Traceback" not in done.err, done.err
