"""How a command that drives a run ends: what is said where, and with which exit status."""

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

EXIT = {"passed": 0, "unverified": 1, "needs_answers": 3, "declined": 3, "failed": 4, "cancelled": 130}


def drive_and_leave(folder: Path, request: Any, settings: Any, as_json: bool) -> None:
    """Drive the run unless it has ended, say what came of it, and leave with its exit status."""
    import signal

    from briefwright.catalogue import find_skill
    from briefwright.progress import progress
    from briefwright.records import finished
    from briefwright.runs import drive

    if result := finished(folder):
        _say(request.run_id, result, as_json)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # both stop cleanly
    steps = tuple(step.id for step in find_skill(request.skill)[0].steps)
    try:
        with progress(steps, quiet=as_json) as emit:
            result = drive(folder, request, settings, emit)
    except KeyboardInterrupt:
        click.echo(f"interrupted; go on with: briefwright runs resume {folder}", err=True)
        sys.exit(EXIT["cancelled"])
    _say(request.run_id, result, as_json)


def _say(run_id: str, result: Any, as_json: bool) -> NoReturn:
    """The path to stdout, the outcome to stderr, and out."""
    document = str(result.document) if result.document else None
    if as_json:
        said = {"run_id": run_id, "outcome": result.outcome, "reason": result.reason, "questions": list(result.questions), "folder": str(result.folder), "document": document}  # fmt: skip
        click.echo(json.dumps(said, ensure_ascii=False))
    elif document:
        click.echo(document)
    click.echo(f"{result.outcome}: {result.reason}", err=True)
    for number, question in enumerate(result.questions, 1):
        click.echo(f"  {number}. {question}", err=True)
    if result.outcome == "failed":
        click.echo(
            f"what was finished is kept; go on with: briefwright runs resume {result.folder}", err=True
        )
    sys.exit(EXIT[result.outcome])
