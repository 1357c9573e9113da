"""Sums a document writes down: `a + b + c = 95 ms`, `together EUR 1,900`. Are they right, and inside what they must stay below?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail
from briefwright.skill.numbers import CURRENCIES, numbers
from briefwright.skill.spec import Finding

TERM = r"(?:[^\d+=\n|;]{0,40}?(?:[€$£]|[A-Z]{2}\$|EUR |USD |GBP |CHF )?\d[\d,.\u202f\u00a0]*(?:\s?(?:ms|s|min|h|€|EUR|USD|\$))?[^\d+=\n|;]{0,24}?)"
SUM = re.compile(rf"{TERM}(?:\+{TERM}){{1,9}}=\s*(?:about |≈ ?)?\**\s*(?P<total>(?:[€$£]|[A-Z]{2}\$|EUR |USD |GBP |CHF )?\d[\d,.\u202f]*\s?(?:k\b|ms|s|min|h|€|EUR|USD|\$)?)")  # fmt: skip
MONEY = r"(?:[€$£]|EUR|USD|GBP|CHF) ?\d[\d,.]*|\d[\d,.]* ?(?:€|EUR|USD|GBP|CHF)"
BUDGET = rf"(?:budget|limit|all in|at most|ceiling|\bcap|set aside|allowance|available|no more than)\b[^\n|;.]{{0,30}}?(?P<after>{MONEY})|(?P<before>{MONEY})(?: (?:a|per) month)?[^\n|;.\d]{{0,16}}(?:budget|limit|all in|ceiling)"


@dataclass(frozen=True)
class Sum:
    """A sum as written: its terms and the stated result, in the terms' own unit."""

    terms: tuple[float, ...]
    total: float
    unit: str
    text: str

    @property
    def is_right(self) -> bool:
        return abs(sum(self.terms) - self.total) <= max(0.02 * abs(self.total), 1.0)


def sums(text: str) -> list[Sum]:
    """Every sum of plain numbers in one unit; products, quotients and mixed units are left alone."""
    return [found for line in text.splitlines() if "+" in line and "=" in line for found in _sums_of(line)]


def _sums_of(text: str) -> list[Sum]:
    found = []
    text = re.sub(
        r"(?<![\d.,])(\d{1,3}) (?=\d{3}(?!\d))", "\\1\u202f", text
    )  # `1 100 + 200` begins with eleven hundred
    over = 0
    for sign in re.finditer("=", text):
        start = max(over, *(text.rfind(stop, 0, sign.start()) + 1 for stop in "=|;"))
        match = SUM.search(text, start) if "+" in text[start : sign.start()] else None
        if not match:
            continue
        over = match.end()
        left = match[0][: match.start("total") - match.start()].rsplit("=", 1)[0]
        sentence = re.split(r"[\n|;:]", text[: match.start()])[-1].replace("**", "")
        if re.search(r"[×*/÷]|\d ?x ?\d|\bx\b", left + sentence[-40:]) or "+" in sentence or f"{sentence}{left}".count("(") > f"{sentence}{left}".count(")"):  # fmt: skip
            continue
        pieces = [numbers(piece) for piece in left.split("+")]
        total = numbers(match["total"])
        if not total or any(len(piece) != 1 for piece in pieces):
            continue
        units = {piece[0].unit for piece in pieces}
        unit = total[0].unit or next(iter(units))
        if units in ({unit}, {""}):
            found.append(
                Sum(tuple(piece[0].value for piece in pieces), total[0].value, unit, match[0].strip())
            )
    return found


def arithmetic(d: Document) -> Iterator[Finding]:
    """A sum that does not add up, in a line or above a table's row of totals."""
    for name, said in d.claims.parts.items():
        for each in sums(said.text):
            if not each.is_right:
                yield fail("X.arithmetic", name.replace("_", " "), said, f"“{each.text[-90:]}” adds up to {sum(each.terms):,.6g}, not {each.total:,.6g}", "Correct the sum or its terms.")  # fmt: skip
    told: set[int] = set()
    for found, stated, unit, line in column_totals(d.claims.text):
        if abs(found - stated) > max(1.0, 0.02 * stated):
            told.add(line)
            yield fail("X.arithmetic", "total", Said("", line), f"the column adds up to {found:,.6g} {unit}, its sum says {stated:,.6g}", "Correct the sum or its items.")  # fmt: skip
    for terms, total, line in totals(d.claims.text):
        if line not in told and abs(sum(terms) - total) > max(1.0, 0.01 * total):
            yield fail("X.arithmetic", "total", Said("", line), f"the column adds up to {sum(terms):,.6g}, the total says {total:,.6g}", "Correct the total or its items.")  # fmt: skip


