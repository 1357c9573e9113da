"""Thresholds of a file against an eval: what falls short, in words."""

from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from briefwright.evals.compare import Difference
from briefwright.evals.errors import EvalError
from briefwright.evals.run import Result, by_score


class Bound(BaseModel):
    model_config = ConfigDict(extra="forbid")
    at_least: float | None = None
    at_most: float | None = None


class Gate(BaseModel):
    """Bounds on means, how many runs may be lost, and whether a score that is shown to be worse closes the gate."""

    model_config = ConfigDict(extra="forbid")
    means: dict[str, Bound] = {}
    lost_runs: int = 0
    no_score_shown_worse: bool = True


def read_gate(path: Path) -> Gate:
    """Raises EvalError for a file that is no gate."""
    try:
        return Gate.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as fault:
        raise EvalError(f"'{path}' is no gate: {str(fault).splitlines()[0]}. See evals/gate.yaml.") from None


def short_of(gate: Gate, results: Sequence[Result], differences: Sequence[Difference] = ()) -> list[str]:
    """One line per threshold that is not met; a score nobody measured is not met either."""
    means = {name: sum(v for _, v in values) / len(values) for name, values in by_score(results).items()}
    lines = []
    for name, bound in gate.means.items():
        mean = means.get(name)
        if mean is None:
            lines.append(f"{name}: not measured")
        elif bound.at_least is not None and mean < bound.at_least:
            lines.append(f"{name}: {mean:.3f}, at least {bound.at_least:g} asked")
        elif bound.at_most is not None and mean > bound.at_most:
            lines.append(f"{name}: {mean:.3f}, at most {bound.at_most:g} allowed")
    lost = sum(result.status != "scored" for result in results)
    if lost > gate.lost_runs:
        lines.append(f"{lost} runs lost to crashes or the provider, {gate.lost_runs} allowed")
    if gate.no_score_shown_worse:
        lines += [
            f"{d.score}: shown worse than the baseline, {d.old:.3f} → {d.new:.3f}, p {d.p:.3g}"
            for d in differences
            if d.verdict == "worse"
        ]
    return lines
