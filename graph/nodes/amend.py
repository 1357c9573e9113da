"""A reader's wishes → finished sections sent back, one wish at a time, with what became of each."""

from collections.abc import Mapping
from typing import Any

from langgraph.runtime import Runtime

from briefwright.graph.state import Deps, Event, Run, Wish
from briefwright.skill.markdown import clip, plain
from briefwright.skill.spec import Finding


def amend(state: Run, runtime: Runtime[Deps]) -> dict[str, Any]:
    """Say what became of the wish before, and send the section of the next one back; the end of the wishes is the way on."""
    deps = runtime.context
    wishes, heard = state.get("wishes", ()), state.get("heard", ())
    asked = state.get("asked", ())
    if len(asked) > len(heard):
        heard = (*heard, _became(wishes[len(heard) :], asked[-1], state["sections"], deps.kit.needs))
    if len(heard) == len(wishes):
        return {"heard": heard, "due": frozenset()}
    if not deps.writer.revises or not wishes[len(heard)].step:
        return {"heard": (*heard, *(_unheard(wish) for wish in wishes[len(heard) :])), "due": frozenset()}
    wish = wishes[len(heard)]
    deps.emit(Event("amending", wish.step, text=clip(plain(wish.text), 120)))
    finding = Finding("wish", "fail", wish.step, wish.step, f"a reader of the section wants: {plain(wish.text)}", "Change what this asks for and nothing else; a check it would break comes first.")  # fmt: skip
    due = frozenset((wish.step,))
    return {
        "heard": heard,
        "asked": (*asked, state["sections"][wish.step].attempt),
        "due": due,
        "sent_back": due,  # a judge's opinion of it lapses
        "round": 1,
        "findings": (*state.get("findings", ()), finding),
    }


def _became(
    wishes: tuple[Wish, ...], attempt: int, sections: Mapping[str, Any], needs: Mapping[str, tuple[str, ...]]
) -> str:
    """Whether the first wish's section changed, and which others were written before it did and are not asked to follow."""
    wish, later = wishes[0], {each.step for each in wishes[1:]}
    words = f"“{clip(plain(wish.text), 120)}”"
    if sections[wish.step].attempt == attempt:
        return f"Asked for and not done in {wish.step}: {words}; what came back failed more checks than the section that stands."
    stale = [
        step
        for step, needed in needs.items()
        if wish.step in needed and step in sections and step not in later
    ]
    late = f" Written before that, and to be read again: {', '.join(stale)}." if stale else ""
    return f"Revised by request in {wish.step}: {words}.{late}"


def _unheard(wish: Wish) -> str:
    words = f"“{clip(plain(wish.text), 120)}”"
    if not wish.step:
        return f"Asked for and not done: {words}; it was read, and nothing in the document follows from it."
    return f"Asked for and not done in {wish.step}: {words}; the planner follows facts of a brief, not wishes about words. Name a fact, or give it a model."