_IN_MONEY = re.compile("[€$£]|EUR|USD|GBP|CHF")
_WHOLE = re.compile(
    rf"(?:\btogether|\bin total|\btotal(?:ling)?|\baltogether|\ball told|\bsum(?:s to)?|Σ|→|⇒)\W{{0,6}}(?:of |about )?\W{{0,3}}(?P<total>{MONEY})",
    re.IGNORECASE,
)


def listed_money(d: Document) -> Iterator[Finding]:
    """`A = €832; B = €679; C = €114 → €1,625`: amounts of a list and the total named after them."""
    for name, said in d.claims.parts.items():
        for line in said.text.splitlines():
            match = _WHOLE.search(line.replace("**", "")) if _IN_MONEY.search(line) else None
            if not match:
                continue
            before = re.split(r"(?<=[a-z)])\. |\bbudget\b", line.replace("**", "")[: match.start()])[-1]
            terms = [amounts[-1] for piece in re.split(r";|,(?!\d)|\band\b|\s\+\s", before) if (amounts := [n for n in numbers(piece) if n.unit in CURRENCIES and n.per in ("", "month", "year")])]  # fmt: skip
            total = numbers(match["total"])
            if not total or len(terms) < 2 or len({term.unit for term in (*terms, total[0])}) > 1:
                continue
            worked = [term.value for term in terms]
            if abs(sum(worked) - total[0].value) > max(2.0, 0.01 * total[0].value) and _all_are_items(before):
                yield fail("X.arithmetic", name.replace("_", " "), Said(line, said.line), f"the amounts add up to {sum(worked):,.6g}, not {total[0].value:,.6g}", "Correct the total or its items.")  # fmt: skip


def _all_are_items(before: str) -> bool:
    """Whether each piece with money is an item of its own: `a = €1`, `€2 for b`, `c €3`; never a rate or a limit alone."""
    pieces = [piece for piece in re.split(r";|,(?!\d)|\band\b|\s\+\s", before) if re.search(MONEY, piece)]
    return all(re.search(r"=", piece) or not re.search(r"[×*/]|\bper\b|\ba (?:day|year|call|visit|case|unit)|≥|≤|>|<|budget|instead|saves?|worth", piece) for piece in pieces)  # fmt: skip


_TOTAL_ROW = re.compile(r"\|[*_`\s|]*(?:total|sum|together|all in)\b", re.IGNORECASE)


def _sum_rows(text: str) -> Iterator[tuple[list[list[str]], list[str], int]]:
    """(the rows above, the cells of the row named total, its line) of every table that ends in one."""
    rows: list[list[str]] = []
    if not _TOTAL_ROW.search(text):
        return
    for n, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith("|"):
            rows = []
            continue
        cells = [re.sub(r"[*_`]", "", cell).strip() for cell in line.strip().strip("|").split("|")]
        if not re.match(r"(?:total|sum|together|all in)\b", cells[0], re.IGNORECASE):
            rows.append(cells)
            continue
        yield rows, cells, n
        rows = []


_PLAIN = re.compile(r"(?:[€$£]|[A-Z]{3})? ?[\d,. \u202f]+ ?(?:€|[A-Z]{3})?")


def totals(text: str) -> list[tuple[list[float], float, int]]:
    """(items, stated total, line) of every table that ends in a row named total, by its first column of numbers."""
    found: list[tuple[list[float], float, int]] = []
    for rows, cells, n in _sum_rows(text):
        total = numbers(cells[1]) if len(cells) > 1 else ()
        written = [row[1] for row in rows if len(row) > 1 and _PLAIN.fullmatch(row[1])]
        items = [amount[0].value for cell in written if (amount := numbers(cell))]
        if total and len(items) >= 2:
            found.append((items, total[0].value, n))
    return found


_AGAINST = re.compile(
    rf"(?P<all>{MONEY})(?: (?:a|per) month)? ?(?:in all|in total|altogether|together)?,? ?(?:against|of) (?:the )?(?P<have>{MONEY}|\d[\d,.]*\d)(?: (?:a|per) month)? (?:approved|granted|available|allowed|of budget|in the budget|set aside)"
)
_GRANTED = re.compile("approved|granted|available|allowed|budget|set aside")


