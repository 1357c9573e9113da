"""How many there are and how many come: the same quantity said in two places, and what is expected against what can be worked."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail
from briefwright.skill.numbers import Number, numbers
from briefwright.skill.spec import Finding

CAN = r"\b(?:can|able to|capacity (?:of|to|for)?|at most)\b[^.;\d]{0,30}?\b(?:review|check|handle|read|call|inspect|visit|process|work through|assess)\w*\b[^.;\d]{0,16}?(?:up to |at most )?(?P<can>\d[\d,.]*\d|\d)"
COMES = r"(?:expect\w*|estimat\w*|on average|about|some|forecast\w*)\b[^.;\d]{0,16}?(?P<after>\d[\d,.]*\d|\d)|(?P<before>\d[\d,.]*\d|\d)(?: \w+){0,2} (?:are |is |were )?(?:expected|estimated|forecast|due)"


def capacity(d: Document) -> Iterator[Finding]:
    """`can review up to 60 a day; 95 are expected`: more comes than anybody can look at."""
    for match in re.finditer(CAN, d.claims.text, re.IGNORECASE):
        rest = d.claims.text[match.end() : match.end() + 90].split("\n")[0]
        comes = re.search(COMES, rest, re.IGNORECASE)
        if comes is None:
            continue
        can, due = _plain(match["can"]), _plain(comes["after"] or comes["before"])
        if due > can:
            yield fail("X.capacity", "capacity", _at(d, match), f"{due:,.0f} are expected, {can:,.0f} can be looked at", "Raise the threshold until what is flagged can be worked, or find more people.")  # fmt: skip


def listed_rates(d: Document) -> Iterator[Finding]:
    """`| Orders per day | 9,000 |` in a list of assumptions, while the text reckons with 40,000 orders a day."""
    for match in re.finditer(r"^\|\s*\**(?P<label>[^|\n]*?\b(?P<noun>[a-z]{4,}) (?:per|a|each) (?P<per>day|week|month|hour))\**\s*\|\s*\**(?P<cell>[^|\n]+)\|", d.claims.text, re.IGNORECASE | re.MULTILINE):  # fmt: skip
        listed = [n for n in numbers(match["cell"]) if not n.unit and not n.per]
        rest = d.claims.text[: match.start()] + "\n" + d.claims.text[match.end() :]
        said = [n.value for n in _rates_of(rest, match["noun"], match["per"].lower())]
        if (
            len(listed) == 1
            and not re.search(
                r"\d", match["label"]
            )  # a row of workings (`44,286 members a day`), no list of rates
            and not re.search(r"[÷×=/]", match["cell"])
            and said
            and not any(abs(value - listed[0].value) <= 0.05 * value for value in said)
        ):
            yield fail("X.assumption", match["label"].strip(), _at(d, match), f"{listed[0].text} here, {said[0]:,.0f} elsewhere", "Use one number in both places.")  # fmt: skip


def _rates_of(text: str, noun: str, per: str) -> Iterator[Number]:
    """`40,000 orders a day`, `2,000 new customers/day`: what the text says of that noun over that time."""
    root = noun.lower().rstrip("s")[:6]
    for line in text.splitlines():
        for n in numbers(line) if root in line.lower() else ():
            if n.per == per and not n.unit and n.value >= 10 and root in n.text.lower():
                yield n


def counted(d: Document) -> Iterator[Finding]:
    """`45,000 elevators x 1 message per 30 s` where everybody else counts 18,000 elevators."""
    said = d.claims.row("model_serving", "throughput")
    match = said.find(r"(?<![\d.,])(\d[\d,]*\d) ([a-z]{4,}s) ?[x×]")
    if match is None:
        return
    root = match[2].lower().rstrip("s")
    rest = d.claims.text.replace(match[0], "")
    others = [_plain(m[1]) for m in re.finditer(rf"(?<![\d.,])(\d[\d,]*\d) (?:[a-z]+ )?{re.escape(root)}s?\b(?! (?:per|a|each)\b)", rest, re.IGNORECASE)]  # fmt: skip
    here = _plain(match[1])
    if re.search(rf"(?<![\d.,]){re.escape(match[1])} (?:[a-z]+ )?{re.escape(root)}s?\b", rest, re.IGNORECASE):
        return
    whole = max(others, default=0.0)
    if (others and here > whole * 1.5) or (
        len(others) >= 2 and (here > whole * 1.05 or (others.count(whole) >= 2 and here < whole * 0.5))
    ):
        yield fail("X.assumption", "Throughput", said, f"{here:,.0f} {match[2]} here, {whole:,.0f} elsewhere", "Use one number in both places.")  # fmt: skip


def load_test(d: Document) -> Iterator[Finding]:
    """A load test below the peak it should prove."""
    text = d.claims.part("training_pipeline")
    match = text.find(
        r"load[- ]?test\w*[^.;|\d]{0,24}(\d[\d,.]*) ?(?:rps|requests? ?(?:/|per) ?s\w*|/s)|(\d[\d,.]*) ?(?:rps|requests?/s)[^.;|]{0,20}load[- ]?test"
    )
    peaks = [n.value for n in d.claims.row("model_serving", "throughput").numbers if n.unit == "rps" or (n.per == "second" and not n.unit)]  # fmt: skip
    if match and peaks and (tested := _plain(match[1] or match[2])) < max(peaks) * 0.9:
        yield fail("X.load_test", "Registry", text, f"tested at {tested:g}/s, the peak is {max(peaks):g}/s", "Test at the peak at least.")  # fmt: skip


def _plain(written: str) -> float:
    return float(re.sub(r"[^\d.]", "", written).rstrip(".") or 0)


def _at(d: Document, match: re.Match[str]) -> Said:
    return Said(match[0], d.claims.text[: match.start()].count("\n") + 1)


RULES = (capacity, listed_rates, counted, load_test)
