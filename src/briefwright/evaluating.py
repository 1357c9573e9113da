"""`briefwright eval`: cases, runs, scores, comparison, reports and the gate, in that order."""

import asyncio
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from briefwright.local import at_hand
from briefwright.settings import Settings

FEW = 10
"""Planned cases that are over before another process has started."""


def believe(name: str, base_url: str, settings: Settings) -> str:
    """How far a judge agrees with labelled parts, as a table. Raises EndpointError when it cannot be asked."""
    from briefwright.evals.judging import measured
    from briefwright.graph.journal import Journal
    from briefwright.graph.judge import Judge
    from briefwright.graph.model import Endpoint, Model

    async def run(url: str, patient: Settings) -> str:
        model = Model(Endpoint(name, url, patient.api_key, patient.timeout_s), Journal(None), [])
        try:
            return await measured(Judge(model))
        finally:
            await model.close()

    with at_hand((name,), base_url, settings) as (url, patient):
        return asyncio.run(run(url, patient))


def evaluate(
    cases_from: Path, out: Path, settings: Settings, model: str, base_url: str, epochs: int, jobs: int,
    baseline: Path | None, gate_file: Path | None, cassette: Path | None, record: bool, only: str, mlflow: str = "",
) -> int:  # fmt: skip
    """Run and report; returns the exit status: 0 the gate is met, 1 it is not, 4 nothing could be scored."""
    from briefwright.catalogue import DEFAULT, find_skill
    from briefwright.evals.cases import load_cases
    from briefwright.evals.cassette import Cassette
    from briefwright.evals.compare import compare
    from briefwright.evals.compare import table as compared
    from briefwright.evals.errors import EvalError
    from briefwright.evals.gate import read_gate, short_of
    from briefwright.evals.produce import planner_on_all_cores, producer
    from briefwright.evals.report import junit, page
    from briefwright.evals.run import Result, read_results, run_cases, table
    from briefwright.graph.model import Endpoint
    from briefwright.prompts.fill import digest

    cases = [case for case in load_cases(cases_from) if only in case.id]
    if not cases:
        raise EvalError(f"no case of '{cases_from}' has '{only}' in its id.")
    gate = read_gate(gate_file) if gate_file else None
    before = read_results(baseline / "results.jsonl") if baseline else []
    if baseline and not {case.id for case in cases} & {result.case for result in before}:
        raise EvalError(
            f"'{baseline}' has no result for any of these cases. Give an earlier eval of the same ones."
        )
    skill, kit = find_skill(DEFAULT)
    tape = Cassette(cassette, record) if cassette else None

    def tell(result: Result) -> None:
        sys.stderr.write(f"{result.case} epoch {result.epoch}: {result.outcome or result.status}\n")

    replayed = tape is not None and not record
    with at_hand(() if replayed else (model,), base_url, settings) as (url, patient):
        key = settings.api_key or ("replay" if tape else "")
        endpoint = Endpoint(model, url, key, patient.timeout_s, tries=1 if replayed else 4) if model else None
        made_by = f"{model} {skill.digest} {digest()}"
        many = not endpoint and len(cases) * epochs > FEW
        with (
            planner_on_all_cores(skill, kit)
            if many
            else nullcontext(producer(skill, kit, endpoint, tape)) as produce
        ):
            results = asyncio.run(run_cases(cases, produce, out, epochs, jobs, tell, made_by))
    differences = compare(before, results) if baseline else []
    (out / "report.html").write_text(
        page(f"Eval of {skill.name} over {len(cases)} briefs", cases, results, differences), encoding="utf-8"
    )
    (out / "junit.xml").write_text(junit(results), encoding="utf-8")
    if mlflow:
        from briefwright.evals.neighbours.to_mlflow import log_eval

        run = log_eval(mlflow, out, results, {"model": model or "planner", "skill": skill.digest, "prompts": digest(), "cases": len(cases), "epochs": epochs})  # fmt: skip
        sys.stderr.write(f"logged to MLflow as run {run}\n")
    print(table(results))
    if differences:
        print("\n" + compared(differences))
    if tape and tape.unheard:
        print(
            f"\n{len(tape.unheard)} requests were not in the recording: {', '.join(key[:12] for key in tape.unheard[:10])}"
        )
    short: list[Any] = short_of(gate, results, differences) if gate else []
    for line in short:
        print(f"gate: {line}")
    print(f"\n{out / 'report.html'}", file=sys.stderr)
    if all(result.status != "scored" for result in results):
        return 4
    return 1 if short else 0
