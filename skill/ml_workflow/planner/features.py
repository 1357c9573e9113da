"""Step 2: features from the brief's own data, each with its window and the way it could leak."""

import re
from collections.abc import Iterable

from briefwright.skill.markdown import clip, slug
from briefwright.skill.ml_workflow.decide.decisions import Decisions
from briefwright.skill.ml_workflow.facts import Facts, Given
from briefwright.skill.ml_workflow.planner.tooling import choice
from briefwright.skill.ml_workflow.quantity import Quantity, assumed, computed
from briefwright.skill.ml_workflow.sections import (
    Criterion,
    DataSource,
    Feature,
    Features,
    FeatureStore,
    Window,
)
from briefwright.skill.ml_workflow.sizing.classification import skew_upper_bound
from briefwright.skill.ml_workflow.usecases import Signal, usual_signals
from briefwright.skill.numbers import numbers

MOST = 14
MINUTES_PER_DAY = 1440


def plan(facts: Facts, decisions: Decisions) -> Features:
    store = decisions.store
    found = [*_named(facts, decisions), *_proposed(facts, decisions)]
    found += _from_unused_sources(found, facts, decisions)
    excluded = _excluded(facts, decisions)
    named = {feature.name for feature in excluded}
    inputs = [feature for feature in _unique(found) if feature.name not in named and not feature.excluded]
    barred = [feature for feature in _unique([*excluded, *found]) if feature.excluded]
    return Features(
        features=[*inputs[: MOST - min(4, len(barred))], *barred[:6]],
        feature_store=FeatureStore(
            decision=store.decision,  # type: ignore[arg-type]
            tool=store.tool,
            shared=Criterion(holds=store.shared[0], reason=store.shared[1]),
            real_time=Criterion(holds=store.real_time[0], reason=store.real_time[1]),
            skew=Criterion(holds=store.skew[0], reason=store.skew[1]),
        ),
        skew_test=f"3,000 scored rows are recomputed from the tables each week and compared field by field; 0 mismatches bound the skew at {skew_upper_bound(3000) * 100:.1f} % (rule of three)",
        feature_set="fs1",
        tools=[choice("feature store", store.tool, facts)] if store.decision == "yes" else [],
    )  # fmt: skip


def _from_unused_sources(found: list[Feature], facts: Facts, d: Decisions) -> list[Feature]:
    """A source the brief names and no signal uses still says something: its recent level per scored thing."""
    used = {feature.source for feature in found}
    barred = {slug(given.value) for given in (*facts.known_later, *facts.barred)}
    left = [
        source
        for source in d.sources
        if source.owner.startswith("owner of") and source.name not in used | barred
    ]
    return [
        _windowed(
            f"{source.name}_level_28d",
            source,
            28,
            f"mean and count of {source.name} records per {d.framing.entity}",
            d,
        )
        for source in left
    ]


def _unique(features: list[Feature]) -> list[Feature]:
    return list({feature.name: feature for feature in reversed(features)}.values())[::-1]


def _named(facts: Facts, d: Decisions) -> list[Feature]:
    """What the brief names as features, in its own words; and one history count for each source it names."""
    found = [feature for given in facts.features if (feature := _from_words(given, facts, d))]
    aggregates = (
        d.framing.problem in ("classification", "anomaly detection", "regression") and d.framing.case is None
    )
    for source in d.sources if aggregates else ():
        if source.owner.startswith("owner of"):
            found.append(
                _windowed(
                    f"{source.name}_count_30d",
                    source,
                    30,
                    f"count of {source.name} records of the {d.framing.entity}",
                    d,
                )
            )
    return found


