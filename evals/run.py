"""Cases → results, one line each, as they come: concurrent, resumable, a crash a result of its own and never a zero."""

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from briefwright.evals.cases import Case
from briefwright.evals.errors import EvalError
from briefwright.evals.scores import Score, scores

Status = Literal["scored", "crashed", "provider"]


@dataclass(frozen=True)
class Result:
    """One case in one epoch: scored, or why not (`crashed` our fault, `provider` the endpoint's)."""

    case: str
    epoch: int
    status: Status
    outcome: str
    reason: str
    scores: tuple[Score, ...] = ()
    checks: dict[str, str] = field(default_factory=dict)
    document: str = ""
    made_of: str = ""

    def value(self, name: str) -> float | None:
        return next((score.value for score in self.scores if score.name == name), None)


Produce = Callable[[Case, int], Any]
"""Runs one case: returns an awaitable of (record as in run.json, document text)."""


async def run_cases(
    cases: Iterable[Case], produce: Produce, out: Path, epochs: int = 1, jobs: int = 4, tell: Callable[[Result], None] = lambda result: None,
    made_with: str = "",
) -> list[Result]:  # fmt: skip
    """Every case in every epoch that `results.jsonl` does not hold yet; returns the results of these cases, old and new, in order.

    An old result counts only for the same case, word for word, `made_with` the same skill, prompts and model.
    """
    cases = list(cases)
    made_of = {case.id: hashlib.sha256(f"{made_with}\0{case.model_dump_json()}".encode()).hexdigest()[:16] for case in cases}  # fmt: skip
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise EvalError(
            f"'{out}' cannot be written: {fault.strerror}. Choose another folder with -o."
        ) from None
    path = out / "results.jsonl"
    kept = (
        {
            (r.case, r.epoch): r
            for r in read_results(path)
            if r.status == "scored" and r.epoch <= epochs and made_of.get(r.case) == r.made_of
        }
        if path.exists()
        else {}
    )
    todo = [(case, epoch) for epoch in range(1, epochs + 1) for case in cases if (case.id, epoch) not in kept]
    gate = asyncio.Semaphore(jobs)
    with path.open("w", encoding="utf-8") as file:
        for result in kept.values():
            file.write(_line(result))
        file.flush()

        async def one(case: Case, epoch: int) -> Result:
            async with gate:
                result = replace(await _result(case, epoch, produce), made_of=made_of[case.id])
            file.write(_line(result))
            file.flush()
            tell(result)
            return result

        new = await asyncio.gather(*(one(case, epoch) for case, epoch in todo))
    order = {case.id: n for n, case in enumerate(cases)}
    return sorted([*kept.values(), *new], key=lambda r: (r.epoch, order.get(r.case, 0)))


async def _result(case: Case, epoch: int, produce: Produce) -> Result:
    started = time.monotonic()
    try:
        record, document = await produce(case, epoch)
    except Exception as fault:  # the eval's door: one broken case must not end the other thirty-nine
        return Result(case.id, epoch, "crashed", "", f"{type(fault).__name__}: {fault}"[:400])
    if record["outcome"] == "failed":
        return Result(case.id, epoch, "provider", "failed", record.get("reason", ""))
    found = scores(case, record, document, time.monotonic() - started)
    checks = {v["check"]: v["outcome"] for v in record.get("verdicts") or []}
    return Result(
        case.id, epoch, "scored", record["outcome"], record.get("reason", ""), tuple(found), checks, document
    )


def _line(result: Result) -> str:
    return json.dumps(asdict(result), ensure_ascii=False) + "\n"


def read_results(path: Path) -> list[Result]:
    """Results of an earlier eval; a last line cut by a crash is left out. Raises EvalError when there are none to read."""
    found = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise EvalError(f"no results at '{path}'. Give the folder of an earlier eval.") from None
    for line in lines:
        try:
            row = json.loads(line)
            row["scores"] = tuple(Score(**score) for score in row["scores"])
            found.append(Result(**row))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def by_score(results: Iterable[Result]) -> dict[str, list[tuple[str, float]]]:
    """Per score: (case, mean over its epochs), so that repeats of one brief count once."""
    raw: dict[str, dict[str, list[float]]] = {}
    for result in results:
        for score in result.scores:
            raw.setdefault(score.name, {}).setdefault(result.case, []).append(score.value)
    return {name: [(case, sum(v) / len(v)) for case, v in cases.items()] for name, cases in raw.items()}


def table(results: list[Result]) -> str:
    """Means per score over cases, as Markdown; crashes and provider failures in a line of their own."""
    lines = ["| Score | Cases | Mean | Lowest |", "|---|---|---|---|"]
    for name, values in by_score(results).items():
        if name == "seconds":
            continue  # differs by machine; it stands in results.jsonl and in the report
        numbers = [value for _, value in values]
        lines.append(f"| {name} | {len(numbers)} | {sum(numbers) / len(numbers):.3f} | {min(numbers):.3f} |")
    lost = [r for r in results if r.status != "scored"]
    return "\n".join(lines) + f"\n\n{len(results) - len(lost)} of {len(results)} runs scored; " + (", ".join(f"{r.case}: {r.status}" for r in lost) or "no crash, no provider failure")  # fmt: skip
