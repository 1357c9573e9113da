"""The command line's share about skills: which there are, what they say, and which one a message is for."""

import json
import sys
from pathlib import Path

import click

from briefwright.errors import UsageError


@click.group()
def skills() -> None:
    """Skills on this machine."""


@skills.command()
@click.argument("name")
@click.option("--tools", is_flag=True, help="Print the skill's register of tools.")
def show(name: str, tools: bool) -> None:
    """Print what was read from a skill: steps, the part each fills, the checks that judge it."""
    from briefwright.catalogue import find_skill

    skill, kit = find_skill(name)
    if tools:
        if not kit.plans:
            raise UsageError(f"skill '{skill.name}' brings no register of tools.")
        from briefwright.skill.ml_workflow.register import register

        for tool in register():
            click.echo(
                f"{tool.flag:<8} {tool.name:<46} {tool.licence[:30]:<31} verified {tool.verified_on}  {tool.status}"
            )
        return
    click.echo(f"{skill.name} (version {skill.version}, {skill.digest}): {skill.description}")
    click.echo(f"triggers: {', '.join(skill.triggers)}")
    for step in skill.steps:
        click.echo(f"{step.number}. {step.id:<12} {step.title} → {step.part.heading}")
        for check in skill.checks_of(step.id):
            click.echo(f"     {check.id:<4} {check.statement}")


@skills.command("list")
def list_skills() -> None:
    """Every skill found: the package's, ./skills, ~/.briefwright/skills. What could not be used is said on stderr."""
    from briefwright.catalogue import found_skills

    found, warnings = found_skills()
    for skill in found:
        click.echo(
            f"{skill.slug:<28} {len(skill.steps)} steps, {len(skill.checks)} checks  {skill.description[:90]}"
        )
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)


@skills.command()
@click.argument("path", required=False)
def lint(path: str | None) -> None:
    """What would not run in a skill, what is ambiguous, and which triggers say too little. Exit status 1 with findings."""
    from briefwright.catalogue import found_skills, read_one
    from briefwright.skill.lint import lint_skills

    others, _ = found_skills()
    chosen = [read_one(Path(path))] if path else others
    lines = [line for skill in chosen for line in lint_skills(skill, others)]
    for line in lines:
        click.echo(line)
    click.echo(f"{len(chosen)} skills, {len(lines)} findings", err=True)
    sys.exit(1 if lines else 0)


@skills.command("export")
@click.argument("name")
@click.option("-o", "--output", default=".", metavar="DIR", help="Folder to write the skill's folder into.")
def export_skill(name: str, output: str) -> None:
    """Write a skill as a folder valid under the Agent Skills specification. NAME is a skill's name or path."""
    from briefwright.catalogue import found_skills, read_one
    from briefwright.skill.export import export

    known = {skill.slug: skill for skill in found_skills()[0]}
    click.echo(str(export(known.get(name) or read_one(Path(name)), Path(output))))


@skills.command()
@click.argument("name", default="ml-workflow")
@click.option(
    "--prune", "keep", type=click.IntRange(0), metavar="N", help="Keep the latest N notes, forget the others."
)
@click.option(
    "--export", "export_to", metavar="FILE", help="Write the skill with its notes under Evolution Notes."
)
def notes(name: str, keep: int | None, export_to: str | None) -> None:
    """What earlier uses of a skill ran into: checks that failed at first, what mended them, what readers said."""
    from briefwright.catalogue import find_skill
    from briefwright.notes import into_skill, notes_of, prune
    from briefwright.settings import from_environment

    folder, (skill, _) = from_environment().notes, find_skill(name)
    if keep is not None:
        click.echo(f"{prune(folder, skill.slug, keep)} notes forgotten", err=True)
    found = notes_of(folder, skill.slug)
    if export_to:
        if Path(export_to).exists():
            raise UsageError(f"'{export_to}' exists already. Choose another file.")
        Path(export_to).write_text(into_skill(skill.text, found), encoding="utf-8")
        click.echo(export_to)
        return
    for note in found:
        click.echo(f"{note.run}  {note.line}")


@click.command()
@click.argument("message")
@click.option(
    "--earlier", multiple=True, metavar="TEXT", help="An earlier turn of the conversation; may be repeated."
)
@click.option(
    "--model",
    metavar="NAME",
    help="A model that chooses where the router would ask; none is called otherwise.",
)
@click.option("--base-url", metavar="URL", help="The endpoint. Default: OPENAI_BASE_URL.")
@click.option("--json", "as_json", is_flag=True, help="Scores, triggers and their places.")
def route(
    message: str, earlier: tuple[str, ...], model: str | None, base_url: str | None, as_json: bool
) -> None:
    """Which skill MESSAGE is for: run one, ask which of up to three, or none."""
    from dataclasses import asdict

    from briefwright.catalogue import router
    from briefwright.skill.routing.route import route as decide

    text = sys.stdin.read() if message == "-" else message
    decision = decide(router(), text, earlier)
    if model and decision.action == "ask":
        from briefwright.tiebreak import broken

        decision = broken(decision, text, model, base_url or "")
    if as_json:
        click.echo(json.dumps(asdict(decision), ensure_ascii=False, indent=1))
        return
    click.echo(f"{decision.action}: {decision.skill or decision.question or decision.reason}")
