"""Experiments: sample size, power, detectable effect, duration, sample-ratio mismatch, peeking.

z is the standard normal quantile; p0 the control's rate, p1 the treatment's, d = p1 - p0. Every n is per
arm unless its name says otherwise, and rounded up.
"""

import math
from collections.abc import Sequence

from briefwright.skill.ml_workflow.sizing.domain import (
    SizingError,
    bisect,
    chi2_cdf,
    require,
    require_positive,
    require_share,
    z_alpha,
    z_cdf,
    z_quantile,
)


def treated_rate(baseline: float, mde: float, mde_mode: str) -> float:
    """The rate the treatment must reach: `mde` is in probability units (`abs`) or a share of baseline (`rel`)."""
    require_share("baseline", baseline)
    if mde_mode not in ("abs", "rel"):
        raise SizingError(f"mde_mode = {mde_mode!r}: must be 'abs' or 'rel'")
    require(mde != 0, "mde", mde, "different from 0")
    rate = baseline + mde if mde_mode == "abs" else baseline * (1 + mde)
    require(0 < rate < 1, "baseline with mde", rate, "a rate strictly between 0 and 1")
    return rate


def n_two_proportions(
    p0: float, p1: float, alpha: float = 0.05, power: float = 0.80, sided: int = 2, comparisons: int = 1
) -> int:
    """Units per arm to tell p1 from p0 with equal arms.

    n = (z_{1-a/2} sqrt(2 p q) + z_{1-b} sqrt(p0 q0 + p1 q1))^2 / d^2, p the mean rate. Pooled two-proportion z,
    Fleiss (1981) eq. 3.14 without continuity correction; equals R's power.prop.test. `comparisons` > 1 divides
    alpha (Bonferroni).
    """
    return n_two_proportions_unequal(p0, p1, 1.0, alpha, power, sided, comparisons)[0]


def n_two_proportions_unequal(
    p0: float,
    p1: float,
    ratio: float,
    alpha: float = 0.05,
    power: float = 0.80,
    sided: int = 2,
    comparisons: int = 1,
) -> tuple[int, int]:
    """Units in (control, treatment) when treatment holds `ratio` times as many as control.

    n_control = (z_a sqrt(p q (1 + 1/k)) + z_b sqrt(p0 q0 + p1 q1 / k))^2 / d^2, p the rate pooled over both arms
    (Fleiss, Tytun & Ury 1980).
    """
    require_share("p0", p0)
    require_share("p1", p1)
    require(p0 != p1, "p1", p1, "different from p0")
    require_positive("ratio", ratio)
    require_share("power", power)
    require(comparisons >= 1, "comparisons", comparisons, "at least 1")
    pooled = (p0 + ratio * p1) / (1 + ratio)
    null = z_alpha(alpha / comparisons, sided) * math.sqrt(pooled * (1 - pooled) * (1 + 1 / ratio))
    alternative = z_quantile(power) * math.sqrt(p0 * (1 - p0) + p1 * (1 - p1) / ratio)
    control = (null + alternative) ** 2 / (p1 - p0) ** 2
    return math.ceil(control), math.ceil(control * ratio)


def n_cohen_h(p0: float, p1: float, alpha: float = 0.05, power: float = 0.80, sided: int = 2) -> int:
    """Units per arm by the arcsine transformation: n = 2 ((z_a + z_b) / h)^2, h = 2 asin sqrt p1 - 2 asin sqrt p0 (Cohen 1988)."""
    require_share("p0", p0)
    require_share("p1", p1)
    h = 2 * math.asin(math.sqrt(p1)) - 2 * math.asin(math.sqrt(p0))
    require(h != 0, "p1", p1, "different from p0")
    return math.ceil(2 * ((z_alpha(alpha, sided) + z_quantile(power)) / h) ** 2)


def n_unpooled(p0: float, p1: float, alpha: float = 0.05, power: float = 0.80, sided: int = 2) -> int:
    """Units per arm with the unpooled variance: n = (z_a + z_b)^2 (p0 q0 + p1 q1) / d^2."""
    require_share("p0", p0)
    require_share("p1", p1)
    require(p0 != p1, "p1", p1, "different from p0")
    z = z_alpha(alpha, sided) + z_quantile(power)
    return math.ceil(z**2 * (p0 * (1 - p0) + p1 * (1 - p1)) / (p1 - p0) ** 2)


def n_baseline_variance(
    p0: float, p1: float, alpha: float = 0.05, power: float = 0.80, sided: int = 2
) -> int:
    """Units per arm as many web calculators say: the null variance is 2 p0 q0. Lower than the exact formulas."""
    require_share("p0", p0)
    require_share("p1", p1)
    require(p0 != p1, "p1", p1, "different from p0")
    null = z_alpha(alpha, sided) * math.sqrt(2 * p0 * (1 - p0))
    alternative = z_quantile(power) * math.sqrt(p0 * (1 - p0) + p1 * (1 - p1))
    return math.ceil((null + alternative) ** 2 / (p1 - p0) ** 2)


