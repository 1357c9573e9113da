"""`design --dry-run`: every prompt of a run as it would be sent, with its tokens and an estimate of the cost; nothing is called."""

from datetime import date
from os.path import commonprefix  # of any text, letter by letter
from typing import Any

from briefwright.records import Request
from briefwright.settings import Settings

ANSWER_TOKENS = 1500
"""What a section usually takes to answer; the estimate of the cost rests on it."""


def shown(request: Request, settings: Settings) -> str:
    """Prompts of all steps, sections they need filled by the planner where the skill has one, then the sums."""
    from briefwright.catalogue import find_skill
    from briefwright.graph.budget import prices
    from briefwright.graph.journal import Journal
    from briefwright.graph.model import Endpoint, Model
    from briefwright.graph.tokens import Tokens
    from briefwright.graph.writers import ModelWriter, Task
    from briefwright.skill.kit import Brief

    skill, kit = find_skill(request.skill)
    brief = Brief(request.brief, date.fromisoformat(request.as_of))
    facts = kit.read(brief)
    if stop := kit.refuse(facts):
        return f"nothing would be asked: {stop.reason}"
    decisions = kit.decide(facts, brief)
    tokens = Tokens(settings.tiktoken_cache)
    model = Model(Endpoint(request.model, request.base_url), Journal(None), [])
    writer = ModelWriter(skill, kit, model, tokens=tokens)
    planned = {step.id: kit.plan(step.id, facts, decisions) for step in skill.steps if kit.plans}
    lines: list[str] = []
    sizes: list[int] = []
    sent: list[str] = []
    for step in skill.steps:
        needed = {id: planned[id] for id in kit.needs[step.id] if id in planned}
        task = Task(step, facts.text, facts, decisions, needed, attempt=1)
        messages = writer.messages(task, kit.reply_schema(step.id))
        whole = "\n".join(text for _, text in messages)
        sizes.append(tokens.count(whole))
        lines += [f"=== {step.id}: {sizes[-1]:,} tokens", *(f"--- {role}\n{text}" for role, text in messages)]
        sent.append(whole)
    return "\n".join([*lines, "", *_sums(request, sizes, sent, tokens, prices(settings.prices))])


def _sums(request: Request, sizes: list[int], sent: list[str], tokens: Any, table: Any) -> list[str]:
    """Tokens in all, the share that repeats an earlier prompt's beginning, and the cost by the dated table."""
    shared = sum(
        max((len(commonprefix([text, before])) for before in sent[:n]), default=0)  # noqa: RUF071
        for n, text in enumerate(sent)
    )
    share = shared / sum(map(len, sent))
    counted = "counted by tiktoken" if tokens.exact else "estimated, no table of tiktoken on this machine"
    as_of, by_model = table
    said = [f"{len(sizes)} prompts, {sum(sizes):,} tokens ({counted}); {share:.0%} of the characters repeat the beginning of an earlier prompt"]  # fmt: skip
    price = by_model.get(request.model)
    if price is None:
        return [
            *said,
            f"no price for '{request.model}' in the table of {as_of}; name your own in BRIEFWRIGHT_PRICES",
        ]
    paid = (
        sum(sizes) * ((1 - share) * price.input + share * price.cached)
        + len(sizes) * ANSWER_TOKENS * price.output
    )
    return [
        *said,
        f"about USD {paid / 1e6:.4f} for one attempt each, {ANSWER_TOKENS:,} tokens an answer, prices of {as_of}",
    ]
