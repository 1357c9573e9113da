"""A number of a brief where it stands: what it is of, the words around it, and what it is called."""

import re
from dataclasses import dataclass
from functools import cached_property

from briefwright.skill.ml_workflow.reader.metric import METRIC_NOUN, name_after, name_before
from briefwright.skill.ml_workflow.reader.passages import Sentence
from briefwright.skill.ml_workflow.reader.vocabulary import UNHARMED
from briefwright.skill.numbers import Number

ABOUT = r"(?:about |around |roughly |some |maybe |perhaps |only |just |(?:no |not )?(?:less|fewer|more|higher|lower) than |under |below |over |above |at least |at most |~|≤ ?|≥ ?|< ?|> ?)*(?:[€$£] ?|(?:EUR|USD|GBP|CHF|CAD) )?"
WISH = (
    r"\b(?:targets?|goals?|ambition|aim(?:s|ing)?|objective|plan(?: has)?|hop(?:e|es|ing)|happy|moon|glad|delighted|satisfied|dream(?:s|ing)?|promised?|pledged?|"
    r"wants?|wanted|needs?|wish(?:es)?|asks? for|(?:would|['’]d) (?:like|love)|should be|ought to be|must (?:get|come|go)|success|commit(?:ted|s)?|has set|have set|ha[sd] agreed|agreed|imposed?|allowed|service level is|requires?|demands?|told (?:them|investors?|the (?:board|bank|investors?|management|mayor|minister)))\b"
)
STOP = re.compile(r"[.;!?]\s|\n")
EDGE = re.compile(r"[.;:,(|)](?:\s|$)|\b(?:and|but|while|whilst|although|provided|as long as)\b")
RATIO = re.compile(
    r"\A\s*(?:(?P<noun>[a-z]+) )?(?:out of|in|(?<!one )of|per)(?: every)? (?P<whole>100|1[., ]?000|a hundred|one hundred|hundred|a thousand|thousand|four|five|six|seven|eight|nine|ten|twelve|twenty|\d{1,3})\b(?! ?(?:%|percent|minutes|hours|days|weeks|months|years|eur|usd|ms))",
    re.IGNORECASE,
)
WHOLE = {"a hundred": 100, "one hundred": 100, "hundred": 100, "a thousand": 1000, "thousand": 1000, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "twenty": 20}  # fmt: skip


@dataclass(frozen=True)
class Place:
    sentence: Sentence
    number: Number

    @cached_property
    def whole(self) -> float:
        """Of how many the number is said: 100 for `6.1 per hundred parcels`, 8 for `one passenger in eight`; 0 for anything else."""
        match = (
            RATIO.match(self.sentence.text[self.digits_end : self.digits_end + 40])
            if not self.number.unit
            else None
        )
        if not match:
            return 0.0
        said = match["whole"].lower()
        whole = float(WHOLE.get(said) or re.sub(r"\D", "", said))
        return whole if self.number.value < whole else 0.0

    @property
    def digits_end(self) -> int:
        """Where the number's own digits end; `1.4 per year` is one number."""
        return self.number.start + len(self.number.text.split(" ")[0])

    @property
    def unit(self) -> str:
        return "%" if self.whole else self.number.unit

    @property
    def value(self) -> float:
        """A share of one for percentages and ratios; other numbers unchanged."""
        return self.number.value / self.whole if self.whole else self.number.share

    @cached_property
    def is_to_be_left_alone(self) -> bool:
        """Whether the words before say that the change must not hurt it; asked once a number, not once a pair."""
        return re.search(UNHARMED, self.sentence.text[: self.number.start], re.IGNORECASE) is not None

    @property
    def start(self) -> int:
        return self.sentence.start + self.number.start

    @property
    def before(self) -> str:
        return STOP.split(self.sentence.before(self.number, 70))[-1]

    @property
    def after(self) -> str:
        return STOP.split(self.sentence.after(self.number, 60))[0]


def clause(place: Place) -> str:
    """The number's own clause, between commas, brackets and stops."""
    left, right = EDGE.split(place.before)[-1], EDGE.split(place.after)[0]
    return f"{left}{place.number.text}{right}"


def named(place: Place) -> str:
    sentence, number = place.sentence, place.number
    name = (
        name_before(sentence, number)
        or name_after(sentence, number)
        or _told(place)
        or _of_a_group(place)
        or _headed(place)
        or _clause_of(place)
        or _wanted_noun(place)
    )
    return name.replace('"', "") if name.count('"') == 1 else name.strip(" =")


def headed_by(place: Place, heading: str) -> str:
    """`Search-to-contact rate. Now 5.4 %, goal 6.0 %.`: levels alone are said of the short line before them."""
    bare = re.split(r"[.:*_]\s", heading.strip(" *_.:#-"))[-1].strip(" *_")
    alone = re.match(r"\W*(?:it(?:['’]s| is)|now|today|currently|at present|presently)?\W*" + ABOUT + r"\Z", place.sentence.text[: place.number.start], re.IGNORECASE)  # fmt: skip
    return (
        bare if alone and 1 <= len(bare.split()) <= 6 and re.search(METRIC_NOUN, bare, re.IGNORECASE) else ""
    )


