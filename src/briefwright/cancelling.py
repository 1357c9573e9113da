"""Stopping a run of the command line from another terminal. The journal's lock says whether anybody drives it, `driver.pid` who."""

import os
import signal
import time
from pathlib import Path

from briefwright.errors import UsageError
from briefwright.graph.errors import DrivenElsewhere
from briefwright.graph.journal import Journal
from briefwright.records import DRIVER, Record, finished, read_record

PATIENCE_S = 30.0
"""An interrupted run ends when the calls under way let go; one that has not by then is left to its own."""


def cancelled(folder: Path) -> str:
    """Stop the run in `folder` and say what became of it. Raises UsageError when it has ended, or does not stop in time."""
    if read_record(folder) is None:
        raise UsageError(f"'{folder}' holds no run. `briefwright runs list` shows those that are known.")
    if ended := finished(folder):
        raise UsageError(
            f"the run in '{folder}' has ended already: {ended.outcome}. There is nothing to cancel."
        )
    until = time.monotonic() + PATIENCE_S
    told = False
    while time.monotonic() < until:
        try:
            journal = Journal(folder / "journal.sqlite")
        except DrivenElsewhere:
            told = told or _interrupt(folder)  # once: a second signal would cut short how the first one ends
            time.sleep(0.2)
            continue
        try:
            return _settle(folder)
        finally:
            journal.close()
    raise UsageError(f"the run in '{folder}' is still being driven{' though it was told to stop' if told else ', and its folder does not say by whom'}. Stop its process.")  # fmt: skip


def _interrupt(folder: Path) -> bool:
    """Tell the driver to stop, as Ctrl-C does; False when the folder does not say, or no longer says, who that is."""
    try:
        os.kill(int((folder / DRIVER).read_text(encoding="utf-8")), signal.SIGTERM)
    except (OSError, ValueError):
        return False
    return True


def _settle(folder: Path) -> str:
    """Nobody drives the run: how it ended, marked as cancelled where its process left no word."""
    kept = read_record(folder)
    assert kept is not None
    if kept["outcome"] not in ("running", "failed", "cancelled"):
        return f"the run in '{folder}' ended before it could be stopped: {kept['outcome']}"
    if kept["outcome"] != "cancelled":
        head: dict[str, object] = {name: kept[name] for name in ("request", "versions") if name in kept}
        body = {name: value for name, value in kept.items() if name not in (*head, "written_at")}
        Record(folder, head).write(
            {**body, "outcome": "cancelled", "reason": "cancelled; finished calls are kept"}
        )
    return f"cancelled; go on with: briefwright runs resume {folder}"
