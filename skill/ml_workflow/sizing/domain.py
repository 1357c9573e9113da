"""What every formula checks first, and the distributions the standard library lacks."""

import math
from collections.abc import Callable
from functools import cache
from statistics import NormalDist

from briefwright.skill.errors import SkillError

_NORMAL = NormalDist()


class SizingError(SkillError, ValueError):
    """An argument outside the formula's domain; the message names it and its range."""


def require(holds: bool, argument: str, value: float, domain: str) -> None:
    """Raise SizingError unless `holds` and the value is finite."""
    if not holds or not math.isfinite(value):
        raise SizingError(f"{argument} = {value:g}: must be {domain}")


def require_share(argument: str, value: float) -> None:
    require(0 < value < 1, argument, value, "strictly between 0 and 1")


def require_positive(argument: str, value: float) -> None:
    require(value > 0, argument, value, "greater than 0")


def z_quantile(probability: float) -> float:
    """Standard normal quantile; `probability` strictly between 0 and 1."""
    require_share("probability", probability)
    return _NORMAL.inv_cdf(probability)


def z_cdf(z: float) -> float:
    return _NORMAL.cdf(z)


def z_alpha(alpha: float, sided: int) -> float:
    """Critical value of a one- or two-sided test at level `alpha`."""
    require_share("alpha", alpha)
    require(sided in (1, 2), "sided", sided, "1 or 2")
    return z_quantile(1 - alpha / sided)


def chi2_cdf(x: float, df: int) -> float:
    """Chi-square distribution: the regularised lower incomplete gamma P(df/2, x/2), by its series.

    Source: Abramowitz & Stegun 6.5.29; for large x the complement by Lentz's continued fraction (6.5.31).
    """
    require(df >= 1, "df", df, "at least 1")
    if x <= 0:
        return 0.0
    return _gamma_p(df / 2, x / 2)


@cache
def chi2_quantile(probability: float, df: int) -> float:
    """Inverse of `chi2_cdf`, by bisection."""
    require_share("probability", probability)
    low, high = 0.0, float(max(df, 1))
    while chi2_cdf(high, df) < probability:
        high *= 2
    return bisect(lambda x: chi2_cdf(x, df) - probability, low, high)


def _gamma_p(a: float, x: float) -> float:
    scale = math.exp(-x + a * math.log(x) - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        n = a
        while abs(term) > abs(total) * 1e-15:
            n += 1
            term *= x / n
            total += term
        return min(1.0, total * scale)
    tiny = 1e-300
    b = x + 1 - a
    c, d = 1 / tiny, 1 / b
    h = d
    for i in range(1, 10_000):
        an = -i * (i - a)
        b += 2
        d = 1 / (an * d + b or tiny)
        c = b + an / c or tiny
        h *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return max(0.0, 1 - scale * h)


def bisect(function: Callable[[float], float], low: float, high: float, steps: int = 200) -> float:
    """A root of a monotone function between `low` and `high`, to machine precision."""
    rising = function(high) > function(low)
    for _ in range(steps):
        middle = (low + high) / 2
        if (function(middle) > 0) == rising:
            high = middle
        else:
            low = middle
    return (low + high) / 2
