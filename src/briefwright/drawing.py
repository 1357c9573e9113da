"""Plots as SVG: axes with a few round numbers, the point that was chosen, the limit, and the same in words for those who do not see them."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 560, 260, 70, 24, 16, 44


def svg(plot: Mapping[str, Any]) -> str:
    """A plot of a record (`skill.kit.Plot` as data) as a figure with its caption."""
    draw = {"line": _line, "steps": _steps, "bars": _bars}[plot["kind"]]
    inner = draw(plot)
    return (
        f'<figure class="plot"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(plot["title"])}: {escape(plot["words"])}">{inner}</svg>'
        f"<figcaption><strong>{escape(plot['title'])}.</strong> {escape(plot['words'])}</figcaption></figure>"
    )


class _Frame:
    """From a plot's numbers to places on the paper."""

    def __init__(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        self.x0, self.x1 = min(xs), max(xs)
        self.y0, self.y1 = min(0.0, *ys), max(ys) * 1.08 or 1.0
        if self.x0 == self.x1:
            self.x1 = self.x0 + 1

    def x(self, value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (value - self.x0) / (self.x1 - self.x0)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - self.y0) / (self.y1 - self.y0)

    def axes(self, x_label: str, y_label: str, with_x: bool = True) -> str:
        lines = [
            f'<text class="label" x="{LEFT}" y="{TOP - 4}">{escape(y_label)}</text>',
            f'<text class="label" x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end">{escape(x_label)}</text>',
        ]
        for value in _ticks(self.y0, self.y1):
            lines.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{self.y(value):.1f}" y2="{self.y(value):.1f}"/><text class="tick" x="{LEFT - 6}" y="{self.y(value) + 4:.1f}" text-anchor="end">{_short(value)}</text>')  # fmt: skip
        for value in _ticks(self.x0, self.x1) if with_x else ():
            lines.append(f'<text class="tick" x="{self.x(value):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{_short(value)}</text>')  # fmt: skip
        return "".join(lines)

    def limit(self, mark: Mapping[str, Any] | None) -> str:
        if not mark or not self.y0 <= mark["y"] <= self.y1:
            return ""
        y = self.y(mark["y"])
        return f'<line class="limit" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/><text class="limit-label" x="{LEFT + 4}" y="{y - 5:.1f}">{escape(mark["label"])}</text>'  # fmt: skip

    def mark(self, mark: Mapping[str, Any] | None) -> str:
        if not mark or not (self.x0 <= mark["x"] <= self.x1 and self.y0 <= mark["y"] <= self.y1):
            return ""
        x, y = self.x(mark["x"]), self.y(mark["y"])
        side = "end" if x > WIDTH * 0.6 else "start"
        return f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="5"/><text class="mark-label" x="{x + (-9 if side == "end" else 9):.1f}" y="{y + 16:.1f}" text-anchor="{side}">{escape(mark["label"])}</text>'  # fmt: skip


def _line(plot: Mapping[str, Any]) -> str:
    frame = _frame(plot)
    path = " ".join(f"{frame.x(x):.1f},{frame.y(y):.1f}" for x, y in plot["points"])
    return f'{frame.axes(plot["x_label"], plot["y_label"])}<polyline class="curve" points="{path}"/>{frame.limit(plot["limit"])}{frame.mark(plot["mark"])}'  # fmt: skip


def _steps(plot: Mapping[str, Any]) -> str:
    frame = _frame(plot)
    corners = [(plot["points"][0][0], plot["points"][0][1])]
    for (_, before), (x, y) in zip(plot["points"], plot["points"][1:], strict=False):
        corners += [(x, before), (x, y)]
    path = " ".join(f"{frame.x(x):.1f},{frame.y(y):.1f}" for x, y in corners)
    names = "".join(
        f'<text class="mark-label" x="{frame.x(x) + 4:.1f}" y="{frame.y(y) - 6:.1f}">{escape(name)}</text>'
        for name, (x, y) in zip(plot["names"], plot["points"], strict=False)
    )
    return f'{frame.axes(plot["x_label"], plot["y_label"])}<polyline class="curve" points="{path}"/>{names}'


def _bars(plot: Mapping[str, Any]) -> str:
    values = [y for _, y in plot["points"]]
    frame = _Frame([-0.5, len(values) - 0.5], values)
    width = (WIDTH - LEFT - RIGHT) / len(values) * 0.5
    bars = "".join(
        f'<rect class="bar" x="{frame.x(n) - width / 2:.1f}" y="{frame.y(value):.1f}" width="{width:.1f}" height="{max(1.0, frame.y(0) - frame.y(value)):.1f}"/>'
        f'<text class="mark-label" x="{frame.x(n):.1f}" y="{frame.y(value) - 5:.1f}" text-anchor="middle">{_short(value)}</text>'
        f'<text class="tick" x="{frame.x(n):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{escape(name)}</text>'
        for n, (name, value) in enumerate(zip(plot["names"], values, strict=True))
    )
    return frame.axes("", plot["y_label"], with_x=False) + bars


def _frame(plot: Mapping[str, Any]) -> _Frame:
    ys = [y for _, y in plot["points"]]
    if limit := plot["limit"]:
        ys.append(limit["y"])
    return _Frame([x for x, _ in plot["points"]], ys)


def _ticks(low: float, high: float) -> list[float]:
    """Four or five round numbers between the ends."""
    step = 10 ** math.floor(math.log10((high - low) / 4))
    step *= next(factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= 5)
    first = math.ceil(low / step)
    return [n * step for n in range(first, math.floor(high / step) + 1)]


def _short(value: float) -> str:
    """A number an axis has room for: `1.2 M`, `40 k`, `0.05`."""
    for size, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"
