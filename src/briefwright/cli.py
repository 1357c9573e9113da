"""The command line. Heavy imports stay inside the command that needs them: `--help` must be quick."""

import sys
import traceback
from pathlib import Path
from typing import Any

import click

from briefwright import __version__
from briefwright.cli_runs import runs
from briefwright.cli_server import keys, mcp, serve, worker
from briefwright.cli_skills import route, skills
from briefwright.errors import UsageError
from briefwright.leaving import EXIT, drive_and_leave

BUG = 70


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
def app() -> None:
    """From a brief to a verified document."""


@app.command()
@click.argument("brief")
@click.option("-o", "--output", metavar="DIR", help="Folder to write into. Default: briefwright-runs/RUN_ID.")
@click.option("--skill", default="ml-workflow", show_default=True, metavar="NAME|PATH", help="Which skill.")
@click.option(
    "--model",
    metavar="NAME",
    help="A model behind an OpenAI-compatible endpoint, or 'planner' (default: no model).",
)
@click.option("--base-url", metavar="URL", help="The endpoint. Default: OPENAI_BASE_URL.")
@click.option(
    "--judge",
    metavar="NAME",
    help="A model behind the endpoint that answers what rules cannot; best not the writer's own.",
)
@click.option(
    "--max-tokens",
    type=click.IntRange(1),
    metavar="N",
    help="Tokens this run may use; near it, it gives up the judge, then revisions, then the model.",
)
@click.option(
    "--max-cost",
    type=click.FloatRange(0, min_open=True),
    metavar="USD",
    help="The same in money, by the dated table of prices.",
)
@click.option(
    "--deadline", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="The same in time."
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Show every prompt, its tokens and what they would cost, and call nothing.",
)
@click.option(
    "--max-attempts", default=3, show_default=True, type=click.IntRange(1, 10), help="Tries per section."
)
@click.option(
    "--run-id", metavar="ID", help="Name of the run; the same id in the same folder goes on with it."
)
@click.option("--ask/--assume", default=False, help="Stop with questions, or assume and say so (default).")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def design(
    brief: str, output: str | None, skill: str, model: str | None, base_url: str | None, judge: str | None, max_attempts: int,
    max_tokens: int | None, max_cost: float | None, deadline: float | None, dry_run: bool,
    run_id: str | None, ask: bool, as_json: bool,
) -> None:  # fmt: skip
    """Turn BRIEF (a file, or - for standard input) into a document and its runbook.

    Exit status: 0 passed, 1 unverified, 2 bad usage or input, 3 needs answers or declined, 4 failed and
    resumable, 130 interrupted and resumable.
    """
    from datetime import UTC, datetime

    from briefwright.briefs import read_brief
    from briefwright.catalogue import find_skill
    from briefwright.notes import recent
    from briefwright.records import Request, new_run_id, prepare
    from briefwright.settings import endpoint_url, from_environment

    settings = from_environment()
    text = read_brief(brief)
    found, kit = find_skill(skill)
    model = model or settings.model or "planner"
    base_url = endpoint_url(base_url or settings.base_url)
    if not kit.plans and model == "planner" and not dry_run:
        raise UsageError(
            f"skill '{found.name}' needs a model: it has no planner. Add --model NAME, and OPENAI_API_KEY or --base-url."
        )
    judge = judge or (
        "" if kit.plans else model
    )  # a skill without rules is judged, if need be by its own writer
    if base_url and not (model != "planner" or judge) and not settings.base_url:
        raise UsageError("--base-url is given, but no model. Add --model NAME, or leave the endpoint out.")
    id = _run_id(run_id) if run_id else new_run_id()
    request = Request(
        run_id=id, brief=text, skill=skill, model=model,
        base_url=base_url, max_attempts=max_attempts, ask=ask,
        as_of=datetime.now(UTC).date().isoformat(), judge=judge or "",
        max_tokens=max_tokens or 0, max_cost=float(max_cost or 0), deadline_s=float(deadline or 0),
        notes=recent(settings.notes, found.slug) if model != "planner" else [],
    )  # fmt: skip
    if dry_run:
        from briefwright.dry import shown

        click.echo(shown(request, settings))
        return
    _check_price(request, settings)
    folder = Path(output) if output else settings.runs_folder / id
    drive_and_leave(folder, prepare(folder, request), settings, as_json)


def _check_price(request: Any, settings: Any) -> None:
    """A limit on cost needs a price for the model; said before anything is sent."""
    if not request.max_cost:
        return
    from briefwright.graph.budget import prices

    as_of, table = prices(settings.prices)
    if request.model not in table:
        raise UsageError(
            f"--max-cost needs a price for '{request.model}'; the table of {as_of} has {', '.join(table)}. Name your own in BRIEFWRIGHT_PRICES, or use --max-tokens."
        )


def _run_id(text: str) -> str:
    import re

    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", text):
        raise UsageError(f"run id '{text}' may hold letters, digits, '.', '_' and '-' only.")
    return text


