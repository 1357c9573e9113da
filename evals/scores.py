"""What a run is worth, score by score, each with its evidence. Nothing here is judged by the code that wrote the document,
except the checks: those verdicts are the product's own, and their scores say so by their names."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from briefwright.evals.cases import Case
from briefwright.skill.markdown import Table, parse

Kind = Literal["share", "yes_no", "count", "amount"]
LOWER_IS_BETTER = frozenset(["forbidden_choices", "loops", "tokens", "seconds"])
DESCRIBED = {
    "outcome_right": "the run ended as the case expects",
    "facts_honoured": "share of expected facts and mentions found in the document, the brief's own sentences not counted",
    "numbers_right": "share of expected numbers inside their range",
    "forbidden_choices": "patterns found in choices that must not stand there",
    "own_checks_passed": "share of the ten checks that passed, by the product's own verdicts",
    "own_checks_first": "the same, counting only sections that passed at their first attempt",
    "provenance_complete": "share of numbers in the data whose source is given, computed or assumed with a basis",
    "loops": "attempts beyond the first, over all sections",
    "tokens": "tokens asked and answered in this run",
    "seconds": "time of the run",
}


@dataclass(frozen=True)
class Score:
    name: str
    kind: Kind
    value: float
    evidence: str = ""


def scores(case: Case, record: dict[str, Any], document: str, seconds: float) -> list[Score]:
    """All scores of one run; a score without anything to measure is left out, never set to zero."""
    found = [Score("outcome_right", "yes_no", float(record["outcome"] == case.expect.outcome), f"{record['outcome']}, expected {case.expect.outcome}")]  # fmt: skip
    text = _without_quotes(document or record.get("reason", ""))
    found += _facts(case, record, text)
    found += _numbers(case, record)
    if case.expect.never:
        choices = "\n".join(
            " | ".join(row) for block in parse(document) if isinstance(block, Table) for row in block.rows
        )
        bad = [p for p in case.expect.never if re.search(p, _without_quotes(choices), re.IGNORECASE)]
        found.append(Score("forbidden_choices", "count", float(len(bad)), ", ".join(bad)))
    verdicts = record.get("verdicts") or []
    if verdicts:
        failed = [v["check"] for v in verdicts if v["outcome"] != "passed"]
        found.append(Score("own_checks_passed", "share", 1 - len(failed) / len(verdicts), ", ".join(failed)))
        late = {
            check for s in record["sections"].values() for a in s["attempts"][:1] for check in a["failed"]
        }
        found.append(
            Score(
                "own_checks_first",
                "share",
                1 - len(late | set(failed)) / len(verdicts),
                ", ".join(sorted(late)),
            )
        )
    if record.get("sections"):
        found.append(_provenance(record["sections"]))
        found.append(
            Score(
                "loops",
                "count",
                float(sum(max(0, len(s["attempts"]) - 1) for s in record["sections"].values())),
            )
        )
    found.append(
        Score(
            "tokens",
            "amount",
            float(sum(u["input_tokens"] + u["output_tokens"] for u in record.get("usage", ()))),
        )
    )
    found.append(Score("seconds", "amount", round(seconds, 4)))
    return found


def _without_quotes(text: str) -> str:
    """The document without the words it quotes from the brief."""
    return re.sub(r"“[^”]*”", "", text)


def _facts(case: Case, record: dict[str, Any], text: str) -> list[Score]:
    missing = [p for p in case.expect.mentions if not re.search(p, text, re.IGNORECASE)]
    facts = record.get("facts") or {}
    wrong = [
        name for name, value in case.expect.facts.items() if not _same(_fact(name, facts, record), value)
    ]
    expected = len(case.expect.mentions) + len(case.expect.facts)
    if not expected:
        return []
    return [
        Score(
            "facts_honoured",
            "share",
            1 - (len(missing) + len(wrong)) / expected,
            "; ".join([*missing, *wrong]),
        )
    ]


def _fact(name: str, facts: dict[str, Any], record: dict[str, Any]) -> Any:
    if name == "mode":
        return ((record.get("sections") or {}).get("serving") or {}).get("data", {}).get("mode")
    held = facts.get(name)
    return held.get("value") if isinstance(held, dict) else held


def _same(found: Any, wanted: str | float) -> bool:
    if isinstance(wanted, int | float):
        return isinstance(found, int | float) and abs(found - wanted) <= 0.02 * abs(wanted) + 1e-12
    return str(found).lower() == str(wanted).lower()


def _numbers(case: Case, record: dict[str, Any]) -> list[Score]:
    if not case.expect.numbers:
        return []
    data = ((record.get("sections") or {}).get("ab_test") or {}).get("data", {})
    wrong = []
    for name, (low, high) in case.expect.numbers.items():
        held = data.get(name)
        value = held.get("value") if isinstance(held, dict) else held
        if not isinstance(value, int | float) or not low <= value <= high:
            wrong.append(f"{name} {value} not in {low:,.0f} to {high:,.0f}")
    return [Score("numbers_right", "share", 1 - len(wrong) / len(case.expect.numbers), "; ".join(wrong))]


def _provenance(sections: dict[str, Any]) -> Score:
    quantities = list(_quantities([s["data"] for s in sections.values()]))
    bare = [
        q for q in quantities if q.get("source") not in ("given", "computed", "assumed") or not q.get("basis")
    ]
    return Score(
        "provenance_complete", "share", 1 - len(bare) / max(1, len(quantities)), f"{len(quantities)} numbers"
    )


def _quantities(value: Any) -> Any:
    if isinstance(value, dict):
        if {"value", "unit", "source"} <= value.keys():
            yield value
        for inner in value.values():
            yield from _quantities(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _quantities(inner)
