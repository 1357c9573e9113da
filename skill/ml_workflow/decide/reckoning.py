"""Numbers of the brief that cannot all be true, or cannot be kept together: each with the arithmetic that shows it."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.decide.decisions import Decision, Framing
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.quantity import show
from briefwright.skill.ml_workflow.reader.passages import Sentence, sentences
from briefwright.skill.ml_workflow.sizing.capacity import in_flight
from briefwright.skill.numbers import TIME_IN_DAYS, Number, numbers


def share_of_counts(facts: Facts, frame: Framing) -> Iterator[Decision]:
    """`Four million impressions, 12,000 applications, so 3 % positives`: two counts and a share said to follow from them."""
    for sentence in sentences(facts.text):
        for n, share in enumerate(sentence.numbers):
            if share.unit != "%" or not re.search(r"\b(?:so|i\.?e\.?|that is|hence|thus|therefore|makes?|making|which is|or|=)\W{1,3}(?:about |roughly |some )?$", sentence.before(share, 20), re.IGNORECASE):  # fmt: skip
                continue
            counts = [each for each in sentence.numbers[:n] if not each.unit and each.value >= 10]
            if len(counts) != 2 or not 0 < (part := min(c.value for c in counts)) < (whole := max(c.value for c in counts)):  # fmt: skip
                continue
            if not 0.75 <= share.share / (part / whole) <= 1.33:
                yield Decision(
                    "share of positives",
                    "contradiction",
                    f"“{sentence.text[:140]}”: {part:,.0f} ÷ {whole:,.0f} is {show(part / whole, 'share')}, not {show(share.share, 'share')}; asked which of the three numbers holds, every size below follows it",
                    "B.share",
                    ("positive_rate",),
                )
                return


_EACH = re.compile(r"\b(?P<units>\w+) (?:pods?|replicas?|instances?|servers?|machines?|containers?|nodes?)\b[^.;]{0,20}?\b(?:with|of|×|x|at|by|running)\s(?P<slots>\w+) (?:workers?|threads?|slots?|processes|cores|requests)\b", re.IGNORECASE)  # fmt: skip
_MEAN = re.compile(r"(?P<ms>\d[\d.,]*) ?(?P<unit>ms|milliseconds|s|seconds)\b (?:on average|in the mean|mean|per (?:request|call|prediction|score))|(?:average|mean)(?: \w+){0,4}? (?:of |is |takes |at )?(?P<ms2>\d[\d.,]*) ?(?P<unit2>ms|s)\b", re.IGNORECASE)  # fmt: skip


def capacity(facts: Facts, frame: Framing) -> Iterator[Decision]:
    """The peak against the machines the brief fixes, by Little's law, and the promise against the mean it reports."""
    mean = _MEAN.search(facts.text)
    if not mean:
        return
    mean_ms = _ms(mean["ms"] or mean["ms2"], mean["unit"] or mean["unit2"])
    limit, each = facts.latency_p99_ms, _EACH.search(facts.text)
    if limit and mean_ms > limit.value:
        yield Decision(
            "latency",
            "impossible as asked",
            f"“{mean[0].strip()}” today, and 99 of 100 answers are wanted within {limit.value:g} ms: the mean alone is above the limit; a smaller model, prepared candidates or another limit first",
            "B.mean_above_limit",
            ("latency_p99_ms",),
        )
    places = _count(each["units"]) * _count(each["slots"]) if each else 0
    if each and places and facts.peak_rps and (busy := in_flight(facts.peak_rps.value, mean_ms)) > places:
        yield Decision(
            "capacity",
            "impossible as asked",
            f"{facts.peak_rps.value:,.0f}/s × {mean_ms:g} ms = {busy:,.0f} requests in flight (Little's law); “{each[0].strip()}” are {places:,.0f} places and carry {places / mean_ms * 1000:,.0f} requests per second at best",
            "B.capacity",
            ("peak_rps",),
        )


def freshness(facts: Facts, frame: Framing) -> Iterator[Decision]:
    """Features of this second out of a source that is loaded once a night."""
    now = re.search(r"[^.;\n]{0,40}\b(?:up to the (?:second|minute)|real[- ]time|live|seconds? old|of this second)\b[^.;\n]{0,60}", facts.text, re.IGNORECASE)  # fmt: skip
    nightly = re.search(r"\b(?:load|refresh|updat|synchroni[sz]|import|fill|copi)(?:ed|es|s|d)?\b[^.;\n]{0,20}\b(?:every|each|once a|over)\s?(?:night|day|week|night at)\b|\bloaded nightly\b", facts.text, re.IGNORECASE)  # fmt: skip
    if now and nightly and abs(now.start() - nightly.start()) < 160 and re.search(r"feature|column|value|data|taken|come", now[0], re.IGNORECASE):  # fmt: skip
        yield Decision(
            "freshness",
            "contradiction",
            f"“{now[0].strip()}” against “{nightly[0].strip()}”: what is loaded once a day is up to 24 h old; either a stream feeds these features, or they are as of the last load and tested so",
            "B.freshness",
            ("text",),
        )


