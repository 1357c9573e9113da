"""What rules cannot decide, put to a model: one yes/no question per check, answered with a quote.

A judge sees the section and the question, never who wrote it or how often. A vote without a quote that stands in the
section does not count. Two equal votes of at most three decide; a judge that wavers has decided nothing. Whatever rules
have failed stays failed.
"""

import asyncio
import re
from dataclasses import dataclass
from typing import Any, Literal

from briefwright.graph.errors import UnusableReply
from briefwright.graph.model import Model
from briefwright.graph.reply import object_in
from briefwright.prompts.fill import fill
from briefwright.skill.markdown import clip, plain
from briefwright.skill.spec import Check, Verdict

Answer = Literal["yes", "no", "wavering"]
VOTES = 3
FEWEST_QUOTED = 3
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "quote": {"type": "string", "description": "The words decided by, exactly as they stand."},
        "reason": {"type": "string", "description": "Why, in one sentence."},
        "answer": {"type": "string", "enum": ["yes", "no"]},
    },
    "required": ["quote", "reason", "answer"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Opinion:
    """What the judge thinks of one check."""

    check: str
    answer: Answer
    quote: str
    reason: str


@dataclass(frozen=True)
class Judge:
    """Asks a model, as often as it takes for two equal votes, at most three times."""

    model: Model

    @property
    def name(self) -> str:
        return self.model.name

    async def opinion(self, check: Check, question: str, facts: str, part: str) -> Opinion:
        """Raises EndpointError when nobody can be asked; a reply that is no vote is only not counted."""
        prompt = fill("judge", statement=check.statement, question=question, facts=facts, part=part)
        counted: list[dict[str, str]] = []
        for number in range(1, VOTES + 1):
            try:
                reply = await self.model.ask([("user", prompt)], SCHEMA, f"judge-{check.id}", number)
            except UnusableReply:
                continue
            if vote := _vote(reply, part):
                counted.append(vote)
            answers = [vote["answer"] for vote in counted]
            if agreed := next((vote for vote in counted if answers.count(vote["answer"]) >= 2), None):
                answer: Answer = "yes" if agreed["answer"] == "yes" else "no"
                return Opinion(check.id, answer, agreed["quote"], agreed["reason"])
        return Opinion(check.id, "wavering", "", f"{len(counted)} of {VOTES} votes counted, no two agree")  # fmt: skip


def _vote(reply: str, part: str) -> dict[str, str] | None:
    """The reply as a vote; None when it is not one, or quotes what is not there."""
    try:
        found = object_in(reply)
    except UnusableReply:
        return None
    quote, reason = (plain(str(found.get(key) or "")) for key in ("quote", "reason"))
    if (
        found.get("answer") not in ("yes", "no")
        or len(quote.split()) < FEWEST_QUOTED
        or _bare(quote) not in _bare(part)
    ):
        return None
    return {"answer": found["answer"], "quote": clip(quote, 200), "reason": clip(reason, 300)}


def _bare(text: str) -> str:
    """Letters and digits only: a quote may drop markup, blanks and table bars."""
    return re.sub(r"[\W_]+", "", text.lower())


def judged(rules: Verdict, opinion: Opinion | None, judge: str) -> Verdict:
    """One verdict of the rules' and the judge's. Rules that failed stand; a wavering judge changes nothing."""
    if opinion is None or opinion.answer == "wavering" or rules.outcome == "failed":
        return rules
    said = f"{judge}: {opinion.reason}"
    if opinion.answer == "no":
        return Verdict(rules.check, "failed", "judge", said, (opinion.quote,), rules.findings)
    evidence = tuple(dict.fromkeys((*rules.evidence, opinion.quote)))
    return Verdict(rules.check, "passed", "judge", said, evidence, rules.findings)


async def opinions(judge: Judge, asked: list[tuple[Check, str, str]], facts: str) -> dict[str, Opinion]:
    """All questions at once; each (check, question, part)."""
    answers = await asyncio.gather(
        *(judge.opinion(check, question, facts, part) for check, question, part in asked)
    )
    return {opinion.check: opinion for opinion in answers}
