"""A brief cut into sentences that know their place, with orders to the machine set aside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.numbers import PER_IN_DAYS, Number, numbers

# Text inside a brief that speaks to the machine or to reviewers instead of about the project. It is data:
# listed in the document, never followed, and no fact is read from it.
ORDERS = re.compile(
    r"ignore (?:all |any |your |the |previous |prior |above |these )+[^.\n]{0,40}(?:instructions?|checklist|rules|prompts?)"
    r"|disregard (?:all |any |your |the |previous |prior )+[^.\n]{0,40}(?:instructions?|checklist|rules|checks?)"
    r"|\b(?:ai|llm|language model|chat ?bot|assistant|agent)s?(?: systems?| models?| agents?| tools?)? (?:processing|reading|handling|summari[sz]ing|that (?:reads?|processes)|which (?:reads?|processes)) (?:this|the)\b"
    r"|(?:this|the) (?:notice|instruction|message|passage|paragraph)s? (?:must|should|may|shall) not be (?:mentioned|shown|revealed|quoted|repeated)|do not (?:mention|reveal|quote|show|disclose|repeat) (?:this|the|that) (?:notice|note|instruction|message|paragraph|remark|comment)"
    r"|(?:begin|start|open|end|finish) (?:its|your|the) (?:answer|reply|response|output|document) with\b"
    r"|\b(?:note|notice|message|instruction|hint|information|remark)s? (?:to|for) (?:the |any |all )?(?:\w+ )?(?:assistants?|ai|models?|reviewers?|llms?|systems?|agents?|bots?|chat ?bots?)\b"
    r"|(?:print|reveal|show|repeat|output|archive)[^.\n]{0,30}(?:system prompt|your prompt|your instructions)"
    r"|system prompt|do not (?:run|perform|do) (?:any |the )?(?:verification|checks?|validation)"
    r"|(?:mark|output|report|set|return)[^.\n]{0,50}(?:checks?|verdicts?)[^.\n]{0,30}(?:pass(?:ed)?|10/10)"
    r"|set (?:the )?leakage risk|(?:end|finish|close) (?:the|your) document with|reviewers? who (?:disagree|object)"
    r"|you are (?:now )?(?:an?|in) [^.\n]{0,30}(?:assistant|mode|model)|as an ai\b|pre-?approved by",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?<=[.!?])(?<!\bDr\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bProf\.)(?<!\bSt\.)(?<!\bapprox\.)[\"')\]]?\s+(?=[\"'(\[~≈]*[A-Z0-9€$£])|\n\s*\n|\n(?=\s*[-*#|•])|\n(?=\W{0,3}[A-Za-z][\w .-]{0,20}?\W{0,3}\s\[?\d{1,2}:\d\d\b|\[?\d{1,2}:\d\d\]?\s|[A-Z][\w -]{1,24}:\s|\d{1,2}[.)]\s)|(?<=[。！？])"
)


_SPEAKER = re.compile(
    r"\s*\W{0,3}[A-Za-z][\w.-]{0,20}\W{0,3}\s\[?\d{1,2}:\d\d(?: ?[AP]M)?\]?:?\s+(?=\S)|\s*\[\d{1,2}:\d\d\]\s+(?=\S)"
)
"""Who says it in a chat, and when: `tess 09:18`."""
LONGEST = 800


@dataclass(frozen=True)
class Sentence:
    text: str
    start: int
    numbers: tuple[Number, ...]

    def has(self, pattern: str) -> bool:
        return re.search(pattern, self.text, re.IGNORECASE) is not None

    def near(self, number: Number, pattern: str, reach: int = 40) -> bool:
        """Whether the pattern stands within `reach` characters of the number, in this sentence."""
        around = self.text[max(0, number.start - reach) : number.end + reach]
        return re.search(pattern, around, re.IGNORECASE) is not None

    def before(self, number: Number, reach: int = 40) -> str:
        return self.text[max(0, number.start - reach) : number.start]

    def after(self, number: Number, reach: int = 40) -> str:
        return self.text[number.end : number.end + reach]


def sentences(text: str) -> tuple[Sentence, ...]:
    found, at = [], 0
    for end in _ends(text):
        raw = text[at:end]
        said = _SPEAKER.match(raw)
        bare = raw[said.end() if said else 0 :].strip()
        if bare:
            start = at + raw.index(bare[0], said.end() if said else 0)
            found.append(Sentence(bare, start, counted(bare)))
        at = end
    return tuple(found)


_LOOSE = re.compile(
    r"\b(?P<n>\d+|one|two|three|four|five|six|seven|eight|nine|ten) and a half[ -](?P<of>hour|day|week|month|year)s?\b"
    r"|\b(?:after|about|under|takes?|until|needs|within|lasts|next|coming|like|over|some|up to)(?: about| like)? (?P<words>(?P<half>half )?(?:(?:an?|the|one) )?(?:full |whole |good |same )?(?P<unit>hour|day|week|fortnight|month|quarter|year))\b",
    re.IGNORECASE,
)  # fmt: skip
_FRACTION = re.compile(r"\b(?:a )?(quarter|half|third|tenth) (?:of )?a second\b", re.IGNORECASE)
_DAYS = {**PER_IN_DAYS, "fortnight": 14.0}
_PART_MS = {"quarter": 250.0, "half": 500.0, "third": 333.0, "tenth": 100.0}


def counted(text: str) -> tuple[Number, ...]:
    """The numbers of a sentence, and lengths of time said without one: `takes a year`, `next month`, `two and a half years`."""
    found = list(numbers(text))
    for match in _LOOSE.finditer(text):
        if match["n"]:
            start, days = match.start(), numbers(match["n"])[0].value + 0.5
            days *= _DAYS[match["of"].lower()]
        else:
            start, days = match.start("words"), _DAYS[match["unit"].lower()] * (0.5 if match["half"] else 1)
        over = [n for n in found if n.start < match.end() and start < n.end]
        if match["n"] or not over:
            found = [n for n in found if n not in over]
            found.append(Number(days, "day", "", start, match.end(), text[start : match.end()], 1.0))
    for match in _FRACTION.finditer(text):
        part = _PART_MS[match[1].lower()]
        found = [n for n in found if not (n.start < match.end() and match.start() < n.end)]
        found.append(Number(part, "ms", "", match.start(), match.end(), match[0], 1.0))
    return tuple(sorted(found, key=lambda number: number.start))


def _ends(text: str) -> Iterator[int]:
    """Where sentences end; text without a stop is cut every LONGEST characters, so that reading stays linear."""
    at = 0
    for end in [*[m.start() for m in _END.finditer(text)], len(text)]:
        while end - at > LONGEST:
            cut = text.rfind(" ", at + 1, at + LONGEST)
            at = cut if cut > at else at + LONGEST
            yield at
        yield end
        at = end


def clip_around(text: str, at: int, most: int = 160) -> str:
    """A stretch of the text around a place, cut at blanks where there are any."""
    if len(text) <= most:
        return text
    start = max(0, min(at - most // 3, len(text) - most))
    if start:
        start = text.find(" ", start, at) + 1 or start
    end = min(len(text), start + most)
    cut = text.rfind(" ", at, end)
    return text[start : cut if cut > at and end < len(text) else end].strip()


def set_orders_aside(text: str) -> tuple[str, tuple[Given[str], ...]]:
    """The text with every order blanked out (places kept), and the orders.

    A paragraph that opens by addressing the machine is set aside whole: its later sentences are orders too; so is what stands in
    square brackets or a comment with one.
    """
    orders, kept = [], text
    for block in re.finditer(
        r"[\[(](?:[^()\[\]]|\([^()]*\)){20,2000}[\])]|<!--.{10,2000}?-->", text, re.DOTALL
    ):
        if ORDERS.search(block[0]):
            orders.append(Given(block[0], block[0], block.start()))
            kept = kept[: block.start()] + re.sub(r"[^\n]", " ", block[0]) + kept[block.end() :]
    text = kept
    for paragraph in re.finditer(r"(?:[^\n]|\n(?!\s*\n))+", text):
        passages = sentences(paragraph[0])
        addressed = [bool(ORDERS.search(passage.text)) for passage in passages]
        whole = bool(addressed) and (addressed[0] or sum(addressed) >= 2)
        for passage, is_order in zip(passages, addressed, strict=True):
            if is_order or whole:
                start = paragraph.start() + passage.start
                orders.append(Given(passage.text, passage.text, start))
                kept = kept[:start] + " " * len(passage.text) + kept[start + len(passage.text) :]
    return kept, tuple(orders)