def against(d: Document) -> Iterator[Finding]:
    """`€11,200 in all, against €10,000 approved`."""
    for match in _AGAINST.finditer(d.claims.text) if _GRANTED.search(d.claims.text) else ():
        cost_is, have = (numbers(match[name]) for name in ("all", "have"))
        if cost_is and have and cost_is[0].value > have[0].value * 1.001:
            yield fail("X.cost_budget", "Model Serving", Said(match[0], d.claims.text[: match.start()].count("\n") + 1), f"“{match[0]}”", "Make it cheaper or say that the budget does not hold.")  # fmt: skip


def column_totals(text: str) -> Iterator[tuple[float, float, str, int]]:
    """(what a column adds up to, its stated total, the unit, line) for the columns with units of a table that ends in a row of sums."""
    for rows, cells, n in _sum_rows(text):
        for column in range(1, len(cells)):
            unit = next((number.unit for number in numbers(cells[column]) if number.unit in ("s", "ms", "min", "h") or number.unit in CURRENCIES), "")  # fmt: skip
            total = [number.value for number in numbers(cells[column]) if number.unit == unit]
            items = [[number.value for number in numbers(row[column]) if number.unit == unit and not number.per] for row in rows[1:] if len(row) > column and re.search(r"\w", row[column])]  # fmt: skip
            if unit and total and len(items) >= 3 and all(len(each) == 1 for each in items):
                yield sum(each[0] for each in items), total[0], unit, n


def cost(d: Document) -> Iterator[Finding]:
    """The monthly cost against the budget: the brief's, else the one the document states."""
    limit = _budget(d)
    if not limit:
        return
    in_table = [(f"total {total}", total) for terms, total, line in totals(d.claims.text) if _is_cost(d.claims.text, line)]  # fmt: skip
    for line, total in [*in_table, *((line, _total(line)) for line in d.claims.text.splitlines())]:
        if total and total > limit * 1.001:
            yield fail("X.cost_budget", "Model Serving", Said(line, _line(d, line)), f"{total:,.0f} a month against a budget of {limit:,.0f}", "Make it cheaper or say that the budget does not hold.")  # fmt: skip
            return


def _is_cost(text: str, line: int) -> bool:
    """Whether the lines above a row of totals speak of money by the month."""
    above = "\n".join(text.splitlines()[max(0, line - 14) : line])
    return re.search(r"per month|a month|/ ?month|monthly|\bcosts?\b", above, re.IGNORECASE) is not None


def _line(d: Document, line: str) -> int:
    return d.claims.text[: d.claims.text.find(line)].count("\n") + 1


def _budget(d: Document) -> float | None:
    if d.facts:
        given = d.facts.budget_per_month
        return given.value if given and given.value > 0 else None
    found = []
    text = re.sub(r"\*\*|__", "", d.claims.text)
    money = "\n".join(line for line in text.splitlines() if _IN_MONEY.search(line))
    for match in re.finditer(BUDGET, money, re.IGNORECASE):
        amounts = [n.value for n in numbers(match["after"] or match["before"]) if n.unit in CURRENCIES]
        around = money[max(0, match.start() - 24) : match.end() + 16]
        if amounts and re.search(r"month|one-off|hardware|running|run budget|all in", around, re.IGNORECASE):
            found.append(amounts[0])
    bare = re.search(
        r"budget\b\W*(?:of |is )?(\d[\d,.]*\d)(?= ?(?:a|per) month|\s*(?:\||$))",
        text,
        re.IGNORECASE | re.MULTILINE,
    )
    found += [numbers(bare[1])[0].value] if bare and numbers(bare[1]) else []
    return max(found) if found and max(found) >= 50 else None


def _total(line: str) -> float | None:
    """The total of a line about running cost: after `=`, `total` or `together`."""
    line = re.sub(r"\*\*|__|`", "", line)
    if not re.search(r"\bcosts?\b|budget|hosting|\+[^|\n]*=", line, re.IGNORECASE) or not re.search(
        MONEY, line
    ):
        return None
    stated = re.findall(rf"(?:=|in total|total(?: of|:)?|together|sum(?: of|:)?|altogether)\s*(?:about )?({MONEY})", line, re.IGNORECASE)  # fmt: skip
    several = len(re.findall(MONEY, line)) >= 3
    month = re.search(rf"({MONEY})(?: ?(?:a|per|/) ?month)", line, re.IGNORECASE)
    written = (
        stated[-1]
        if stated and several
        else month[1]
        if month and re.search(r"\bcost", line, re.IGNORECASE)
        else ""
    )
    amounts = [n.value for n in numbers(written) if n.unit in CURRENCIES]
    return amounts[0] if amounts else None