def cadence(facts: Facts, frame: Framing) -> Iterator[Decision]:
    """Retraining far more often than labels ripen."""
    often = re.search(r"\b(?:retrain\w*|re-?train\w*|trained again|re-?fit\w*)\b[^.;\n]{0,30}\b(?:every (?P<unit>hour|night|day|minute)|(?P<word>hourly|nightly|daily|continuously))\b", facts.text, re.IGNORECASE)  # fmt: skip
    wait = facts.label_horizon_days or facts.label_delay_days
    hourly = often and (often["unit"] in ("hour", "minute") or (often["word"] or "").lower() in ("hourly", "continuously"))  # fmt: skip
    if often and wait and wait.value >= (2 if hourly else 7):
        yield Decision(
            "retraining",
            "replaced",
            f"“{often[0].strip()}”: a label takes {wait.value:g} days, so two runs in a row see almost the same mature rows; the newest {wait.value:g} days have no outcome yet and would teach zeros. Retrained on a schedule near the label wait and when quality falls",
            "B.cadence",
            ("label_horizon_days", "label_delay_days"),
        )


def downtime(facts: Facts, frame: Framing) -> Iterator[Decision]:
    """An availability that a maintenance window named beside it already uses up."""
    promised = re.search(r"\b(99[.,]\d+) ?%", facts.text)
    window = re.search(r"\bmaintenance\b[^.;\n]{0,30}?\b(?P<length>\w+ (?:hours?|minutes?))\b[^.;\n]{0,20}\b(?:every|each|per|a)\s(?P<per>\w+)", facts.text, re.IGNORECASE)  # fmt: skip
    if not (promised and window):
        return
    length = numbers(window["length"])
    days = {"day": 1, "night": 1, "week": 7, "month": 30, "sunday": 7, "saturday": 7, "monday": 7, "weekend": 7}.get(window["per"].lower(), 0)  # fmt: skip
    if not length or not days or length[0].unit not in TIME_IN_DAYS:
        return
    allowed_min = (1 - float(promised[1].replace(",", ".")) / 100) * days * 1440
    used_min = length[0].days * 1440
    if used_min > allowed_min:
        yield Decision(
            "availability",
            "contradiction",
            f"{promised[1]} % leaves {allowed_min:.1f} min in {days} days; “{window[0].strip()}” alone takes {used_min:g} min. The window is planned out of the promise, or the promise is {show(1 - used_min / (days * 1440), 'share')} at best",
            "B.downtime",
            ("text",),
        )


def reproducible_without_data(facts: Facts, frame: Framing) -> Iterator[Decision]:
    """Every answer to be reproduced for years, and nothing personal to be stored."""
    passages: tuple[Sentence, ...] = sentences(facts.text)
    none = next((s for s in passages if s.has(r"\bno (?:\w+ )?personal data\b[^.;]{0,40}\b(?:stored|kept|saved|retained|logged)|\b(?:may not|must not|cannot) (?:store|keep|save|log)\b[^.;]{0,30}personal")), None)  # fmt: skip
    again = next((s for s in passages if s.has(r"\b(?:reproduc\w+|replay\w*|reconstruct\w*|explain\w* again)\b[^.;]{0,60}\b(?:years?|months?)\b")), None)  # fmt: skip
    if none and again:
        yield Decision(
            "reproducible answers",
            "contradiction",
            f"“{again.text[:120]}” against “{none.text[:120]}”: an answer can be reproduced only from its inputs. Kept are feature values under a key that is destroyed on request, the version of model and code, and the seed; legal and audit have to agree on that first",
            "B.reproducible",
            ("personal_data",),
        )


_BLOWN_UP = re.compile(r"[^.;\n]{0,60}\b(?:SMOTE|over-?sampl\w+|blow\w* up|up-?sampl\w+|balanc\w+)\b[^.;\n]{0,80}\b(?:50 ?/ ?50|fifty-fifty|whole (?:table|set|data)|full (?:table|set|data)|before (?:the )?split|then (?:cut|split))[^.;\n]{0,60}", re.IGNORECASE)  # fmt: skip


def balanced_classes(facts: Facts, frame: Framing) -> Iterator[Decision]:
    """Classes blown up to half and half before the split: copies on both sides, and a precision of a world that is not there."""
    wish = _BLOWN_UP.search(facts.text)
    if not wish:
        return
    claimed = re.search(r"\bprecision\b(?:[^;\n]{0,90}?)(?<![\d.,])(0[.,]\d+)", facts.text[wish.start() : wish.end() + 260], re.IGNORECASE)  # fmt: skip
    rate, real = facts.positive_rate, ""
    if claimed and rate and 0 < rate.value < 0.5:
        told = float(claimed[1].replace(",", "."))
        odds = told / (1 - told) * rate.value / (1 - rate.value)
        real = f" A precision of {told:g} at half and half is {show(odds / (1 + odds), 'share')} at the true prevalence of {show(rate.value, 'share')} (Bayes' rule: the odds of precision fall with the odds of the class)."
    yield Decision(
        "resampling before the split",
        "refused",
        f"“{wish[0].strip()}”. Copies made from test rows stand in the training window, and the test no longer holds the share that occurs.{real} Instead: weights or resampling inside the training window only, an untouched test window at its natural prevalence, precision at the worked capacity",
        "B.resampling",
        ("positive_rate",),
    )


def _ms(value: str, unit: str) -> float:
    return float(value.replace(",", "")) * (1.0 if unit.lower().startswith("m") else 1000.0)


def _count(word: str) -> float:
    found: tuple[Number, ...] = numbers(word)
    return found[0].value if found else 0.0


RULES = (share_of_counts, capacity, freshness, cadence, downtime, reproducible_without_data, balanced_classes)
