"""What a document states once and many rules need: its date, how long a label takes, the delays of its sources, its windows."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.reader.words import CUES
from briefwright.skill.ml_workflow.verify.claims import Claims
from briefwright.skill.numbers import TIME_IN_DAYS, Number, numbers

MONTHS = {name: n + 1 for n, name in enumerate(["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"])}  # fmt: skip
SHORT = {name[:3]: n for name, n in MONTHS.items()}
SPANS = r"(\d{4}-\d\d-\d\d)(?:\s*(?:to|until|through|–|-|—|\.\.|…|→|up to|and)+\s*|[^\d\n,;.()|·]{1,14})(\d{4}-\d\d-\d\d)"
NAMES = (("train", "train"), ("fit", "train"), ("develop", "train"), ("learn", "train"), ("estimation", "train"), ("valid", "validation"), (r"val\b", "validation"), ("test", "test"), ("hold", "test"))  # fmt: skip
WAITS = r"(?:\bdelay(?:ed)?(?: (?:is|of|by))?|within|after|in|until|complete|mature|final|over|next|following|known|takes?|needs?|wait|at)\b[^\d.;]{0,16}$"


@dataclass(frozen=True)
class Window:
    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Stated:
    """None or empty for what the document does not say. Times in days; a label's waits may count from different moments,
    so the longest holds for the split and the shortest for a feature built from labels."""

    as_of: date | None
    label_days: float | None
    label_min: float | None
    windows: tuple[Window, ...]
    delays: dict[str, float]
    inside: str
    cuts: tuple[tuple[str, float], ...] = ()
    """(whose windows, how many days before t0 they all end), as a sentence over the features says; "" for every window."""

    def window(self, name: str) -> Window | None:
        return next((window for window in self.windows if window.name == name), None)


def read_stated(claims: Claims, facts: Facts | None) -> Stated:
    text = iso_dates(claims.text)
    split = iso_dates(claims.row("training_pipeline", "data_split").text)
    waits = _label_waits(claims, facts)
    longest, shortest = max(waits, default=None), min(waits, default=None)
    return Stated(
        _as_of(text) or _in_the_head(text),
        longest,
        shortest,
        tuple(windows(split)) or tuple(_window_rows(iso_dates(claims.part("training_pipeline").text))),
        _delays(text),
        _inside(text, facts),
        _cuts(claims),
    )


_MONTH = rf"({'|'.join(MONTHS)}|{'|'.join(SHORT)}|sept)\.?"
_YEAR = re.compile(r",? (20\d\d)\b")
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? {_MONTH}$", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?$", re.IGNORECASE)
_RANGE = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? {_MONTH}(?P<to> ?(?:to|–|-|until|through) ?)$", re.IGNORECASE)  # fmt: skip


@lru_cache(maxsize=64)
def iso_dates(text: str) -> str:
    """`16 November 2026`, `24 Aug to 20 Sep 2026` and `November 16, 2026` as `2026-11-16`."""
    done: list[str] = []
    over = 0
    for year in _YEAR.finditer(text):  # years are few: from each, look back for a day and a month
        start = max(over, year.start() - 24)
        before = text[start : year.start()]
        if day_first := _DAY_FIRST.search(before):
            found, written = day_first, _iso(day_first[1], day_first[2], year[1])
        elif month_first := _MONTH_FIRST.search(before):
            found, written = month_first, _iso(month_first[2], month_first[1], year[1])
        else:
            continue
        at = start + found.start()
        if begin := _RANGE.search(text[max(over, at - 24) : at]):
            written = f"{_iso(begin[1], begin[2], year[1])}{begin['to']}{written}"
            at = max(over, at - 24) + begin.start()
        elif day_first and (
            begin := re.search(r"\b(\d{1,2})( ?(?:–|-|to) ?)$", text[max(over, at - 8) : at])
        ):
            written = f"{_iso(begin[1], day_first[2], year[1])}{begin[2]}{written}"  # `1 – 30 Sep 2025`
            at = max(over, at - 8) + begin.start()
        done += [text[over:at], written]
        over = year.end()
    return "".join([*done, text[over:]])


def _iso(day: str, month: str, year: str) -> str:
    return f"{year}-{SHORT[month.lower()[:3]]:02d}-{int(day):02d}"


def _as_of(text: str) -> date | None:
    """The day whose data the document uses: the latest of those it names as such."""
    cue = r"(?:as of|frozen|extraction|\bstate\b|data date|\bstand\b|cut-?off|status(?: date)?|data (?:until|date)|key date|snapshot(?: of| taken)?|written|dated|submission|submitted|as at|numbers as of|extracted|stichtag|deadline is|fecha de corte|date d'arrêté|数据截至|截至)"
    taken = r"(?:extract(?:ed|ion|s)?(?: (?:was |were )?taken)?(?: on)?|snapshot (?:of|taken|from)|data (?:was |were )?(?:pulled|frozen|taken)(?: on)?)"
    drawn = [day for match in re.finditer(r"20\d\d-\d\d-\d\d", text) if re.search(rf"\b{taken}\W{{0,3}}$", text[max(0, match.start() - 40) : match.start()], re.IGNORECASE) and (day := _day(match[0]))]  # fmt: skip
    if drawn:
        return max(drawn)
    found = [
        day
        for match in re.finditer(r"20\d\d-\d\d-\d\d", text)  # dates are few: from each, look back for the cue
        if re.search(
            rf"{cue}[^\d\n.;|]{{0,24}}$", text[max(0, match.start() - 60) : match.start()], re.IGNORECASE
        )
        and (day := _day(match[0]))
    ]
    return max(found, default=None)


def _in_the_head(text: str) -> date | None:
    """The one date of the lines between the title and the first part: `Rev. 4 · 2026-11-16 · …`."""
    head = re.split(r"^##\s", text, maxsplit=1, flags=re.MULTILINE)[0]
    days = {day for written in re.findall(r"20\d\d-\d\d-\d\d", head) if (day := _day(written))}
    return next(iter(days)) if len(days) == 1 and len(head) < 1500 else None


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _label_waits(claims: Claims, facts: Facts | None) -> list[float]:
    """Days until a label is final: the brief's, else the waits in the target's definition, which may count from different moments."""
    given = [g.value for g in (facts.label_delay_days, facts.label_horizon_days) if g] if facts else []
    if given:
        return [max(given)]
    said = claims.row("problem_definition", "target_variable")
    waits = [
        number.days
        for number in said.numbers
        if number.unit in ("min", "h", "day", "week", "month")
        and not number.per
        and re.search(WAITS, said.text[: number.start], re.IGNORECASE)
    ]
    whole = f"{claims.part('problem_definition').text}\n{claims.row('training_pipeline', 'data_split').text}"
    for match in re.finditer(r"\b(?:labels?|targets?|outcomes?)\b(?:[^.;|\n]|\.\d){0,60}?\b(?:read|ready|known|final|complete|matured?|settled?|available)\b[^.;|\n\d]{0,24}(?:t0 ?\+ ?)?(\d+(?:\.\d+)? ?(?:d|days?|h|hours?|weeks?)\b)|\bread on (?:d|day) (?P<nth>\d+)\b", whole, re.IGNORECASE):  # fmt: skip
        waits += [days] if (days := float(match["nth"]) if match["nth"] else _length(match[1])) else []
    waits += [days for words in re.findall(r"(\d+ (?:days?|d|weeks?)) (?:a|the|each|every) (?:label|target|outcome)s? (?:needs?|takes?|lasts?)", whole, re.IGNORECASE) if (days := _length(words))]  # fmt: skip
    if late := said.find(r"\b(?:no later than|at the latest|as (?:they|it) stands?|clos\w+|read|known|settled|final)\b[^.;\d]{0,24}(\d+ (?:days?|hours?|h|weeks?)) after\b"):  # fmt: skip
        waits += [_length(late[1])]
    waits += [float(match[1] or match[2]) for match in _READY_ON.finditer(said.text)]
    waits += [
        days
        for match in _TAKES.finditer(whole)
        if (days := _length(f"{match['before'] or match['after']} d"))
    ]
    return [days for days in waits if days <= 400]


_READY_ON = re.compile(r"\b(?:known|final|complete|labell?ed|matur\w+|settled|read|ready|closed?)\b[^.;\d]{0,20}\b(?:(?:on|by|at|after) day (\d{1,3})|(\d{1,3}) days? (?:after|later))\b", re.IGNORECASE)  # fmt: skip
_TAKES = re.compile(
    r"(?P<before>\d{1,3})(?: ?(?:d|days?))? (?:that )?(?:(?:a|the|each|every) )?(?:labels?|grades?|outcomes?) (?:needs?|takes?|requires?)\b"
    r"|\b(?:labels?|grades?|outcomes?) (?:needs?|takes?|requires?) (?P<after>\d{1,3}) (?:d|days?)\b",
    re.IGNORECASE,
)
"""`70 days exceed the 63 a label needs`, `a grade needs 16 days`: in days."""


def _window_rows(text: str) -> list[Window]:
    """The windows of a table of their own: a row each, its name and then its first and its last day."""
    found: dict[str, Window] = {}
    for line in text.splitlines():
        if re.match(
            r"\W*(?:train|valid|test)\w*\b[^·]{0,40}20\d\d-", line, re.IGNORECASE
        ):  # a list: `- Training: … – …`
            found.update({w.name: w for w in windows(line) if w.name not in found})
        cells = [cell.strip(" *_`") for cell in line.split(" · ")]
        days = [day for cell in cells[1:] if (written := re.fullmatch(r"20\d\d-\d\d-\d\d", cell)) and (day := _day(written[0]))]  # fmt: skip
        name = next((name for word, name in NAMES if re.match(rf"\W*{word}", cells[0], re.IGNORECASE)), None)
        if name and len(days) >= 2 and name not in found:
            found[name] = Window(name, days[0], days[1])
    return list(found.values())


def windows(text: str) -> list[Window]:
    """The windows a cell names: `train 2025-01-01 to 2025-12-31, test …`."""
    found = []
    for match in re.finditer(SPANS, text):
        before = text[max(0, match.start() - 40) : match.start()].lower()
        names = [(at.start(), name) for word, name in NAMES for at in re.finditer(rf"\b{word}", before)]
        first, last = _day(match[1]), _day(match[2])
        if first and last and names:
            found.append(Window(max(names)[1], first, last))
    return found


def _delays(text: str) -> dict[str, float]:
    """Days until a row of a source can be read, by the source's name: from tables with a column of delays, and lists that say `late`."""
    found: dict[str, float] = {}
    column: int | None = None
    for line in text.splitlines():
        if not line.lstrip().startswith("|"):
            column = None
            continue
        cells = [cell.strip() for cell in line.replace("*", "").replace("`", "").strip().strip("|").split("|")]  # fmt: skip
        if column is None:
            column = next((n for n, cell in enumerate(cells) if n and re.search(r"\bdelay|\blate\b|latency|\blag\b|readable|arriv|complete (?:up to|until)|known until", cell, re.IGNORECASE)), -1)  # fmt: skip
        elif 0 < column < len(cells) and (
            lag := [n.days for n in numbers(cells[column]) if n.unit in TIME_IN_DAYS and "-" not in n.text] + [float(day) for day in re.findall(r"\bday (\d{1,3})\b", cells[column])]  # `28-d strength` is a name
        ):  # fmt: skip
            found.setdefault(
                re.split(r"\s*\(", cells[0])[0],
                min(lag) if len(lag) > 1 and ", " in cells[column] else lag[0],
            )
    for line in re.findall(
        r"^\W*(?:source )?(?:delays|lags|latencies)\b[^:\n]*:(.+)$", text, re.IGNORECASE | re.MULTILINE
    ):
        for name, late in re.findall(
            r"([A-Za-z][\w -]{1,30}?)\s*(?:[≤<]=?|up to|about|at most|:)?\s*(\d[\d.]* ?(?:s|min|h|d|days?|hours?))\b",
            line,
        ):
            found.setdefault(name.strip(), _length(late))
    for name, days in _delays_in_prose(text):
        found.setdefault(name, days)
    for match in re.finditer(r"`([a-z_][\w.]*)`[^`\n;]{0,90}", text):
        stated = re.search(r"\blate\b|\bdelay|≤|at most|lag\b|behind|after", match[0], re.IGNORECASE)
        for number in numbers(match[0]):
            if (
                stated
                and number.unit in TIME_IN_DAYS
                and number.unit not in ("month", "year")
                and "t0" not in match[0]
                and ">" not in match[0][: number.start]  # `lag > 60 s` is an alarm
            ):
                found.setdefault(match[1], number.days)
                break
    return found


