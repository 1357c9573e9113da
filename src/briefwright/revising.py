"""A run and what a reader wants changed → the request of a new run. What was paid for stays paid: its replies go along."""

from dataclasses import replace
from datetime import date
from typing import Any

from briefwright.errors import UsageError
from briefwright.records import Request

MOST_LETTERS = 4_000
AFTER_IT = "the section '{}' was revised as asked (“{}”); what no longer agrees with it, and nothing else"


def revised(request: Request, text: str, step: str, run_id: str, redo: bool = False) -> Request:
    """The request with one more thing said about it.

    New facts (an answer to a question, a corrected number) go into the brief, and the whole document follows from it; where the planner
    writes and nothing would follow, the wish goes along without a step, so that the document says so. Anything else is a wish about one
    section: only that section is written again, and with `redo` those that were written from it. Raises UsageError when it is not clear which.
    """
    from briefwright.catalogue import find_skill
    from briefwright.skill.kit import Brief

    skill, kit = find_skill(request.skill)
    wish = " ".join(text.split())
    if "\0" in wish:
        raise UsageError("the wish is not text (it holds zero bytes).")
    if not wish:
        raise UsageError("nothing is wanted. Say what to change, in a sentence.")
    if len(wish) > MOST_LETTERS:
        raise UsageError(
            f"the wish is {len(wish):,} letters long; at most {MOST_LETTERS:,}. Begin a new run."
        )
    again = replace(request, run_id=run_id, parent=request.run_id, ask=False)
    ids = [each.id for each in skill.steps]
    if step and step not in ids:
        raise UsageError(f"step '{step}' is unknown. The steps are {', '.join(ids)}.")
    brief = kit.say(Brief(request.brief, date.fromisoformat(request.as_of)), text)
    if not step and kit.plans and _says_more(brief, request, kit):
        idle = request.model in ("", "planner") and _planned(brief, request, skill, kit) == _planned(request.brief, request, skill, kit)  # fmt: skip
        return replace(again, brief=brief, wishes=[*request.wishes, ["", wish]] if idle else request.wishes)
    concerned = step or _concerned(skill, wish)
    after = [[each, AFTER_IT.format(concerned, wish)] for each in _resting_on(concerned, kit) if redo]
    return replace(again, wishes=[*request.wishes, [concerned, wish], *after])


def _resting_on(step: str, kit: Any) -> list[str]:
    """The steps that are written from a step's section, or from one that is, in the order of the skill."""
    found = {step}
    for each in kit.step_ids:
        if found & set(kit.needs[each]):
            found.add(each)
    return [each for each in kit.step_ids if each in found and each != step]


def _concerned(skill: Any, wish: str) -> str:
    from briefwright.skill.routing.concerned import concerned

    found = concerned(skill, wish)
    if len(found) == 1:
        return found[0]
    asked = found or tuple(each.id for each in skill.steps)
    raise UsageError(f"it is not clear which section “{wish[:120]}” is about. Name one: {', '.join(asked)}.")


def _says_more(brief: str, request: Request, kit: Any) -> bool:
    """Whether the brief with the wish in it holds facts it did not hold without."""
    from briefwright.skill.kit import Brief

    day = date.fromisoformat(request.as_of)
    return bool(_values(kit.as_data(kit.read(Brief(brief, day)))) != _values(kit.as_data(kit.read(Brief(request.brief, day)))))  # fmt: skip


def _planned(text: str, request: Request, skill: Any, kit: Any) -> str:
    """All that the planner would write about a brief."""
    from briefwright.skill.kit import Brief
    from briefwright.skill.markdown import render

    brief = Brief(text, date.fromisoformat(request.as_of))
    facts = kit.read(brief)
    if stop := kit.refuse(facts):
        return str(stop.reason)
    decisions = kit.decide(facts, brief)
    sections = {id: kit.plan(id, facts, decisions) for id in kit.step_ids}
    pages = kit.pages(skill, facts, decisions, sections)
    written = [block for step in skill.steps for block in kit.blocks(step, sections[step.id])]
    return f"{pages.title}\n{pages.note}\n" + render([*written, *pages.annexes, *pages.runbook])


def _values(facts: Any) -> Any:
    """Facts without the words they came from."""
    if isinstance(facts, dict):
        skipped = ("quote", "at", "title", "language", "unread", "instructions", "subject", "questions")
        return {key: _values(value) for key, value in facts.items() if key not in skipped}
    return [_values(each) for each in facts] if isinstance(facts, list) else facts
