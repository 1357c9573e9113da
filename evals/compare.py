"""Two evals over the same cases: paired differences with intervals, exact tests, corrected for the number of scores.

Repeats of a case are averaged first, so a brief counts once however many epochs it ran (Miller 2024, clustered errors).
Shares, counts and amounts: mean difference with a BCa bootstrap interval and a sign-flip permutation test. Yes/no: exact
McNemar test on the cases that flipped. All p-values are corrected by Holm. scipy does the statistics.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from briefwright.evals.errors import EvalError
from briefwright.evals.run import Result, by_score
from briefwright.evals.scores import LOWER_IS_BETTER

ALPHA = 0.05
NOT_COMPARED = ("seconds",)


@dataclass(frozen=True)
class Difference:
    """New minus old, over the cases both evals scored; `p` is corrected. `flipped` lists cases with what they were and are."""

    score: str
    cases: int
    old: float
    new: float
    low: float
    high: float
    p: float
    flipped: tuple[tuple[str, float, float], ...]

    @property
    def verdict(self) -> str:
        if self.p >= ALPHA or self.new == self.old:
            return "no difference shown"
        return "worse" if (self.new > self.old) == (self.score in LOWER_IS_BETTER) else "better"


def compare(old: Sequence[Result], new: Sequence[Result], seed: int = 1) -> list[Difference]:
    """Per score, in the order of the new eval. Scores one of the two lacks are left out."""
    before, after = by_score(old), by_score(new)
    found = []
    for name, values in after.items():
        was = dict(before.get(name, ()))
        pairs = [(case, was[case], value) for case, value in values if case in was]
        if pairs and name not in NOT_COMPARED:
            found.append(_difference(name, pairs, seed))
    return _holm(found)


def _difference(name: str, pairs: list[tuple[str, float, float]], seed: int) -> Difference:
    deltas = [new - old for _, old, new in pairs]
    flipped = tuple(
        sorted((pair for pair in pairs if pair[1] != pair[2]), key=lambda p: (-abs(p[2] - p[1]), p[0]))
    )
    n = len(pairs)
    low, high, p = _interval(deltas, seed)
    if all(value in (0.0, 1.0) for _, old, new in pairs for value in (old, new)):
        p = _mcnemar(pairs)
    return Difference(
        name, n, sum(o for _, o, _ in pairs) / n, sum(w for *_, w in pairs) / n, low, high, p, flipped
    )


def _interval(deltas: list[float], seed: int) -> tuple[float, float, float]:
    """(low, high) at 95 % and the p-value of no difference."""
    mean = sum(deltas) / len(deltas)
    if len(set(deltas)) == 1:
        return mean, mean, 1.0 if mean == 0 or len(deltas) < 6 else 2.0 ** (1 - len(deltas))
    stats, np = _statistics()
    data = (np.asarray(deltas),)
    interval = stats.bootstrap(
        data, np.mean, n_resamples=2000, method="BCa", rng=np.random.default_rng(seed)
    ).confidence_interval
    test = stats.permutation_test(
        data, np.mean, permutation_type="samples", n_resamples=5000, rng=np.random.default_rng(seed)
    )
    low, high = float(interval.low), float(interval.high)
    return (mean if low != low else low), (mean if high != high else high), float(test.pvalue)


def _statistics() -> tuple[Any, Any]:
    """scipy.stats and numpy, which only comparisons need."""
    try:
        import numpy
        from scipy import stats
    except ImportError as gone:
        raise EvalError("Comparing two evals needs scipy: pip install 'briefwright[evals]'.") from gone
    return stats, numpy


def _mcnemar(pairs: list[tuple[str, float, float]]) -> float:
    """Exact two-sided McNemar test: of the cases that flipped, how many went each way."""
    stats, _ = _statistics()
    up = sum(old < new for _, old, new in pairs)
    down = sum(old > new for _, old, new in pairs)
    return float(stats.binomtest(up, up + down).pvalue) if up + down else 1.0


def _holm(found: list[Difference]) -> list[Difference]:
    """Holm's step-down correction over all scores that could differ at all."""
    from dataclasses import replace

    order = sorted(range(len(found)), key=lambda n: found[n].p)
    corrected = list(found)
    running = 0.0
    for rank, n in enumerate(order):
        running = max(running, min(1.0, found[n].p * (len(found) - rank)))
        corrected[n] = replace(found[n], p=running)
    return corrected


def table(found: Sequence[Difference]) -> str:
    """Flipped cases first, then one row per score."""
    lines = [
        f"{d.score}: {case} {old:.3g} → {new:.3g}"
        for d in found
        if d.verdict != "no difference shown"
        for case, old, new in d.flipped[:12]
    ]
    lines += [
        "",
        "| Score | Cases | Before | Now | Difference (95 %) | p, corrected | Verdict |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {d.score} | {d.cases} | {d.old:.3f} | {d.new:.3f} | {d.new - d.old:+.3f} ({d.low:+.3f} to {d.high:+.3f}) | {d.p:.3g} | {d.verdict} |"
        for d in found
    ]
    return "\n".join(lines).strip()