_SPAN = r"\d[\d.]* ?(?:s|min|h|d|sec(?:onds?)?|minutes?|hours?|days?|weeks?)\b"
_NAMED_DELAY = re.compile(rf"(?P<name>[^\W\d_][\w ./&-]{{2,40}}?)[`*_]* \([^()]*?\b(?:delay|lag|latency)\b[^()\d]{{0,12}}(?P<late>{_SPAN})[^()]*\)", re.IGNORECASE)  # fmt: skip
_LISTED_DELAY = re.compile(rf"^\s*[-*•+]\s+[`*_]*(?P<name>[^\W\d_][\w ./&-]{{2,40}}?)[`*_]*\s*(?:[—–:(,-])[^\n]*?\b(?:delay|lag|latency)\b[^\d\n]{{0,12}}(?P<late>{_SPAN})", re.IGNORECASE | re.MULTILINE)  # fmt: skip
_DELAYS_FOLLOW = re.compile(r"\b(?:sources? \([^()]*\b(?:delay|lag|latency)\b[^()]*\)|(?:\w+ )?(?:delays|lags|latencies)(?: [\w ]{0,30})?) ?:(?P<list>[^\n]+)", re.IGNORECASE)  # fmt: skip
_ITEM = re.compile(rf"(?:^\s*|[,;.]\s|\s`)[`*_]*(?P<name>[^\W\d_][\w ./&-]{{2,40}}?)[`*_]*(?: \((?:[^()\d]*, ?)?|,? (?:keyed |posted |loaded |available |complete )?(?:within|up to|at most|about|≤|after|:)? ?)(?P<late>{_SPAN})", re.IGNORECASE)  # fmt: skip


