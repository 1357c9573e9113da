"""Bounds of facts: what no formula can bear was misread, or is a slip."""

from dataclasses import replace

from briefwright.skill.ml_workflow.facts import Facts, Given

SHARE, COUNT, DAYS = (0.0, 1.0), (0.0, 1e12), (0.0, 3660.0)
PLAUSIBLE: dict[str, tuple[float, float]] = {
    "positive_rate": SHARE, "metric_baseline": SHARE, "metric_target": SHARE, "test_alpha": SHARE, "test_power": SHARE,
    "exposed_share": (0.0, 1.0000001), "mde_relative": (-1.0, 20.0), "mde_absolute": (-1e9, 1e9), "metric_sd": (0.0, 1e12),
    "metric_mean": (0.0, 1e12), "metric_goal": (0.0, 1e12), "label_horizon_days": DAYS, "label_delay_days": DAYS, "lead_time_days": DAYS, "events_per_year": COUNT, "events_on_file": COUNT, "history_days": (0.0, 36_600.0),
    "test_days_most": DAYS, "population": COUNT, "volume_per_day": COUNT, "test_flow_per_day": COUNT, "peak_rps": (0.0, 1e9), "latency_p50_ms": (0.0, 1e8),
    "latency_p99_ms": (0.0, 1e8), "deadline_s": (0.0, 1e6), "batch_window_h": (0.0, 1000.0), "capacity_per_week": COUNT,
    "cost_false_positive": COUNT, "cost_false_negative": COUNT, "team_size": (0.0, 1e5), "budget_per_month": (-1.0, 1e12),
    "feature_count": (0.0, 1e6),
}  # fmt: skip


SECONDS_AT_PEAK = 60.0
"""A day holds at least a minute of its peak; a smaller flow counts something else (complaints, retrainings)."""


def plausible(facts: Facts) -> Facts:
    """Facts inside what their formulas can bear. A share of 0 % or 140 %, a negative rate or a horizon of a million days
    was misread or is a slip; it is listed as unread and never computed with."""
    dropped: list[Given[str]] = []
    changes: dict[str, None] = {}
    flow, peak = facts.volume_per_day, facts.peak_rps
    if flow and peak and flow.value < peak.value * SECONDS_AT_PEAK:
        changes["volume_per_day"] = None
        dropped.append(Given(f"volume per day: {flow.value:g}", flow.quote, flow.start))
    for name, (low, high) in PLAUSIBLE.items():
        given = getattr(facts, name)
        if given is not None and not (
            (low < given.value < high and abs(given.value) > 1e-9)
            or (given.value == 0 and name == "budget_per_month")
        ):
            changes[name] = None
            dropped.append(Given(f"{name.replace('_', ' ')}: {given.value:g}", given.quote, given.start))
    return replace(facts, unread=(*facts.unread, *dropped), **changes)  # type: ignore[arg-type]
