"""Check 2 over text: a window against what can be known at its end: the delay of its source, the wait for a label, its own reason."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.verify.claims import FeatureClaim, Said
from briefwright.skill.ml_workflow.verify.stated import UP_TO_T0, lag_days
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail
from briefwright.skill.numbers import TIME_IN_DAYS, Number, numbers
from briefwright.skill.spec import Finding


def freshness(d: Document) -> Iterator[Finding]:
    """A window may not end later than its source can be read, nor may one built from the label end before labels are final."""
    for f in d.claims.features:
        said = Said(f.all, f.line)
        lag = lag_days(f.transform)
        if lag is None and _is_label_derived(d, f) and (d.stated.label_min or 0) >= 2 and re.search(UP_TO_T0, f.transform, re.IGNORECASE) and not re.search(r"matur|final|settled|out[- ]of[- ]fold", f.transform, re.IGNORECASE):  # fmt: skip
            yield fail("C2.target", f.name, said, f"built from the label up to the prediction, a label takes {d.stated.label_min:g} d", f"End it {d.stated.label_min:g} d before t0.")  # fmt: skip
        if lag is None or f.is_excluded:
            continue
        late = max(
            (
                days
                for name, days in d.stated.delays.items()
                if re.search(rf"\b{re.escape(name)}\b", f.source, re.IGNORECASE)
                or _abbreviates(f.source, name)
            ),
            default=0.0,
        )
        late = max(late, _stated_delay(f), _delay_of_source(f))
        cut = max(
            (days for whose, days in d.stated.cuts if whose in f"{f.name} {f.source}".lower()), default=0.0
        )
        wait = d.stated.label_min or 0.0
        if _is_label_derived(d, f) and lag < wait * 0.99 and wait >= 1:
            yield fail("C2.target", f.name, said, f"built from the label, ends {lag:g} d before t0, a label takes {wait:g} d", f"End it {wait:g} d before t0.")  # fmt: skip
        elif lag < cut * 0.99:
            yield fail("C2.freshness", f.name, said, f"ends {_time(lag)} before t0, the text above says windows end {_time(cut)} before it", "End it where the text says, or say why this one may end later.")  # fmt: skip
        elif lag < late * 0.99:
            yield fail("C2.freshness", f.name, said, f"ends {_time(lag)} before t0, its source is {_time(late)} late", f"End it at least {_time(late)} before t0.")  # fmt: skip


def _abbreviates(source: str, name: str) -> bool:
    """`RFID` for the source listed as `RFID tunnel scans`, `Claims` for the `Claims ledger`: its first words."""
    pieces = [piece.strip(" `*").lower() for piece in re.split(r"[,+/&;(]|\band\b", source)]
    return any(len(piece) >= 3 and name.lower().startswith(f"{piece} ") for piece in pieces)


def _stated_delay(f: FeatureClaim) -> float:
    """`returns are booked up to 24 h later`: a delay the row itself admits."""
    match = re.search(r"(?:up to|at most|≤|is|are|booked|posted|arriv\w+|loads?|lands?|comes?|shows? up|published|updated)\s+(?:about |up to )?(\d+(?:[.,]\d+)? ?\w+)(?: \w+){0,3}? (?:late\b|later|behind|delay)|delay of (?:up to )?(\d+ ?\w+)", f.risk, re.IGNORECASE)  # fmt: skip
    found = numbers(match[1] or match[2]) if match else ()
    return found[0].days if found else 0.0


def _delay_of_source(f: FeatureClaim) -> float:
    """`bureau file (delay 5 d)`, `orders (lands within 24 h)`: what the cell of the source says of itself."""
    said = re.search(
        r"\b(?:delay|lag|late|lands?|arriv\w+|loaded|synced|synchronised|available|within|after|behind)\b[^;)]{0,24}?(\d[\d.]*\s?(?:s|min|h|d|days?|hours?|minutes?)\b)|(\d[\d.]*\s?(?:s|min|h|d|days?|hours?|minutes?)) (?:delay|late|lag|later|behind)|\((\d[\d.]*\s?(?:s|min|h|d|days?|hours?|minutes?))\)",
        f.source,
        re.IGNORECASE,
    )
    said = said or re.search(
        r"()(), (\d[\d.]*\s?(?:s|min|h|d|days?|hours?|minutes?))\s*$", f.source
    )  # `corrected log, 48 h`
    found = numbers(said[1] or said[2] or said[3]) if said else ()
    return found[0].days if found else 0.0


def _is_label_derived(d: Document, f: FeatureClaim) -> bool:
    risk = re.sub(r"\b(?:close|near|related|next) to (?:the )?labels?\b", " ", f.risk, flags=re.IGNORECASE)
    if re.search(r"\blabels?\b", f"{f.source} {risk}".replace("_", " "), re.IGNORECASE) and re.search(r"÷|share|rate|encod|confirmed", f.transform, re.IGNORECASE):  # fmt: skip
        return True
    if re.search(r"\b(?:derived|built|made|computed|comes) (?:from|on|out of) (?:the )?(?:target|label|outcome)|\bis (?:the )?(?:outcome|label|target) itself\b", f.risk, re.IGNORECASE):  # fmt: skip
        return True
    target = re.match(r"\W*([a-z][a-z_0-9]+)", d.claims.row("problem_definition", "target_variable").text)
    words = [w for w in re.split(r"_|\d+\w?", target[1]) if len(w) > 3] if target and "_" in target[1] else []
    joined = f"{f.name.replace('_', ' ')} {f.transform}"
    outcome = [
        word for word in words if word not in ("next", "within", "would", "will", "flag", "label", "target")
    ]
    if any(re.search(rf"\b{word[:6]}", f.name.replace("_", " "), re.IGNORECASE) for word in outcome) and re.search(r"\b(?:rate|ratio|share)\b|÷|[a-z] / [a-z]|\bencod", joined, re.IGNORECASE):  # fmt: skip
        return True
    return bool(words) and all(re.search(rf"\b{word}", joined, re.IGNORECASE) for word in words) and re.search(r"÷|\brates?\b|confirmed", f.transform) is not None  # fmt: skip


def _time(days: float) -> str:
    for unit, size in (("d", 1.0), ("h", 1 / 24), ("min", 1 / 1440)):
        if days >= size * 0.999:
            return f"{days / size:g} {unit}"
    return f"{days * 86400:.3g} s"


def cut_and_reason(d: Document) -> Iterator[Finding]:
    """A window that ends later than the reason beside it says it must: `back-dated up to 48 h`, and it ends 6 h before t0."""
    for f in d.claims.features:
        lag = lag_days(f.transform)
        if lag is None or f.is_excluded:
            continue
        said = Said(f.all, f.line)
        named = [n.days for n in numbers(f.risk) if n.unit in TIME_IN_DAYS and not n.per and _speaks_of_a_cut(f.risk, n)]  # fmt: skip
        if named and lag < max(named) * 0.99:
            yield fail("C2.freshness", f.name, said, f"its reason speaks of {_time(max(named))}, the window ends {_time(lag)} before t0", "End the window where the reason says.")  # fmt: skip


_CUT_BEFORE = r"\b(?:cut|hence|withh\w+|back-?dated(?: by)?(?: up to)?|stop|stops|last|most recent|up to|late(?:r)?(?: by)?|delay\w*(?: of| by)?|lag\w*(?: of| by)?|arriv\w+(?: after| within)?|takes?|takes? at most|at most|after|within|until|so|coupe|retard\w*(?: de)?|by|closed|settle\w*(?: in| after)?)\s+(?:the |a |an |des |les )?(?:last |most recent |about |some )?$"
_CUT_AFTER = r"\W{0,3}(?:cut|short\b|are (?:withheld|left out|missing|cut)|late\b|later\b|delay|behind|to settle|old\b|lag\b|avant t0|before t0|cover\w*|withheld|of slack)"


def _speaks_of_a_cut(risk: str, number: Number) -> bool:
    before, after = risk[max(0, number.start - 40) : number.start], risk[number.end : number.end + 24]
    return re.search(_CUT_AFTER, after[:16], re.IGNORECASE) is not None or (
        re.search(_CUT_BEFORE, before, re.IGNORECASE) is not None
        and re.search(r"late|delay|lag|back-?dat|withh|settl|arriv|readings take|needs|cut|retard|coupe|stop|recent|closed", risk, re.IGNORECASE) is not None
    )  # fmt: skip