def _delays_in_prose(text: str) -> Iterator[tuple[str, float]]:
    """`Search log (platform team; delay 30 min)`, `- Audit log: …; delay 7 days`, `Ledger delays: declarations within 1 hour, …`."""
    for line in _lines_with(("delay", "lag", "latenc"), text):
        if line.lstrip().startswith("|"):
            continue
        listed = _DELAYS_FOLLOW.search(line)
        for match in _ITEM.finditer(listed["list"]) if listed else ():
            yield _last_words(match["name"]), _length(match["late"])
        for pattern in (_LISTED_DELAY, _NAMED_DELAY):
            for match in pattern.finditer(line):
                yield _last_words(match["name"]), _length(match["late"])


def _last_words(name: str) -> str:
    """`Data sources. Search log` is the search log."""
    return re.split(r"[.:;,] ", name)[-1].strip(" `*_")


def _cuts(claims: Claims) -> tuple[tuple[str, float], ...]:
    """`every window closes at t0 − 2 d`, `counter windows therefore end at t0 − 30 s`: said once for all rows."""
    part = claims.part("feature_engineering")
    prose = "\n".join(line for line in part.text.splitlines() if " · " not in line)
    found = []
    for match in re.finditer(r"\b(?P<whose>[a-z]+) windows?\b[^.;\n]{0,60}?\b(?:close|end|stop)s?\b[^.;\n]{0,70}?\bt0\s*[−–-]\s*(?P<cut>\d[\d.]* ?[a-z]+)", prose, re.IGNORECASE):  # fmt: skip
        whose = match["whose"].lower()
        if days := _length(match["cut"]):
            found.append(
                (
                    "" if whose in ("every", "all", "each", "the", "these", "feature", "lookback") else whose,
                    days,
                )
            )
    return tuple(found)


