"""`briefwright eval --judging NAME`: how far a judge can be believed, on examples whose answer is known before anybody is asked.

Every example is one question of the judge's share put to one part of a document. The parts of sound documents deserve yes;
the same parts with a defect of the catalogue deserve no. They are labelled by how they were made, not by an opinion. Printed
are agreement with its interval, Cohen's kappa (agreement beyond chance), and the over-pass rate: the share of broken parts the
judge let pass, which is what makes a lenient judge look good.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from briefwright.evals.defects.catalogue import DEFECTS
from briefwright.evals.defects.run import HERE, Sound, broken, sound_documents
from briefwright.graph.judge import Judge, Opinion
from briefwright.skill.load import load
from briefwright.skill.markdown import Heading, parse, render
from briefwright.skill.ml_workflow.kit import KIT
from briefwright.skill.ml_workflow.sizing.classification import wilson_interval
from briefwright.skill.spec import Check, Skill

DOCUMENTS = ("telco-churn-first-model", "card-fraud-realtime")
PER_CHECK = 3
FACTS = "(no brief: judge the words of the part alone)"


@dataclass(frozen=True)
class Example:
    """One question, the part it is put to, and the answer that part deserves by how it was made."""

    check: Check
    question: str
    part: str
    deserves: str


async def measured(judge: Judge) -> str:
    """The table for one judge. Raises EndpointError when it cannot be asked."""
    asked = examples(load(HERE.parent / "skill" / "ml_workflow", KIT.step_ids))
    opinions = await asyncio.gather(*(judge.opinion(e.check, e.question, FACTS, e.part) for e in asked))
    return table(judge.name, list(zip(asked, opinions, strict=True)))


def examples(skill: Skill) -> list[Example]:
    """Per check: the part of each of two sound documents, and of up to three broken ones."""
    documents = [document for document in sound_documents(skill) if document.name in DOCUMENTS]
    found: list[Example] = []
    for check in skill.checks:
        question = KIT.question(check)
        found += [Example(check, question, part_of(skill, check, d.text), "yes") for d in documents]
        defects = [defect for defect in DEFECTS if defect.check == check.id]
        for defect in defects[:: max(1, len(defects) // PER_CHECK)][:PER_CHECK]:
            document = _fitting(documents, defect.only)
            text = broken(document.text, defect)
            if text != document.text:
                found.append(Example(check, question, part_of(skill, check, text), "no"))
    return found


def _fitting(documents: Sequence[Sound], only: str) -> Sound:
    return next((d for d in documents if d.live == (only == "live")), documents[0])


def part_of(skill: Skill, check: Check, text: str) -> str:
    """The words of the parts a check judges, with their headings."""
    wanted = {skill.step(step).part.heading for step in check.steps}
    kept, inside = [], False
    for block in parse(text):
        if isinstance(block, Heading) and block.level == 2:
            inside = block.text in wanted
        if inside:
            kept.append(block)
    return render(kept)


def table(name: str, judged: Sequence[tuple[Example, Opinion]]) -> str:
    """One row per kind of part and one for all. A wavering judge has agreed with nobody."""
    sound = [opinion.answer for example, opinion in judged if example.deserves == "yes"]
    faulty = [opinion.answer for example, opinion in judged if example.deserves == "no"]
    agreed = sound.count("yes") + faulty.count("no")
    low, high = wilson_interval(agreed, len(judged))
    passed_low, passed_high = wilson_interval(faulty.count("yes"), len(faulty))
    return "\n".join(
        [
            f"| Judge {name} | Examples | yes | no | wavering |",
            "|---|---|---|---|---|",
            _row("sound parts", sound),
            _row("broken parts", faulty),
            "",
            f"agreement {agreed / len(judged):.2f} ({low:.2f} to {high:.2f}), kappa {kappa(sound, faulty):.2f}",
            f"over-pass rate {faulty.count('yes') / len(faulty):.2f} ({passed_low:.2f} to {passed_high:.2f}): broken parts it let pass",
        ]
    )


def _row(name: str, answers: Sequence[str]) -> str:
    counts = " | ".join(str(answers.count(answer)) for answer in ("yes", "no", "wavering"))
    return f"| {name} | {len(answers)} | {counts} |"


def kappa(sound: Sequence[str], faulty: Sequence[str]) -> float:
    """Cohen's kappa of the judge against the labels, over decided answers (Cohen 1960): (observed − chance) ÷ (1 − chance).

    0 when the judge says the same of everything, and 0 when it decided nothing.
    """
    decided = [("yes", a) for a in sound if a != "wavering"] + [("no", a) for a in faulty if a != "wavering"]
    if not decided:
        return 0.0
    total = len(decided)
    observed = sum(label == answer for label, answer in decided) / total
    chance = sum(
        (sum(label == side for label, _ in decided) / total)
        * (sum(answer == side for _, answer in decided) / total)
        for side in ("yes", "no")
    )
    return 0.0 if chance >= 1 else (observed - chance) / (1 - chance)