_NO_DEED = r"(?:this|that|these|those|before|after|with|without|of|in|on|at|today|now|per|from|to|for|by|as|an?|the|more|less|over|under|last|next|and|or|installed|since|until|we|i|it|they)\b"


def _clause_of(place: Place) -> str:
    """`11 percent gets thrown away` → share that “gets thrown away”: a percentage without a noun is named by what it is said to do."""
    ratio = RATIO.match(place.after) if place.whole else None
    after = place.after[ratio.end() :] if ratio else place.after
    said = re.match(r"\s*(of\s+)?(?:the |our |all )?([a-z][^.;:,()\d]{5,70})", after)
    if place.unit != "%" or not said:
        return ""
    told = " ".join(
        re.split(r"\s(?:and|but|which|because|so|while|within|above|below|than)\b", said[2])[0].split()[:8]
    )
    told = re.sub(r"\s(?:of|in|to|by|for|the|an?)$", "", told)
    if len(told.split()) < 2 or re.match(_NO_DEED, told, re.IGNORECASE):
        return ""
    return f"share {'of' if said[1] else 'that'} “{told}”"


def _told(place: Place) -> str:
    """`A physician needs 22 minutes on average for the summary` → minutes a physician needs for the summary."""
    match = re.search(r"(?:^|[.;:|]\s*|\b(?:and|but)\s+)((?:an?|our|the|every|each|one)\s+[a-z]+(?: [a-z]+)?)\s+((?:needs?|takes?|spends?|waits?|loses?|makes?|handles?|writes?|earns?|costs?|produces?))\s+" + ABOUT + r"$", place.before, re.IGNORECASE)  # fmt: skip
    if not match:
        return ""
    unit = {"min": "minutes", "h": "hours", "day": "days", "s": "seconds", "%": "share"}.get(
        place.number.unit, place.number.unit
    )
    rest = re.match(
        r"\s*(?:minutes|hours|days|seconds|mins?|%)?\s*(?:on average\s*|today\s*|now\s*)?((?:for|per|of|on|to) (?:the |an? |each |every )?[a-z]+)?",
        place.after,
    )
    return " ".join(f"{unit} {match[1].lower()} {match[2]} {(rest and rest[1]) or ''}".split())


def _wanted_noun(place: Place) -> str:
    """`I'd want approval 41.4 %`, `goal: late orders 19 %`: the noun between the wish and the number."""
    said = re.search(rf"(?:{WISH}|^\W*(?:kpi|metric))\W{{0,3}}\s*(?:the |our |an? )?((?:[a-z][a-z-]+ ){{0,3}}[a-z][a-z-]{{3,}})\s+$", place.before, re.IGNORECASE)  # fmt: skip
    return said[1].lower() if said and not re.match(r"(?:that|this|it|them|about|least|most)\b", said[1], re.IGNORECASE) else ""  # fmt: skip


def _of_a_group(place: Place) -> str:
    """`Those miss 24 % of the time` → share that miss; `unpaid rent in that group is around 31 %` → unpaid rent in the group."""
    if place.unit == "%" and (deed := re.search(rf"\b(?:those|these|they|of them)(?: that)? ([a-z]{{3,}}) {ABOUT}$", place.before, re.IGNORECASE)):  # fmt: skip
        return f"share that {deed[1].lower()}"
    said = re.search(r"\b(?:the )?([^\W\d_]{4,}(?: [^\W\d_]{3,})?) in (?:that|this) group\b[^.;%]{0,24}$|\bin (?:that|this) group,? (?:the )?([^\W\d_]{4,})\b[^.;%]{0,24}$", place.before, re.IGNORECASE)  # fmt: skip
    return f"{(said[1] or said[2]).lower()} in the group" if said else ""


def _headed(place: Place) -> str:
    """`Copper is the point: 6.2 kg per hectare` → copper, kg per hectare."""
    measured = re.match(
        r"\s*((?:[a-zA-Z]+ )?(?:per|an?|each|of every|in every) (?:hundred |thousand )?[a-z]+)", place.after
    )
    topic = re.search(
        r"(?:^|[.;|]\s*)((?:[A-Za-z][\w-]*\s){0,3}[A-Za-z][\w-]*)(?:\s(?:is|are) [^:]{2,24})?:\s*"
        + ABOUT
        + r"$",
        place.before,
    )
    topic = topic or re.match(r"\W*((?:[A-Za-z][\w-]*\s){0,3}[A-Za-z][\w-]*):\s", place.sentence.text)
    if not topic:
        return ""
    head = re.sub(r"\s(?:is|are)\s.*$", "", topic[1]).strip()
    head = "" if re.match(r"(?:goals?|targets?|success|kpi|metric|aim|today|now)$", head, re.IGNORECASE) else head.lower() if head[1:].islower() else head  # fmt: skip
    return ", ".join(part for part in (head, measured[1] if measured and head else "") if part)