_KEPT_INSIDE = ("cloud", "saas", "leave", "internet", "gap", "external api", "house", "prem", "server", "data cent", "metal", "upload", "stay", "remain", "network")  # fmt: skip
"""One of these stands in every line that keeps data inside: most lines need no closer look."""


def _lines_with(words: Iterable[str], text: str) -> Iterator[str]:
    """The lines that hold one of the words, in order; a long text is not looked at line by line."""
    lowered, begins = text.lower(), set[int]()
    if len(lowered) != len(text):  # a letter that is two when small: places would not agree
        lowered = text
    for word in words:
        at = lowered.find(word)
        while at >= 0:
            begins.add(text.rfind("\n", 0, at) + 1)
            at = lowered.find(word, (text.find("\n", at) + 1 or len(text)))
    for begin in sorted(begins):
        end = text.find("\n", begin)
        yield text[begin:end] if end >= 0 else text[begin:]


def _inside(text: str, facts: Facts | None) -> str:
    """The words that keep data inside the house; "" when nothing does."""
    given = (facts.air_gapped or facts.on_premises) if facts else None
    if given:
        return given.quote
    if facts:
        return ""
    patterns = "|".join(pattern for fact in ("on_premises", "air_gapped") for _, pattern in CUES[fact])
    near = "\n".join(_lines_with(_KEPT_INSIDE, text))
    match = re.search(rf"no cloud|no saas|(?:do|may|must|can) not leave|no internet|air-gap\w*|no external api|stays? in house|({patterns})", near, re.IGNORECASE)  # fmt: skip
    return match[0] if match and not re.search(r"one server|two servers", match[0], re.IGNORECASE) else ""


