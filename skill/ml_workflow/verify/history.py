"""Check 4 over text: training may not begin before the data it is said to be made of."""

import re
from collections.abc import Iterator
from datetime import date

from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.stated import MONTHS, iso_dates
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail
from briefwright.skill.spec import Finding

_BEGINS = re.compile(
    rf"\b(?:since|from|starting(?: in| on)?|begins?(?: in| on| with)?|starts?(?: in| on| with)?|back to|reach(?:es)? back to)\s+(?:(?P<day>20\d\d-\d\d(?:-\d\d)?)|(?:\d{{1,2}} )?(?P<month>{'|'.join(MONTHS)}) (?P<year>20\d\d))(?!\s*(?:to|–|-|until|through|and|→))",
    re.IGNORECASE,
)
_OF_DATA = r"\busable\b|\bcomplete\b|\bavailable\b|\bexists?\b|\brecorded\b|\blogged\b|\breliable\b|\bcollected\b|\binstalled\b|\bha(?:ve|s) had\b|\bhistory\b|\barchived?\b|\bkept\b|\bnothing older\b|\bstored\b|\bgoes? back\b|\bin place\b|\bcaptured\b"
_DATA = r"\b(?:data|history|ledgers?|logs?|records?|rows|events?|readings?|sensors?|sources?|tables?|labels?|orders|scans?|cabinets?|telemetry|feeds?|archive|images|photos|recordings|counts?|claims|invoices|trips|tickets|measurements?|meters?)\b"
_NOT_ALL = r"miss|null|imput|optional|\bempty\b|\bbefore\b|earlier|\bold(?:er)? (?!is|are|rows are)\b|\bexcept|\bonly for\b|\bshadow\b|pilot|\bA/B\b|model v|in production|\bregime\b|backfill"


def begins_with_the_data(d: Document) -> Iterator[Finding]:
    """`The ledger is usable from 2024-03-01`, and training rows of 2023."""
    train = d.stated.window("train")
    if not train:
        return
    for number, line in enumerate(d.claims.text.splitlines(), 1):
        if "20" not in line or not re.search(_OF_DATA, line, re.IGNORECASE):
            continue
        for sentence in re.split(r"(?<=[.;])\s+", iso_dates(re.sub(r"“[^”]*”", "", line))):
            match = _BEGINS.search(sentence)
            if not match or not (re.search(_OF_DATA, sentence, re.IGNORECASE) and re.search(_DATA, sentence, re.IGNORECASE)) or re.search(_NOT_ALL, sentence, re.IGNORECASE):  # fmt: skip
                continue
            first = _date(match)
            if first and (first - train.first).days > 7:
                yield fail("C4.history", "Data split", Said(sentence, number), f"training begins {train.first}, “{sentence.strip(' |*-')[:70]}”", "Begin where the data begins, or say what fills the time before.")  # fmt: skip
                return


def _date(match: re.Match[str]) -> date | None:
    if match["month"]:
        return date(int(match["year"]), MONTHS[match["month"].lower()], 1)
    parts = [int(part) for part in match["day"].split("-")]
    try:
        return date(parts[0], parts[1], parts[2] if len(parts) > 2 else 1)
    except ValueError:
        return None