@app.command()
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@click.option("--brief", metavar="BRIEF", help="The brief it answers; its facts are checked too.")
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json", "sarif", "junit"]),
)
def check(documents: tuple[str, ...], brief: str | None, form: str) -> None:
    """Verify each DOCUMENT, any Markdown in the skill's Output Format, ours or somebody else's.

    Exit status: 0 clean, 1 findings or checks that could not be judged, 2 unreadable.
    """
    from briefwright.checking import FORMATS, check_document

    if form != "text" and len(documents) > 1:
        raise UsageError(f"{form} holds one document; {len(documents)} were given. Call it once for each.")
    reports = [check_document(document, brief) for document in documents]
    for report in reports:
        click.echo(FORMATS[form](report))
    sys.exit(max(report.status for report in reports))


@app.command()
@click.option("--skill", default="ml-workflow", show_default=True, metavar="NAME|PATH", help="Which skill.")
def graph(skill: str) -> None:
    """Print the state machine as Mermaid: the whole, then what each step does inside."""
    from briefwright.catalogue import find_skill
    from briefwright.graph.picture import mermaid

    click.echo(mermaid(*find_skill(skill)))


@app.command("eval")
@click.option(
    "--cases", metavar="DIR|FILE", help="A folder of cases, or a .jsonl file. Default: the package's own."
)
@click.option(
    "-o",
    "--output",
    default="briefwright-evals/latest",
    show_default=True,
    metavar="DIR",
    help="Where results.jsonl, report.html and junit.xml go.",
)
@click.option("--model", default="", metavar="NAME", help="A model to write; without one the planner does.")
@click.option("--base-url", metavar="URL", help="The endpoint. Default: OPENAI_BASE_URL.")
@click.option(
    "--epochs", default=1, show_default=True, type=click.IntRange(1, 100), help="Repeats of every case."
)
@click.option("--jobs", default=4, show_default=True, type=click.IntRange(1, 64), help="Cases at once.")
@click.option("--only", default="", metavar="TEXT", help="Only cases with this in their id.")
@click.option("--baseline", metavar="DIR", help="An earlier eval's folder to compare with.")
@click.option("--gate", metavar="FILE", help="Thresholds; exit status 1 when one is not met.")
@click.option("--record", metavar="FILE", help="Keep every model call in this file.")
@click.option("--replay", metavar="FILE", help="Answer every model call from this file; no key, no network.")
@click.option(
    "--mlflow", default="", metavar="URI", help="Log the eval to MLflow too, e.g. sqlite:///mlflow.db."
)
@click.option(
    "--judging",
    default="",
    metavar="NAME",
    help="Only put this judge's questions to labelled parts: agreement, kappa, over-pass rate.",
)
def run_eval(
    cases: str | None, output: str, model: str, base_url: str | None, epochs: int, jobs: int, only: str,
    baseline: str | None, gate: str | None, record: str | None, replay: str | None, mlflow: str, judging: str,
) -> None:  # fmt: skip
    """Run the skill over briefs with expectations, score what comes out, and compare it with an earlier run."""
    import briefwright.evals
    from briefwright.evaluating import believe, evaluate
    from briefwright.settings import endpoint_url, from_environment

    if record and replay:
        raise UsageError("--record and --replay exclude each other. Give one of them.")
    if (record or replay) and not model:
        raise UsageError(
            "--record and --replay are for model calls. Add --model NAME; the planner makes none."
        )
    settings = from_environment()
    if judging:
        click.echo(believe(judging, endpoint_url(base_url or settings.base_url), settings))
        return
    folder = Path(cases) if cases else Path(briefwright.evals.__path__[0]) / "cases"
    tape = record or replay
    sys.exit(evaluate(
        folder, Path(output), settings, model, endpoint_url(base_url or settings.base_url), epochs, jobs,
        Path(baseline) if baseline else None, Path(gate) if gate else None, Path(tape) if tape else None, bool(record), only, mlflow,
    ))  # fmt: skip


for command in (runs, skills, route, serve, worker, mcp, keys):
    app.add_command(command)


def main() -> None:
    """The entry point: every expected error becomes one line and exit status 2; bugs keep their traceback."""
    from briefwright.evals.errors import EvalError
    from briefwright.graph.errors import RunError
    from briefwright.skill.errors import SkillError

    try:
        app(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as help:
        click.echo(help.ctx.get_help() if help.ctx else "")
        sys.exit(0)
    except click.ClickException as fault:
        fault.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(EXIT["cancelled"])
    except (UsageError, SkillError, EvalError) as fault:
        click.echo(f"error: {fault}", err=True)
        sys.exit(2)
    except (RunError, OSError) as fault:
        click.echo(f"error: {fault}", err=True)
        sys.exit(EXIT["failed"])
    except (
        Exception
    ):  # the door: a bug keeps its traceback, but never leaves with a status that means a document
        traceback.print_exc()
        sys.exit(BUG)