def power_two_proportions(
    p0: float, p1: float, n_per_arm: float, alpha: float = 0.05, sided: int = 2
) -> float:
    """Power of the pooled z-test with `n_per_arm` units in each arm: the inverse of `n_two_proportions`.

    The far tail of a two-sided test is left out, as in the formula for n.
    """
    require_share("p0", p0)
    require_share("p1", p1)
    require_positive("n_per_arm", n_per_arm)
    mean = (p0 + p1) / 2
    reach = abs(p1 - p0) * math.sqrt(n_per_arm) - z_alpha(alpha, sided) * math.sqrt(2 * mean * (1 - mean))
    return z_cdf(reach / math.sqrt(p0 * (1 - p0) + p1 * (1 - p1)))


def mde_two_proportions(
    baseline: float, n_per_arm: float, alpha: float = 0.05, power: float = 0.80, sided: int = 2
) -> float:
    """Smallest rise above `baseline`, in probability units, that `n_per_arm` units per arm can show.

    The root of n(d) = n_per_arm. When no rate below 1 is far enough, raises SizingError.
    """
    require_share("baseline", baseline)
    require_positive("n_per_arm", n_per_arm)
    require_share("power", power)
    widest = 1 - baseline - 1e-9

    def shortfall(d: float) -> float:
        return power_two_proportions(baseline, baseline + d, n_per_arm, alpha, sided) - power

    require(shortfall(widest) >= 0, "n_per_arm", n_per_arm, "large enough to show any rise at this baseline")
    return bisect(shortfall, 1e-12, widest)


def n_two_means(
    sd: float,
    delta: float,
    alpha: float = 0.05,
    power: float = 0.80,
    sided: int = 2,
    correlation: float = 0.0,
) -> int:
    """Units per arm to see a difference `delta` in a mean with standard deviation `sd` (same unit).

    n = 2 (z_a + z_b)^2 sd^2 / delta^2, times (1 - correlation^2) when a pre-period covariate with that correlation is
    used (CUPED, Deng et al. 2013).
    """
    require_positive("sd", sd)
    require(delta != 0, "delta", delta, "different from 0")
    require_share("power", power)
    require(-1 < correlation < 1, "correlation", correlation, "strictly between -1 and 1")
    z = z_alpha(alpha, sided) + z_quantile(power)
    return math.ceil(2 * z**2 * sd**2 / delta**2 * (1 - correlation**2))


def n_two_means_t(sd: float, delta: float, alpha: float = 0.05, power: float = 0.80, sided: int = 2) -> int:
    """`n_two_means` with Guenther's (1981) correction for the t distribution, z_a^2 / 4 units more per arm."""
    require_positive("sd", sd)
    require(delta != 0, "delta", delta, "different from 0")
    za = z_alpha(alpha, sided)
    return math.ceil(2 * (za + z_quantile(power)) ** 2 * sd**2 / delta**2 + za**2 / 4)


def ratio_metric_sd(mean_x: float, var_x: float, mean_y: float, var_y: float, covariance: float) -> float:
    """Standard deviation per unit of the ratio x/y, such as clicks per view counted by user.

    var = (Vx - 2 R Cov + R^2 Vy) / my^2 with R = mx/my: the delta method (Deng, Knoblich & Lu 2018).
    """
    require(mean_y != 0, "mean_y", mean_y, "different from 0")
    require(var_x >= 0, "var_x", var_x, "at least 0")
    require(var_y >= 0, "var_y", var_y, "at least 0")
    ratio = mean_x / mean_y
    variance = (var_x - 2 * ratio * covariance + ratio**2 * var_y) / mean_y**2
    require(variance >= 0, "covariance", covariance, "small enough for its variances")
    return math.sqrt(variance)


def n_non_inferiority(rate: float, margin: float, alpha_one_sided: float = 0.025, power: float = 0.80) -> int:
    """Units per arm to show that a guardrail at `rate` has not fallen by `margin` (probability units).

    n = (z_{1-a} + z_{1-b})^2 2 p q / margin^2 (Chow, Shao & Wang 2008, 4.2.2).
    """
    require_share("rate", rate)
    require_positive("margin", margin)
    require_share("power", power)
    z = z_alpha(alpha_one_sided, 1) + z_quantile(power)
    return math.ceil(z**2 * 2 * rate * (1 - rate) / margin**2)


