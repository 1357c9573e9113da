"""What a person sees on stderr while a run goes on: a live table on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable
from typing import Any


class Lines:
    """One line per event; for logs and pipes."""

    def __enter__(self) -> Callable[[Any], None]:
        return self._show

    def __exit__(self, *_: object) -> None:
        return None

    def _show(self, event: Any) -> None:
        if event.kind == "section":  # its text is for pages, not for a log
            return
        where = f"{event.step} " if event.step else ""
        attempt = f"attempt {event.attempt} " if event.attempt else ""
        sys.stderr.write(
            f"{event.kind:<10} {where}{attempt}{event.text}".rstrip() + "\n"
        )  # one write: steps run at once


class Live:
    """The steps as a table that fills up: state, attempt, checks."""

    def __init__(self, steps: tuple[str, ...]) -> None:
        from rich.console import Console
        from rich.live import Live as RichLive

        self._rows = {step: ("waiting", "", "") for step in steps}
        self._note = ""
        self._live = RichLive(console=Console(stderr=True), refresh_per_second=8)

    def __enter__(self) -> Callable[[Any], None]:
        self._live.__enter__()
        self._live.update(self._table())
        return self._show

    def __exit__(self, *what: Any) -> None:
        self._live.__exit__(*what)

    def _show(self, event: Any) -> None:
        if event.kind == "section":
            return
        if event.step:
            self._rows[event.step] = (event.kind, str(event.attempt), event.text)
        else:
            self._note = event.text
        self._live.update(self._table())

    def _table(self) -> Any:
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False)
        for column in ("step", "state", "attempt", "checks"):
            table.add_column(column)
        for step, (state, attempt, text) in self._rows.items():
            table.add_row(step, state, attempt, Text(text))
        table.caption = self._note
        return table


def progress(steps: tuple[str, ...], quiet: bool = False) -> Any:
    """Live on a terminal, lines elsewhere."""
    return Live(steps) if sys.stderr.isatty() and not quiet else Lines()
