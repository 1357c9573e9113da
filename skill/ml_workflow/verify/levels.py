"""Named levels: `acceptance < 0.87`, `residuals outside ±8 %`. The same name must carry the same number wherever it is said.

What a metric is called does not matter here: two places agree when the words right before the operator agree.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.metrics import NAMED
from briefwright.skill.ml_workflow.verify.verdicts import fail
from briefwright.skill.spec import Finding

_BELOW = r"<=|≤|<|\b(?:no|not) more than\b|\b(?:not|never) (?:above|over|exceed(?:ing)?)\b|(?:falls?|drops?|sinks?) (?:to |below |under )|\bbelow\b|\bunder\b|\bat most\b|less than"
_ABOVE = r">=|≥|>|\b(?:no|not) (?:less|fewer) than\b|\b(?:not|never) (?:below|under)\b|(?:rises?|climbs?) (?:to |above |over )|\babove\b|\bover\b|\bat least\b|more than|exceeds?"
_BOUND = re.compile(
    rf"(?P<op>{_BELOW}|{_ABOVE})\s*(?:[€$£] ?)?(?P<value>\d+(?:[.,]\d+)?)(?![\d.,]*\d)(?P<percent> ?%)?(?! ?(?:[a-z]+ )?(?:days?|nights?|weeks?|months?|hours?|minutes?|min|h|d)\b)",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?P<name>[^\W\d_][\w@'’/ -]{2,48}?)\s*(?:\([^)]{0,40}\)\s*)?$")
"""A level is found from its bound backwards: bounds are few, and words that could begin a name are everywhere."""
_BAND = re.compile(
    r"(?:leaves?|outside(?: of)?|not (?:in|between))\s*(?P<low>±? ?\d+(?:[.,]\d+)?)(?: ?%)?(?:\s*(?:[-–]|to|and|\.\.)\s*(?P<high>\d+(?:[.,]\d+)?))?",
    re.IGNORECASE,
)
_NOT_A_NAME = frozenset(["the", "a", "an", "of", "in", "on", "at", "to", "is", "are", "was", "and", "or", "if", "when", "by", "for", "with", "over", "any", "one", "all", "share", "rate", "per", "that", "model", "its", "it", "trigger", "triggered", "value", "level", "live"])  # fmt: skip


@dataclass(frozen=True)
class Level:
    """A name's last telling words, the side its alarm or gate lies on, and its number; two numbers for a band. A percentage
    is a share."""

    name: tuple[str, ...]
    side: Literal["below", "above", "outside"]
    values: tuple[float, ...]
    text: str
    core: tuple[str, ...] = ()
    """The name's telling words without when or where it is measured."""


@lru_cache(maxsize=256)
def levels(text: str) -> tuple[Level, ...]:
    """Every named level and band of a text that no known metric's rules read already."""
    found = []
    over = 0
    for match in _BOUND.finditer(text):
        if match["op"].lower() == "over" and re.match(r" (?:[a-z-]+ ){0,2}[a-z]{3,}s\b", text[match.end() : match.end() + 40]):  # fmt: skip
            continue  # `PSI over 50 clusters`
        named = _NAME.search(text[max(over, match.start() - 92) : match.start()])
        over = match.end()
        name = _telling(named["name"]) if named else ()
        if named and name and not re.search(NAMED, named["name"], re.IGNORECASE):
            side: Literal["below", "above"] = "below" if re.match(_BELOW, match["op"], re.IGNORECASE) else "above"  # fmt: skip
            value = _number(match["value"]) / (100 if match["percent"] else 1)
            core = _telling(_WHEN.sub("", named["name"])) or name
            found.append(Level(name, side, (value,), f"{named[0]}{match[0]}".strip(), core))
    for match in _BAND.finditer(text):
        named = _NAME.search(text[max(0, match.start() - 84) : match.start()])
        if named and (name := _telling(named["name"])):
            values = tuple(_number(match[end]) for end in ("low", "high") if match[end])
            found.append(Level(name, "outside", values, f"{named[0]}{match[0]}".strip()))
    return tuple(found)


def _number(written: str) -> float:
    return float(written.strip("± ").replace(",", "."))


_WHEN = re.compile(r"(?<=\w) (?:after|within|over|in|during|since|by|before|on|among|per)\b.*$")
"""When or where a quantity is measured is no part of its name: `survival after 14 d`."""


def _telling(name: str) -> tuple[str, ...]:
    words = [word for word in re.findall(r"[^\W\d_]{3,}", name.lower()) if word not in _NOT_A_NAME]
    return tuple(word[:7] for word in words[-2:])


def _kin(one: Level, other: Level) -> bool:
    """The same quantity on the same side: the last word agrees, and the one before it where both have one."""
    return one.side == other.side and same_quantity(one, other)


def triggers_agree(policy: Said, monitors: str) -> Iterator[Finding]:
    """A trigger's number is the monitor's number, whatever the quantity is called."""
    watched = levels(monitors)
    for level in levels(policy.text):
        same = [each for each in watched if _kin(each, level)]
        if same and all(each.values != level.values for each in same):
            yield fail("X.trigger_threshold", "Retraining policy", policy, f"“{level.text[-60:]}”, but the monitor fires at “{same[0].text[-60:]}”", "Use one number in both places.")  # fmt: skip


def gates_agree(success: Said, registry: Said, production: str) -> Iterator[Finding]:
    """What success asks of a quantity, the gate to production asks too."""
    gates = levels(production)
    for wanted in levels(success.text):
        same = [each for each in gates if _kin(each, wanted)]
        looser = [each for each in same if _is_looser(each, wanted)]
        if looser and len(looser) == len(same):
            yield fail("X.gate_vs_success", "Registry", registry, f"gate “{looser[0].text[-50:]}”, success means “{wanted.text[-50:]}”", "The gate to production is at least the success threshold.")  # fmt: skip


def _is_looser(gate: Level, wanted: Level) -> bool:
    """Whether the gate asks for less; of a band nothing is said."""
    if wanted.side == "above":
        return gate.values[0] < wanted.values[0] * 0.9999
    return wanted.side == "below" and gate.values[0] > wanted.values[0] * 1.0001


def far_beyond(guarded: str, left: str) -> Iterator[tuple[Level, Level]]:
    """(limit held, level that ends the test) of one quantity, where the second is far on the bad side of the first.

    `complaints ≤ 0.5 %` and `complaints > 3 %`; `margin ≥ 7.20` and `margin < 5.00`.
    """
    ends = levels(left)
    for held in levels(guarded):
        for level in ends:
            if (
                held.side == level.side
                or "outside" in (held.side, level.side)
                or same_quantity(held, level) is False
            ):
                continue
            limit, at = held.values[0], level.values[0]
            if (held.side == "below" and limit > 0 and at > 5 * limit) or (held.side == "above" and at < 0.9 * limit and limit > 0):  # fmt: skip
                yield held, level


def same_quantity(one: Level, other: Level) -> bool:
    """Whether two levels speak of one quantity: the last word agrees, and the one before it where both have one."""
    return _agree(one.name, other.name)


def same_at_core(one: Level, other: Level) -> bool:
    """The same, whatever each says of when it is measured: `survival after 14 d` and `survival`."""
    return _agree(one.core, other.core)


def _agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return (
        bool(one and other) and one[-1] == other[-1] and (len(one) < 2 or len(other) < 2 or one[0] in other)
    )