def design_effect(cluster_size: float, icc: float) -> float:
    """Factor on n when clusters are randomised: 1 + (m - 1) ICC (Kish 1965)."""
    require(cluster_size >= 1, "cluster_size", cluster_size, "at least 1")
    require(0 <= icc <= 1, "icc", icc, "between 0 and 1")
    return 1 + (cluster_size - 1) * icc


def days_to_enrol(
    n_per_arm: float, daily_units: float, exposed_share: float = 1.0, arm_share: float = 0.5
) -> float:
    """Days until each arm holds `n_per_arm` new units: n / (units a day × exposed share × arm's share)."""
    require_positive("n_per_arm", n_per_arm)
    require_positive("daily_units", daily_units)
    require(0 < exposed_share <= 1, "exposed_share", exposed_share, "in (0, 1]")
    require_share("arm_share", arm_share)
    return n_per_arm / (daily_units * exposed_share * arm_share)


def whole_weeks(days: float) -> int:
    """Days rounded up to whole weeks, at least one: shorter tests see only part of the weekly cycle."""
    require(days >= 0, "days", days, "at least 0")
    return max(1, math.ceil(days / 7 - 1e-9)) * 7


def srm_p_value(counts: Sequence[float], shares: Sequence[float]) -> float:
    """Chi-square p-value that the arms' counts follow their planned shares; alarm below 0.001 (Fabijan 2019)."""
    require(len(counts) == len(shares) >= 2, "counts", len(counts), "as many as shares, at least 2")
    total = sum(counts)
    require_positive("counts", total)
    require(abs(sum(shares) - 1) < 1e-6, "shares", sum(shares), "shares that sum to 1")
    statistic = 0.0
    for count, share in zip(counts, shares, strict=True):
        require_share("shares", share)
        statistic += (count - total * share) ** 2 / (total * share)
    return 1 - chi2_cdf(statistic, len(counts) - 1)


def false_positive_share_when_peeking(looks: int, alpha: float = 0.05) -> float:
    """Chance of at least one p < alpha over equally spaced unadjusted looks under no effect."""
    return crossing_probability([z_alpha(alpha, 2)] * looks)


def pocock_z(looks: int, alpha: float = 0.05) -> float:
    """The constant boundary on |z| that keeps `alpha` over `looks` equally spaced looks (Pocock 1977)."""
    return bisect(lambda z: alpha - crossing_probability([z] * looks), 1.0, 6.0, steps=40)


def obrien_fleming_z(looks: int, alpha: float = 0.05) -> float:
    """The boundary on |z| at the last look; look k uses it times sqrt(K/k) (O'Brien & Fleming 1979)."""

    def excess(c: float) -> float:
        return alpha - crossing_probability([c * math.sqrt(looks / k) for k in range(1, looks + 1)])

    return bisect(excess, 1.0, 6.0, steps=40)


def crossing_probability(boundaries: Sequence[float], cells: int = 400) -> float:
    """Probability that |z| crosses one of the boundaries under no effect, at equally spaced looks.

    The density of the score sum among runs still inside is carried from look to look on a grid
    (Armitage, McPherson & Rowe 1969), by Simpson's rule.
    """
    require(len(boundaries) >= 1, "boundaries", len(boundaries), "at least one look")
    inside = _look([], 0.0, 0.0, boundaries[0], 1, cells)
    edge = boundaries[0]
    for k, boundary in enumerate(boundaries[1:], 2):
        limit = boundary * math.sqrt(k)
        inside = _look(inside, edge, 2 * edge / cells, limit, k, cells)
        edge = limit
    step = 2 * edge / cells
    return 1 - sum(weight * value for weight, value in zip(_simpson(cells, step), inside, strict=True))


def _look(before: list[float], edge: float, step: float, limit: float, look: int, cells: int) -> list[float]:
    """Density of the score sum at this look on a grid over [-limit, limit], given it stayed inside before."""
    points = [-limit + 2 * limit * i / cells for i in range(cells + 1)]
    scale = 1 / math.sqrt(2 * math.pi)
    if look == 1:
        return [scale * math.exp(-x * x / 2) for x in points]
    weighted = [w * f for w, f in zip(_simpson(cells, step), before, strict=True)]
    sources = [-edge + step * j for j in range(cells + 1)]
    exp = math.exp
    return [
        scale * sum(w * exp(-((x - y) ** 2) / 2) for w, y in zip(weighted, sources, strict=True))
        for x in points
    ]


def _simpson(cells: int, step: float) -> list[float]:
    return [step / 3 * (1 if i in (0, cells) else 4 if i % 2 else 2) for i in range(cells + 1)]


def any_false_alarm(alpha: float, comparisons: int) -> float:
    """Chance of at least one false alarm over independent comparisons: 1 - (1 - alpha)^m."""
    require_share("alpha", alpha)
    require(comparisons >= 1, "comparisons", comparisons, "at least 1")
    return 1 - (1 - alpha) ** comparisons