def _from_words(given: Given[str], facts: Facts, d: Decisions) -> Feature | None:
    later = next((known for known in facts.known_later if _overlap(known.value, given.value)), None)
    if later:
        return None
    days = next((number.days for number in numbers(given.value) if number.days >= 0.001), 0.0)
    bare = re.sub(
        r"\b(?:in|over|during|from)?\s*(?:the )?last \S+ (?:days|weeks|months|hours|minutes)", "", given.value
    ).strip()
    name = slug(bare)[:48]
    if not name or name in ("it", "them"):
        return None
    source = _source_for(name.replace("_", " "), d)
    if days:
        suffix = f"_{days:g}d" if days >= 1 else f"_{days * 24:g}h"
        return _windowed(name + suffix, source, days, f"{bare}, aggregated per {d.framing.entity}", d)
    if re.search(
        r"\b(?:count|number|total|sum|mean|average|trend|rate|visits|complaints|calls|orders|purchases|payments|contacts|clicks|views|readings|sales|past|previous|history)\b",
        bare,
        re.IGNORECASE,
    ):
        return _windowed(f"{name}_30d", source, 30, f"{bare} of the {d.framing.entity}", d)
    category = re.search(
        r"type|category|label|code|segment|region|country|class|channel|packag|carrier|season|make\b|brand",
        bare,
        re.IGNORECASE,
    )
    return Feature(
        name=name, source=source.name, transform=f"{bare}, row valid at t0" + ("; unseen categories go to one bucket and their share is monitored" if category else ""),
        dtype="category" if category else "float", temporal=False, window=None, online=False, available="before",
        leakage_risk="Med" if category else "Low",
        leakage_reason="read from the row valid at t0; a current-state join would know later corrections" if category else f"known before the {d.framing.entity} is scored; no window and no later correction",
        excluded=False,
    )  # fmt: skip


def _overlap(a: str, b: str) -> bool:
    first, second = set(slug(a).split("_")), set(slug(b).split("_"))
    small = first if len(first) <= len(second) else second
    return len(first & second) >= max(1, len(small) - 1) and len(first & second) / len(small) > 0.6


def _proposed(facts: Facts, d: Decisions) -> list[Feature]:
    usual = usual_signals(d.framing.problem)
    signals = d.framing.case.signals if d.framing.case else usual
    fitting = [signal for signal in signals if _at_home(signal, facts)]
    if len(fitting) < FEWEST:
        there = {signal.name for signal in fitting}
        fitting += [signal for signal in usual if signal.name not in there]
    return [_from_signal(signal, d) for signal in fitting]


FEWEST = 4


def _at_home(signal: Signal, facts: Facts) -> bool:
    """Whether the brief knows data of the kind this signal lives on: vibration belongs to machines that are measured.

    A brief that says nothing of its data gets the usual signals of its use; what they assume is listed.
    """
    if not facts.sources and not facts.features:
        return True
    kinds = {word.rstrip("s") for word in signal.source.lower().split()}
    return bool(kinds & {word.rstrip("s") for word in re.findall(r"[a-z]{3,}", facts.text.lower())})


def _from_signal(signal: Signal, d: Decisions) -> Feature:
    source = _source_for(signal.source, d)
    excluded = signal.transform.startswith("excluded")
    days = _within_history(signal.window_days, source, d)
    if days and not excluded:
        suffix = f"_{days:g}d" if days >= 1 else f"_{days * 24:.2g}h"
        name = signal.name if re.search(r"\d", signal.name) else signal.name + suffix
        what = signal.transform.replace("records of the entity", f"{source.name} records").replace("the main value", f"the main value of {source.name}")  # fmt: skip
        return _windowed(name, source, days, f"{what} per {d.framing.entity}", d, signal)
    return Feature(
        name=signal.name, source=source.name, transform=signal.transform.replace("the entity", f"the {d.framing.entity}"), dtype=signal.dtype,  # type: ignore[arg-type]
        temporal=False, window=None, online=False, available="after" if excluded else "at" if "request" in signal.source else "before",
        leakage_risk=signal.risk, leakage_reason=signal.reason, excluded=excluded,
    )  # fmt: skip


USUAL_DAYS = (365.0, 180.0, 90.0, 60.0, 30.0, 28.0, 14.0, 7.0)


def _within_history(days: float, source: DataSource, d: Decisions) -> float:
    """No longer than what lies before the first training day: a row whose window reaches behind the history counts too little."""
    first = min(window.first_day for window in d.split.windows)
    there = d.history_days.value - (d.as_of - first).days - source.delay_min.value / MINUTES_PER_DAY
    return (
        days
        if days <= there
        else next((usual for usual in USUAL_DAYS if usual <= min(days, max(there, 7.0))), days)
    )


