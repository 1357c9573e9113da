"""Check 6 over text: the parts of a latency budget against the promise, in a sentence, a list or a table."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.verify.latency import latency_ms
from briefwright.skill.ml_workflow.verify.sums import sums
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail
from briefwright.skill.numbers import numbers
from briefwright.skill.spec import Finding

PART = "model_serving"
TAIL = r"\W*(?:p99|99th percentile|tail)\b"


def table_of_parts(d: Document) -> Iterator[Finding]:
    """A table with one part of the way per column and a last column for the sum: its row of the 99th percentile."""
    sla = d.claims.row(PART, "latency_sla")
    p99 = latency_ms(sla, "p99")
    lines = d.claims.part(PART).text.splitlines()
    for at, line in enumerate(lines):
        heads = line.split(" · ")
        if len(heads) < 4 or not re.match(
            r"\W*(?:total|sum|Σ|all|together)\b|\W*Σ", heads[-1], re.IGNORECASE
        ):
            continue
        unit = 1000.0 if re.search(r"\bseconds?\b|\bs\b(?!\w)", heads[0]) and not heads[0].strip()[:1].isdigit() and not re.search(r"\bms\b", line) else 1.0  # fmt: skip
        rows = [cells for row in lines[at + 1 : at + 6] if len(cells := row.split(" · ")) == len(heads)]
        unit = 1000.0 if any(re.match(rf"{TAIL}\W*(?:s|sec|seconds)\b", cells[0]) for cells in rows) else unit
        row = next((cells for cells in rows if re.match(TAIL, cells[0], re.IGNORECASE)), None)
        if row is None and rows and all(cells[0].strip()[:1].isdigit() for cells in rows):
            row = ["", *max(rows, key=lambda cells: numbers(cells[-1])[0].value if numbers(cells[-1]) else 0.0)]  # its corner was empty  # fmt: skip
        found = [numbers(cell) for cell in row[1:]] if row else []
        if not p99 or not found or any(not cell for cell in found):
            continue
        parts, total = [cell[0].value * unit for cell in found[:-1]], found[-1][0].value * unit
        if max(sum(parts), total) > p99 * 1.001:
            yield fail("C6.budget", "Latency SLA", sla, f"the parts sum to {max(sum(parts), total):g} ms, more than {p99:g} ms", "Cut a part.")  # fmt: skip
        elif abs(sum(parts) - total) > max(1.0, 0.02 * total):
            yield fail("C6.budget", "Latency SLA", sla, f"the parts sum to {sum(parts):g} ms, the table says {total:g}", "Correct a part or the sum.")  # fmt: skip
        return


def budget(d: Document) -> Iterator[Finding]:
    """Parts of a latency budget that sum past the promise; a table row of p99 parts, or `a 10 + b 30 ms`."""
    sla = d.claims.row(PART, "latency_sla")
    p99 = latency_ms(sla, "p99")
    part = d.claims.part(PART)
    match = part.find(
        r"(?:budget|network|hop)[^\n.;]{0,20}?((?:[a-z ]*\d+(?: ms)?\s*[+,]\s*){2,}[a-z ]*\d+ ?ms)"
    )
    if p99 and match:
        budgeted = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", match[1])]
        said_whole = re.match(r"\W{0,2}(?:in (?:total|all)|total|altogether|together)\b", part.text[match.end() :]) or re.search(r"\b(?:in (?:total|all)|total|altogether|together|sum)\b[^,+]*$", match[1])  # fmt: skip
        total = sum(budgeted[:-1] if said_whole else budgeted)
        if total > p99 * 1.001:
            yield fail(
                "C6.budget",
                "Latency SLA",
                sla,
                f"the parts sum to {total:g} ms, more than {p99:g} ms",
                "Cut a part.",
            )
    listed = part.find(r"((?:[a-z][a-z ]{1,24} \d+(?: ms)?, ){2,}(?:and )?[a-z][a-z ]{1,24} \d+(?: ms)?),? (?:together|in total|in all|altogether|summing to|=) ?(\d+) ms")  # fmt: skip
    if listed:
        parts = [float(n) for n in re.findall(r" (\d+)(?: ms)?(?=,|$)", listed[1])]
        if abs(sum(parts) - float(listed[2])) > max(1.0, 0.02 * sum(parts)):
            yield fail("C6.budget", "Latency SLA", sla, f"the parts sum to {sum(parts):g} ms, the text says {listed[2]}", "Correct a part or the sum.")  # fmt: skip
    for each in sums(
        "\n".join(
            line
            for line in part.text.splitlines()
            if not re.search(r"cost|worst case|fallback", line, re.IGNORECASE)
        )
    ):
        factor = {"ms": 1.0, "": 1.0, "s": 1000.0}.get(each.unit)
        total = each.total if factor is None else each.total * factor
        if (
            p99
            and factor
            and p99 < 60_000
            and total > p99 * 1.001
            and re.search(r"ms\b|\bs\b", each.text)
            and not match
        ):
            yield fail("C6.budget", "Latency SLA", sla, f"the parts sum to {total:g} ms, more than {p99:g} ms", "Cut a part.")  # fmt: skip
    summed = part.find(r"(?m)^\W*sum\W{1,3}(\d+(?:\.\d+)?) ?(ms|s)\b")
    if p99 and summed and float(summed[1]) * (1000 if summed[2] == "s" else 1) > p99 * 1.001:
        yield fail("C6.budget", "Latency SLA", sla, f"the parts sum to {summed[1]} {summed[2]}, more than {p99:g} ms", "Cut a part.")  # fmt: skip
    spoken = sla.find(
        r"(?:amounting to|in all|together|in total|summing to|sums? to|\bsum(?: of)?|totall?ing|total(?:s| of)?|\+[^=.;]*\+[^=.;]*=)\s*(\d[\d.]*) ?(ms|s)\b"
    )
    if p99 and spoken and float(spoken[1]) * (1000 if spoken[2] == "s" else 1) > p99 * 1.001:
        yield fail("C6.budget", "Latency SLA", sla, f"the parts sum to {spoken[1]} {spoken[2]}, more than {p99:g} ms", "Cut a part.")  # fmt: skip
    elif (
        p99
        and not spoken
        and (
            listed := sla.find(
                r"(?:budget(?: is)?|made up|consists?|split|breakdown|broken down|of which|composed|parts?|bits)\b[^.;]{0,24}?(?::|\bis\b)(?P<parts>(?:[^.;]|\.(?=\d))+)"
            )
        )
    ):
        times = [
            n
            for n in numbers(listed["parts"])
            if n.unit in ("ms", "s")
            and not re.match(
                r"\W{0,2}(?:in (?:total|all)|total|altogether|together)\b", listed["parts"][n.end :]
            )
        ]
        total = sum(n.seconds for n in times) * 1000
        if len(times) >= 3 and total > p99 * 1.001:
            yield fail("C6.budget", "Latency SLA", sla, f"the parts sum to {total:g} ms, more than {p99:g} ms", "Cut a part.")  # fmt: skip
    parts = [
        float(m[1])
        for m in re.finditer(r"^(?!limit|sum|total)[\w /,&-]+ · (\d+(?:\.\d+)?) ms$", part.text, re.MULTILINE)
    ]
    if p99 and len(parts) >= 3 and sum(parts) > p99 * 1.001:
        yield fail(
            "C6.budget",
            "Latency SLA",
            sla,
            f"the parts sum to {sum(parts):g} ms, more than {p99:g} ms",
            "Cut a part.",
        )
