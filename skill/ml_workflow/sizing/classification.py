"""Rare positives: precision at prevalence, capacity, intervals, cost thresholds; errors of forecasts."""

import math
from collections.abc import Sequence
from datetime import date, timedelta

from briefwright.skill.ml_workflow.sizing.domain import require, require_positive, require_share, z_alpha


def precision_at_prevalence(prevalence: float, recall: float, false_positive_rate: float) -> float:
    """Precision = π TPR / (π TPR + (1 - π) FPR): Bayes' rule."""
    require_share("prevalence", prevalence)
    require(0 <= recall <= 1, "recall", recall, "between 0 and 1")
    require(0 <= false_positive_rate <= 1, "false_positive_rate", false_positive_rate, "between 0 and 1")
    flagged = flagged_rate(prevalence, recall, false_positive_rate)
    require_positive("recall with false_positive_rate", flagged)
    return prevalence * recall / flagged


def flagged_rate(prevalence: float, recall: float, false_positive_rate: float) -> float:
    """Share of all cases that are flagged; times the daily volume it is what reviewers must handle."""
    return prevalence * recall + (1 - prevalence) * false_positive_rate


def false_positive_rate_for(prevalence: float, recall: float, precision: float) -> float:
    """The false positive rate at which `recall` gives `precision`: π TPR (1/P - 1) / (1 - π)."""
    require_share("prevalence", prevalence)
    require_share("precision", precision)
    return prevalence * recall * (1 / precision - 1) / (1 - prevalence)


def wilson_interval(successes: float, trials: float, confidence: float = 0.95) -> tuple[float, float]:
    """Interval for a share (Wilson 1927); stays inside [0, 1] and holds at small counts."""
    require_positive("trials", trials)
    require(0 <= successes <= trials, "successes", successes, "between 0 and trials")
    z = z_alpha(1 - confidence, 2)
    share = successes / trials
    centre = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z / (1 + z**2 / trials) * math.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    return max(0.0, centre - half), min(1.0, centre + half)


def positives_needed(recall: float, half_width: float, confidence: float = 0.95) -> int:
    """Positives in a test set so that recall is known to ± `half_width`: z² p q / h²."""
    require_share("recall", recall)
    require_positive("half_width", half_width)
    return math.ceil(z_alpha(1 - confidence, 2) ** 2 * recall * (1 - recall) / half_width**2)


def corrected_for_undersampling(score: float, kept_negatives: float) -> float:
    """Probability in production of a score from training with a share `kept_negatives` of the negatives.

    p = b s / (b s - s + 1) (Dal Pozzolo et al. 2015).
    """
    require(0 <= score <= 1, "score", score, "between 0 and 1")
    require(0 < kept_negatives <= 1, "kept_negatives", kept_negatives, "in (0, 1]")
    return kept_negatives * score / (kept_negatives * score - score + 1)


def cost_threshold(cost_false_positive: float, cost_false_negative: float) -> float:
    """Act when p ≥ c_fp / (c_fp + c_fn): the probability at which both errors cost the same (Elkan 2001)."""
    require_positive("cost_false_positive", cost_false_positive)
    require_positive("cost_false_negative", cost_false_negative)
    return cost_false_positive / (cost_false_positive + cost_false_negative)


def average_precision(labels: Sequence[int], scores: Sequence[float]) -> float:
    """Area under precision-recall as Σ (R_k - R_{k-1}) P_k over the ranking; its floor is the prevalence."""
    require(len(labels) == len(scores) > 0, "scores", len(scores), "as many as labels")
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    positives = sum(labels)
    require_positive("labels", positives)
    hits, total = 0, 0.0
    for rank, i in enumerate(order, 1):
        if labels[i]:
            hits += 1
            total += hits / rank
    return total / positives


def roc_auc(labels: Sequence[int], scores: Sequence[float]) -> float:
    """Probability that a positive outranks a negative, ties counting half (Mann-Whitney)."""
    positives = [s for s, y in zip(scores, labels, strict=True) if y]
    negatives = [s for s, y in zip(scores, labels, strict=True) if not y]
    require_positive("labels", len(positives) * len(negatives))
    won = sum((p > n) + (p == n) / 2 for p in positives for n in negatives)
    return won / (len(positives) * len(negatives))


def wape(actual: Sequence[float], forecast: Sequence[float]) -> float:
    """Σ|y - f| / Σ|y|: the share of volume that was forecast wrongly; defined when some demand is zero."""
    require(len(actual) == len(forecast) > 0, "forecast", len(forecast), "as many as actual")
    volume = sum(abs(y) for y in actual)
    require_positive("actual", volume)
    return sum(abs(y - f) for y, f in zip(actual, forecast, strict=True)) / volume


def mase(
    actual: Sequence[float], forecast: Sequence[float], history: Sequence[float], season: int = 1
) -> float:
    """Mean absolute error over the in-sample error of the seasonal naive forecast (Hyndman & Koehler 2006).

    1.0 means no better than repeating last season.
    """
    require(season >= 1, "season", season, "at least 1")
    require(len(history) > season, "history", len(history), "longer than one season")
    naive = [abs(history[t] - history[t - season]) for t in range(season, len(history))]
    scale = sum(naive) / len(naive)
    require_positive("history", scale)
    return sum(abs(y - f) for y, f in zip(actual, forecast, strict=True)) / len(actual) / scale


def skew_upper_bound(replayed_rows: float, mismatches: int = 0) -> float:
    """95 % upper bound on the mismatch share after none in n replays: 3 / n (rule of three, Hanley 1983)."""
    require_positive("replayed_rows", replayed_rows)
    return 3 / replayed_rows if mismatches == 0 else wilson_interval(mismatches, replayed_rows)[1]


def earliest_next_window(window_end: date, label_horizon_days: int) -> date:
    """First day the next window may start: later than the day on which the last label of this one is read."""
    require(label_horizon_days >= 0, "label_horizon_days", label_horizon_days, "at least 0")
    return window_end + timedelta(days=label_horizon_days + 1)