def _windowed(
    name: str, source: DataSource, days: float, transform: str, d: Decisions, signal: Signal | None = None
) -> Feature:
    """A window that ends before t0 by its source's delay; label-based ones end by the whole wait for a label."""
    from_labels = (
        signal is not None
        and signal.risk == "High"
        and ("label" in signal.reason or "outcome" in signal.reason)
    )
    lag = _lag(source, from_labels, d)
    length = (
        assumed(
            days * MINUTES_PER_DAY, "min", f"{days:g} days; usual for such a signal, settled in the back-test"
        )
        if signal
        else computed(days * MINUTES_PER_DAY, "min", f"{days:g} days × 1,440 min")
    )
    reason = (
        signal.reason
        if signal
        else f"rows of {source.name} may be posted late; the window ends {lag} before t0, so nothing newer can enter"
    )
    return Feature(
        name=name, source=source.name, transform=transform, dtype=signal.dtype if signal else "float",  # type: ignore[arg-type]
        temporal=True, window=Window(length_min=length, lag_min=lag),
        online=d.store.real_time[0] and days <= 2, available="before",
        leakage_risk=signal.risk if signal else "Med", leakage_reason=reason, excluded=False,
    )  # fmt: skip


def _lag(source: DataSource, from_labels: bool, d: Decisions) -> Quantity:
    if from_labels:
        wait = d.framing.label_wait_days.value
        return computed(wait * MINUTES_PER_DAY, "min", f"label wait of {wait:g} days × 1,440 min")
    return computed(
        source.delay_min.value, "min", f"loading delay of {source.name}, {source.delay_min.value:g} min"
    )


def _excluded(facts: Facts, d: Decisions) -> list[Feature]:
    """Columns the brief itself takes out: written after the outcome, or forbidden as inputs."""
    after = "not available at prediction time: it is written because of the outcome or after it (“{}”)"
    forbidden = "the brief forbids it as an input (“{}”); proxies for it are looked for in the slice report"
    taken = [(given, "after", after) for given in facts.known_later]
    taken += [(given, "before", forbidden) for given in facts.barred]
    return [
        Feature(
            name=slug(given.value)[:60] or clip(given.value, 60), source=_source_for(given.value, d).name, transform=f"{given.value}: excluded as input",
            dtype="category", temporal=False, window=None, online=False, available=available, leakage_risk="High",  # type: ignore[arg-type]
            leakage_reason=reason.format(clip(given.quote, 80)),
            excluded=True,
        )
        for given, available, reason in taken
    ]  # fmt: skip


KIN = (
    {"usage", "visit", "event", "log", "detail", "aggregates", "activity", "session", "reading", "stream", "telemetry", "scada", "sensor"},
    {"billing", "invoice", "payment", "bill"},
    {"ticket", "support", "complaint", "contact"},
    {"crm", "customer", "account", "contract", "member", "master", "register"},
    {"order", "purchase", "sale", "transaction", "booking"},
    {"click", "view", "impression"},
    {"calendar", "holiday", "promotion"},
)  # fmt: skip


def _widened(words: Iterable[str]) -> set[str]:
    """The words in their singular, with the other names such a table usually has."""
    found = {form for word in words for form in (word, word.rstrip("s"))}
    return found.union(*(kin for kin in KIN if kin & found))


def _source_for(words: str, d: Decisions) -> DataSource:
    """The declared source that shares a word with the feature; else the first one that is not the label table."""
    wanted = _widened(re.findall(r"[a-z]{3,}", words.lower()))
    usable = [source for source in d.sources if not source.name.endswith("labels")] or list(d.sources)
    scored = [(len(wanted & _widened(source.name.split("_"))), -n) for n, source in enumerate(usable)]
    best = max(range(len(usable)), key=lambda n: scored[n])
    labels = next((source for source in d.sources if source.name.endswith("labels")), usable[0])
    if scored[best][0] == 0 and wanted & {
        "label",
        "chargeback",
        "outcome",
        "dispute",
        "inspection",
        "review",
    }:
        return labels
    return usable[best]