_OFFSET = r"(?:[−–-]|minus)\s*(\d[\d.]*\s?[a-z]+(?: ?\d[\d.]* ?(?:h|min|s|m)\b)?(?:\s*[−–-]\s*\d[\d.]*\s?(?:d|h|min|s|days?|hours?|weeks?)\b)?)"
_BOUNDARY = re.compile(
    rf"\bt0\b(?:\s*{_OFFSET})?|\bending (\d[\d.]* ?\w+|one \w+) before\b|\b(?:ends? (?=\d|one)|(?:back to|up to|to|until) (?=[^;|]{{1,14}}before t0))(\d[\d.]* ?\w+|one \w+) before\b",
    re.IGNORECASE,
)
_TO = re.compile(r"(?:,|≤|<=|\.\.\.?|…|→|\bto|\buntil|\bup to(?: and including)?|\bends?(?: at)?|\bending(?: at)?|\bcloses? at)\s*$|\bt0[^,;|]{2,16}[–—]\s*$", re.IGNORECASE)  # fmt: skip

UP_TO_T0 = r"(?:up to|until|to) (?:and including )?(?:t0|yesterday|today|now|the (?:request|prediction|evening before))\b|\b(?:in|over|during|within|of|for) (?:the )?(?:last |past |previous )?\d+ ?(?:d|days?|weeks?|months?|h|hours?|min) before t0\b"
"""A window said to reach the prediction, where no offset is given."""
_AGE = re.compile(r"\b(?:days?|months?|weeks?|hours?|years?|minutes?|time|age)\b[^;|,]{0,24}\b(?:from|since|between)\b[^;|,]{0,40}\b(?:to|until|and)\s*$", re.IGNORECASE)  # fmt: skip
"""`days from activation to t0` is an age, no window of events."""

