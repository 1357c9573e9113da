"""What of a design is worth drawing: the power of its test, its headroom, its way to all users, and when drift can be told from chance."""

from collections.abc import Iterator, Mapping
from typing import cast

from briefwright.skill.kit import Mark, Plot
from briefwright.skill.ml_workflow.quantity import show
from briefwright.skill.ml_workflow.sections import ABTest, Monitoring, Section, Serving
from briefwright.skill.ml_workflow.sizing.capacity import max_rps
from briefwright.skill.ml_workflow.sizing.domain import SizingError, z_alpha, z_cdf
from briefwright.skill.ml_workflow.sizing.drift import psi_noise
from briefwright.skill.ml_workflow.sizing.experiments import power_two_proportions, treated_rate

PSI_BINS = 10
POINTS = 40


def plots(sections: Mapping[str, Section]) -> tuple[Plot, ...]:
    """In the order of the document; what a design does not have is not drawn."""
    return (
        *_headroom(cast(Serving, sections["serving"])),
        *_power(cast(ABTest, sections["ab_test"])),
        *_ramp(cast(ABTest, sections["ab_test"])),
        *_drift(cast(Monitoring, sections["monitoring"])),
    )


def _power(test: ABTest) -> Iterator[Plot]:
    """Power against the size of an arm, by the formula the size was computed with."""
    chosen = test.n_per_arm.value
    if not test.applicable or chosen <= 0 or test.mde.value == 0:
        return
    try:
        _power_at(test, chosen)
    except SizingError:
        return  # an effect that leaves nothing, or all, has no power to draw
    sizes = [chosen * (0.1 + 1.9 * n / (POINTS - 1)) for n in range(POINTS)]
    power = [_power_at(test, size) for size in sizes]
    at = _power_at(test, chosen)
    words = f"{show(chosen, test.n_per_arm.unit)} find the wanted effect with a probability of {show(at, 'share')}; half of it with {show(_power_at(test, chosen / 2), 'share')}."  # fmt: skip
    yield Plot("ab_test", "line", "Power of the test", "units per arm", "probability to find the effect", tuple(zip(sizes, power, strict=True)), mark=Mark(chosen, at, f"chosen: {show(chosen)}"), limit=Mark(0, test.power.value, f"wanted: {show(test.power.value, 'share')}"), words=words)  # fmt: skip


def _power_at(test: ABTest, n_per_arm: float) -> float:
    alpha = test.alpha.value
    if test.sd is None:
        treated = treated_rate(test.baseline.value, test.mde.value, test.mde_mode)
        return power_two_proportions(test.baseline.value, treated, n_per_arm, alpha, test.sided)
    delta = abs(test.mde.value * (test.baseline.value if test.mde_mode == "rel" else 1.0))
    return z_cdf(delta / (test.sd.value * (2 / n_per_arm) ** 0.5) - z_alpha(alpha, test.sided))


def _headroom(serving: Serving) -> Iterator[Plot]:
    """What is asked for beside what can be carried."""
    if live := serving.real_time:
        carried = [max_rps(n, live.concurrency.value, live.mean_latency_ms.value) for n in (live.replicas.value, live.max_replicas.value)]  # fmt: skip
        bars = (("peak", live.peak_rps.value), (f"{show(live.replicas.value)} replicas carry", carried[0]), (f"at most {show(live.max_replicas.value)} carry", carried[1]))  # fmt: skip
        words = f"A peak of {show(live.peak_rps.value, live.peak_rps.unit)} meets {show(live.replicas.value)} replicas that carry {show(carried[0])} a second: {show(live.peak_rps.value / carried[0], 'share')} busy."  # fmt: skip
        yield _bars("Capacity headroom", "requests per second", bars, words)
    elif batch := serving.batch:
        run = (("run takes", batch.hours.value), ("window", batch.window_h.value))
        words = f"The run takes {show(batch.hours.value, 'hours')} of a window of {show(batch.window_h.value, 'hours')}."  # fmt: skip
        yield _bars("Capacity headroom", "hours", run, words)


def _bars(title: str, unit: str, bars: tuple[tuple[str, float], ...], words: str) -> Plot:
    points = tuple((float(n), value) for n, (_, value) in enumerate(bars))
    return Plot(
        "serving", "bars", title, "", unit, points, names=tuple(name for name, _ in bars), words=words
    )


def _ramp(test: ABTest) -> Iterator[Plot]:
    """The share exposed, day by day."""
    if not test.applicable or len(test.ramp) < 2:
        return
    points, day = [], 0.0
    for stage in test.ramp:
        points.append((day, stage.share.value))
        day += stage.days.value
    points.append((day, test.ramp[-1].share.value))
    said = ", then ".join(f"{stage.name} {show(stage.share.value, 'share')} for {show(stage.days.value, 'days')}" for stage in test.ramp)  # fmt: skip
    yield Plot("ab_test", "steps", "Rollout ladder", "day", "share exposed", tuple(points), names=tuple(stage.name for stage in test.ramp), words=f"{said}.")  # fmt: skip


def _drift(monitoring: Monitoring) -> Iterator[Plot]:
    """The PSI that chance alone produces in a window of so many rows, beside the threshold that raises an alarm."""
    for monitor in monitoring.monitors:
        if "PSI" not in monitor.metric or not monitor.window_rows or not monitor.reference_rows:
            continue
        rows, reference = monitor.window_rows.value, monitor.reference_rows.value
        if rows <= 0 or reference <= 0:
            continue
        sizes = [rows * 10 ** (-2 + 3 * n / (POINTS - 1)) for n in range(POINTS)]
        noise = [psi_noise(PSI_BINS, reference, size) for size in sizes]
        here = psi_noise(PSI_BINS, reference, rows)
        inside = [(x, y) for x, y in zip(sizes, noise, strict=True) if y <= 2 * monitor.threshold.value]
        if len(inside) < 2:
            return
        words = f"A window of {show(rows, 'rows')} shows a PSI of up to {show(here)} by chance; the alarm is at {show(monitor.threshold.value)}."  # fmt: skip
        yield Plot("monitoring", "line", f"Drift window against threshold ({monitor.id})", "rows in the window", "PSI by chance, 95 %", tuple(inside), mark=Mark(rows, here, f"window: {show(rows)}"), limit=Mark(0, monitor.threshold.value, f"alarm at {show(monitor.threshold.value)}"), words=words)  # fmt: skip
        return
