"""The command line's share about runs that were: which there are, one of them in words, going on with one, changing one."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from briefwright.errors import UsageError
from briefwright.leaving import drive_and_leave


@click.group()
def runs() -> None:
    """Runs on this machine."""


@runs.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the runs as JSON.")
def list_runs(as_json: bool) -> None:
    """The runs in the folder of runs (BRIEFWRIGHT_RUNS) and those of the server of this machine or database, the latest first."""
    from briefwright.history import list_of_runs, table
    from briefwright.settings import from_environment

    found = list_of_runs(from_environment().runs_folder)
    if server := _server():
        from briefwright.server.from_afar import known

        found = sorted([*found, *known(server)], key=lambda run: str(run["written_at"]), reverse=True)
    click.echo(json.dumps(found, ensure_ascii=False, indent=1) if as_json else table(found))


@runs.command("show")
@click.argument("folder")
def show_run(folder: str) -> None:
    """What came of the run in FOLDER (or with that run id, here or at the server): sections, attempts, checks, tokens."""
    from briefwright.history import in_words, shown

    if (server := _server()) and not _is_here(folder):
        from briefwright.server.from_afar import records

        if found := records(server, folder):
            click.echo("\n\n".join(in_words(record, folder) for record in found))
            return
    click.echo(shown(_run_folder(folder)))


def _is_here(folder: str) -> bool:
    return (_run_folder(folder) / "run.json").is_file()


def _server() -> Any:
    """The settings of a server whose database is there to look into; None without one, or without the server's packages."""
    from importlib.util import find_spec

    from briefwright.settings import server_from_environment

    server = server_from_environment()
    there = server.database_url or (server.data / "briefwright.sqlite").is_file()
    return server if there and find_spec("dbos") and find_spec("sqlalchemy") else None


def _run_folder(folder: str) -> Path:
    """The folder itself, or the one of that run id."""
    from briefwright.settings import from_environment

    path = Path(folder)
    return path if path.exists() else from_environment().runs_folder / folder


@runs.command()
@click.argument("folder")
@click.option("--model", metavar="NAME", help="Another model than the run began with.")
@click.option("--base-url", metavar="URL", help="Another endpoint than the run began with.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def resume(folder: str, model: str | None, base_url: str | None, as_json: bool) -> None:
    """Go on with the run in FOLDER (or with that run id); finished model calls are not paid again."""
    from briefwright.records import load_request
    from briefwright.runs import changed_since
    from briefwright.settings import endpoint_url, from_environment

    settings = from_environment()
    if (server := _server()) and not _is_here(folder):
        from briefwright.server.from_afar import resume as resume_there

        for line in resume_there(settings, server, folder):
            click.echo(line, err=True)
        return
    path = _run_folder(folder)
    request = load_request(path)
    url = endpoint_url(base_url or request.base_url or settings.base_url)
    request = replace(request, model=model or request.model, base_url=url)
    if changed := changed_since(path, request):
        click.echo(f"since this run began, {' and '.join(changed)} changed: its finished calls still count where their prompt is the same", err=True)  # fmt: skip
    drive_and_leave(path, request, settings, as_json)


@runs.command()
@click.argument("folder")
def cancel(folder: str) -> None:
    """Stop the run in FOLDER (or with that run id), of this machine or of its server; what was finished is kept, `runs resume` goes on."""
    from briefwright.cancelling import cancelled
    from briefwright.settings import from_environment

    if (server := _server()) and not _is_here(folder):
        from briefwright.server.from_afar import cancel as cancel_there

        for line in cancel_there(from_environment(), server, folder):
            click.echo(line, err=True)
    else:
        click.echo(cancelled(_run_folder(folder)), err=True)


@runs.command()
@click.argument("folder")
@click.argument("wish", required=False)
@click.option("--note", metavar="TEXT", help="The WISH, for those who prefer an option.")
@click.option(
    "--step", default="", metavar="ID", help="The step it is about; without it, found from the words."
)
@click.option("--redo", is_flag=True, help="Write again, too, what was written from the section concerned.")
@click.option("-o", "--output", metavar="DIR", help="Folder of the new run. Default: beside the old one.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def revise(
    folder: str, wish: str | None, note: str | None, step: str, redo: bool, output: str | None, as_json: bool
) -> None:
    """A new run that is the one in FOLDER with something changed: a new fact, an answer to a question, or a WISH about one section.

    A new fact changes whatever follows from it. A wish needs a model; it goes to its section alone, and no other is paid for again.
    """
    import shutil

    from briefwright.records import finished, load_request, new_run_id, prepare
    from briefwright.revising import revised
    from briefwright.settings import from_environment

    path = _run_folder(folder)
    before = load_request(path)
    ended = finished(path)
    if ended is None or ended.outcome == "declined":
        raise UsageError(
            f"the run in '{path}' has no document to revise. `briefwright runs show {path}` says why."
        )
    request = revised(before, wish or note or "", step, new_run_id(), redo)
    target = Path(output) if output else path.parent / request.run_id
    request = prepare(target, request)
    journal = target / "journal.sqlite"
    if (path / journal.name).is_file() and not journal.exists():
        shutil.copyfile(path / journal.name, journal)  # what was answered once need not be asked again
    drive_and_leave(target, request, from_environment(), as_json)


@runs.command()
@click.option("--days", type=click.IntRange(1), default=90, show_default=True, help="How old a run may be.")
def sweep(days: int) -> None:
    """Remove the runs of the folder of runs that ended more than DAYS days ago: what briefwright wrote, and nothing else."""
    from briefwright.history import swept
    from briefwright.settings import from_environment

    for line in swept(from_environment().runs_folder, days):
        click.echo(line, err=True)


@runs.command()
@click.argument("folder")
@click.argument("text")
def note(folder: str, text: str) -> None:
    """Note what the next document should do better than the one in FOLDER; later runs with a model are shown the latest notes."""
    from briefwright.catalogue import find_skill
    from briefwright.notes import feedback
    from briefwright.records import load_request
    from briefwright.settings import from_environment

    request = load_request(_run_folder(folder))
    feedback(from_environment().notes, find_skill(request.skill)[0].slug, request.run_id, text)
