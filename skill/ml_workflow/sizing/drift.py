"""Drift: distances between distributions, and how many rows make their thresholds mean something."""

import math
from collections.abc import Sequence

from briefwright.skill.ml_workflow.sizing.domain import (
    chi2_quantile,
    require,
    require_positive,
    require_share,
)


def psi(reference: Sequence[float], current: Sequence[float], floor: float = 1e-4) -> float:
    """Population stability index of two sets of bin shares: Σ (c - r) ln(c / r), shares floored at `floor`.

    Bands by custom: below 0.1 stable, 0.1 to 0.25 moderate, from 0.25 large (Siddiqi 2006).
    """
    _require_shares("reference", reference)
    _require_shares("current", current)
    require(len(reference) == len(current), "current", len(current), "as many bins as reference")
    pairs = [(max(r, floor), max(c, floor)) for r, c in zip(reference, current, strict=True)]
    return sum((c - r) * math.log(c / r) for r, c in pairs)


def psi_mean_without_drift(bins: int, n_reference: float, n_current: float) -> float:
    """Mean of PSI when nothing has changed: (B - 1)(1/n + 1/m) (Yurdakul 2018)."""
    return (bins - 1) * _sampling(bins, n_reference, n_current)


def psi_noise(bins: int, n_reference: float, n_current: float, confidence: float = 0.95) -> float:
    """The PSI that sampling alone stays under with `confidence`: χ²_{B-1} quantile × (1/n + 1/m) (Yurdakul 2018)."""
    return chi2_quantile(confidence, bins - 1) * _sampling(bins, n_reference, n_current)


def psi_min_rows(
    bins: int, threshold: float, n_reference: float, features: int = 1, family_alpha: float = 0.05
) -> int:
    """Rows the current window needs so that an alarm at `threshold` is false at most `family_alpha` of the time.

    Solves χ²_{B-1, 1 - a/k} (1/n + 1/m) = threshold for m; `features` k share the error by Bonferroni.
    """
    require_positive("threshold", threshold)
    require(features >= 1, "features", features, "at least 1")
    require_positive("n_reference", n_reference)
    quantile = chi2_quantile(1 - family_alpha / features, bins - 1)
    room = threshold / quantile - 1 / n_reference
    require(room > 0, "n_reference", n_reference, f"above {quantile / threshold:.0f} rows for this threshold")
    return math.ceil(1 / room)


def _sampling(bins: int, n_reference: float, n_current: float) -> float:
    require(bins >= 2, "bins", bins, "at least 2")
    require_positive("n_reference", n_reference)
    require_positive("n_current", n_current)
    return 1 / n_reference + 1 / n_current


def ks_critical(n: float, m: float, alpha: float = 0.05) -> float:
    """Two-sample Kolmogorov-Smirnov distance significant at `alpha`: sqrt(-ln(a/2)/2) sqrt((n+m)/(n m))."""
    require_positive("n", n)
    require_positive("m", m)
    require_share("alpha", alpha)
    return math.sqrt(-math.log(alpha / 2) / 2) * math.sqrt((n + m) / (n * m))


def jensen_shannon_distance(p: Sequence[float], q: Sequence[float]) -> float:
    """Square root of the Jensen-Shannon divergence in base 2, between 0 and 1 (Endres & Schindelin 2003)."""
    _require_shares("p", p)
    _require_shares("q", q)
    require(len(p) == len(q), "q", len(q), "as many bins as p")
    total = 0.0
    for a, b in zip(p, q, strict=True):
        middle = (a + b) / 2
        total += sum(x * math.log2(x / middle) for x in (a, b) if x > 0)
    return math.sqrt(max(0.0, total / 2))


def _require_shares(argument: str, shares: Sequence[float]) -> None:
    require(len(shares) >= 2, argument, len(shares), "at least two bins")
    for share in shares:
        require(0 <= share <= 1, argument, share, "shares between 0 and 1")
    require(abs(sum(shares) - 1) < 1e-6, argument, sum(shares), "shares that sum to 1")