_DAYS_BACK = re.compile(r"(?:\b(?:ending|ends?|up to|until|to|latest being) (?:with |at |on |and including )?|(?:…|\.\.\.?) ?)[dD] ?[−–-] ?(\d+)\b")  # fmt: skip
"""`7 days ending with d−2`: where t0 lies in day d, a day back at the least."""
REACH = 120
"""Letters before a t0 that can say what it is to the window; a cell may be long."""


def lag_days(window: str) -> float | None:
    """How long before t0 a window ends: 1 for `[t0 − 30 d, t0 − 1 d]`, `t0-30d .. t0-1d` or `the 29 days ending at t0 - 1 d`,
    0 when it ends at t0, None where no end is tied to t0."""
    ends = [
        float(match[1]) - 0.5 for match in _DAYS_BACK.finditer(window)
    ]  # the hour of t0 in day d is not said here
    for match in _BOUNDARY.finditer(window):
        before = window[max(0, match.start() - REACH) : match.start()]
        offset = match[1] or match[2] or match[3]
        if offset and (days := _length(offset.replace("one ", "1 "))):
            ends.append(days)
        elif not offset and _TO.search(before) and not _AGE.search(before) and not re.match(r"\s*(?:[−–-]|minus)\s*\d", window[match.end() : match.end() + 12]):  # fmt: skip
            ends.append(0.0)
    return min(ends, default=None)


def _length(text: str) -> float:
    """`2 h 15 min` in days."""
    return sum(abs(number.days) for number in numbers(text) if isinstance(number, Number))


def months_of(text: str) -> set[int]:
    return {MONTHS[word.lower()] for word in re.findall(rf"\b({'|'.join(MONTHS)})\b", text, re.IGNORECASE)}


def covers(window: Window, month: int) -> bool:
    day = window.first
    while day <= window.last:
        if day.month == month:
            return True
        day += timedelta(days=27)
    return window.last.month == month


def dated(text: str) -> str:
    """Dates as `15.06.2024` or `15/06/2024` in ISO form. Whether days or months come first is settled by the whole document;
    where no date settles it, slashes are left as they are. Lines stay where they are."""
    if not re.search(r"[./]20\d\d", text):
        return text
    text = re.sub(r"(?<![\d.])(0?[1-9]|[12]\d|3[01])\.(0?[1-9]|1[0-2])\.(20\d\d)(?!\d)", lambda m: f"{m[3]}-{int(m[2]):02d}-{int(m[1]):02d}", text)  # fmt: skip
    slashed = re.findall(r"(?<![\d/])(\d{1,2})/(\d{1,2})/20\d\d(?![\d/])", text)
    first, second = max((int(a) for a, _ in slashed), default=0), max((int(b) for _, b in slashed), default=0)
    if (first > 12) == (second > 12):
        return text
    day, month = (1, 2) if first > 12 else (2, 1)
    return re.sub(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(20\d\d)(?![\d/])", lambda m: f"{m[3]}-{int(m[month]):02d}-{int(m[day]):02d}", text)  # fmt: skip


def named_out(text: str) -> str:
    """`P@6k` and `R@100` are precision and recall at a cut-off, and `8 per cent` is `8 %`."""

    def spelled(match: re.Match[str]) -> str:
        name = "precision" if match[1] == "P" else "recall"
        count = int(float(match[2]) * (1000 if match[3] else 1))
        return f"{name} at {count:,}"

    lowered = text.lower()
    if "percent" in lowered or "per cent" in lowered:
        text = re.sub(r"(?<=\d)[ \u00a0]?per ?cent\b", " %", text, flags=re.IGNORECASE)
    return re.sub(r"\b([PR])@(\d+(?:\.\d+)?)(k)?\b", spelled, text) if "@" in text else text
