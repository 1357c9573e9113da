"""Our cases under inspect_ai: `inspect eval evals/neighbours/inspect_task.py --model none/none`.

The planner answers; with `-T model=NAME` a model behind OPENAI_BASE_URL does, asked by Briefwright itself, not by inspect. Scores are ours,
one for each expectation, with their evidence as explanation. It needs `pip install inspect_ai`.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput
from inspect_ai.scorer import Score, Target, mean, scorer
from inspect_ai.solver import Generate, TaskState, solver

from briefwright.evals.cases import Case, load_cases
from briefwright.evals.produce import packaged
from briefwright.evals.scores import Score as OurScore
from briefwright.evals.scores import scores

CASES = Path(__file__).parents[1] / "cases"
SCORED = (
    "outcome_right",
    "facts_honoured",
    "numbers_right",
    "forbidden_choices",
    "own_checks_passed",
    "provenance_complete",
)


@task
def ml_workflow(cases: str = "", only: str = "", model: str = "", base_url: str = "") -> Task:
    """Every case of a folder or a JSONL file whose id has `only` in it."""
    chosen = [case for case in load_cases(Path(cases) if cases else CASES) if only in case.id]
    samples = [
        Sample(
            id=case.id,
            input=case.brief,
            target=case.expect.outcome,
            metadata={"case": case.model_dump_json()},
        )
        for case in chosen
    ]
    return Task(dataset=MemoryDataset(samples), solver=briefwright(model, base_url), scorer=ours())


@solver
def briefwright(model: str, base_url: str) -> Any:
    """A run of the skill in place of a call to inspect's model."""
    produce = packaged(model, base_url)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        began = time.monotonic()
        record, document = await produce(_case(state), state.epoch)
        state.output = ModelOutput.from_content(
            "briefwright", document or f"{record['outcome']}: {record['reason']}"
        )
        state.metadata["record"] = json.dumps(record)
        state.metadata["document"] = document
        state.metadata["seconds"] = time.monotonic() - began
        return state

    return solve


@scorer(metrics={name: [mean()] for name in SCORED})
def ours() -> Any:
    """Every score of ours that applies to the case; one that does not is left out, never a zero."""

    async def score(state: TaskState, target: Target) -> Score:
        found = list(_scored(state))
        said = "\n".join(f"{each.name} {each.value:g}: {each.evidence}" for each in found)
        return Score(
            value={
                name: next((each.value for each in found if each.name == name), float("nan"))
                for name in SCORED
            },
            explanation=said,
        )

    return score


def _scored(state: TaskState) -> Iterator[OurScore]:
    record = json.loads(state.metadata["record"])
    yield from scores(_case(state), record, state.metadata["document"], state.metadata["seconds"])


def _case(state: TaskState) -> Case:
    return Case.model_validate_json(state.metadata["case"])
