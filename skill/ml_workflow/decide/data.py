"""From which data, how far back and how late: the brief's own sources, then the usual ones of the use."""

from briefwright.skill.markdown import slug
from briefwright.skill.ml_workflow.decide.decisions import Framing
from briefwright.skill.ml_workflow.facts import Facts, Given
from briefwright.skill.ml_workflow.quantity import Quantity, assumed, computed
from briefwright.skill.ml_workflow.sections import DataSource, PersonalData
from briefwright.skill.ml_workflow.usecases import OF_A_MODALITY, Signal, usual_signals


def history(facts: Facts, frame: Framing) -> Quantity:
    if facts.history_days:
        return facts.history_days.quantity()
    days = max(730.0, 6 * frame.label_wait_days.value)
    return assumed(
        days,
        "days",
        "the brief names no length of history; two years or six label waits",
        "data owner, before the first snapshot",
    )


def sources(facts: Facts, frame: Framing) -> tuple[DataSource, ...]:
    """The brief's own sources first; when it names fewer than two, the usual ones of the use, marked as assumed."""
    length = history(facts, frame)
    personal: PersonalData = "personal" if facts.personal_data else "pseudonymous"
    found = []
    for given in facts.sources:
        found.append(_source(given, frame, length, personal))
    named = {source.name for source in found}
    signals = frame.case.signals if frame.case else usual_signals(frame.problem)
    if (itself := _itself(frame, found)) is not None:
        found.insert(0, DataSource(name=itself, owner="to be named by the data owner", delay_min=_delay(frame, f"how soon the archive of {frame.entities} is loaded is not in the brief"), history_days=length, personal_data=personal, gives=f"the {frame.entity} itself"))  # fmt: skip
        named.add(itself)
    usual = [
        signal.source.split()[0] for signal in signals if signal.source and "excluded" not in signal.transform
    ]
    for name in dict.fromkeys(usual):
        if len(found) >= 2 and facts.sources:
            break
        if len(found) >= 4:
            break
        if slug(name) not in named and not any(_covers(source.name, name, signals) for source in found):
            assumption = "not named in the brief; usual for this use"
            found.append(DataSource(name=slug(name), owner="to be named by the data owner", delay_min=_delay(frame, assumption), history_days=length, personal_data=personal, gives=f"proposed source, {assumption}"))  # fmt: skip
            named.add(slug(name))
    labels = "labels" if frame.target == "label" else f"{frame.target}_labels"
    found.append(
        DataSource(
            name=labels,
            owner=f"{frame.owner}",
            delay_min=computed(
                frame.label_wait_days.value * 1440,
                "min",
                f"label wait of {frame.label_wait_days.value:g} days × 1,440 min",
            ),
            history_days=length,
            personal_data=personal,
            gives="the label; read only when it is complete",
        )
    )
    return tuple(found)


def _itself(frame: Framing, found: list[DataSource]) -> str | None:
    """A name for the pictures or texts themselves, where the problem is about them and no source of the brief is."""
    if frame.problem not in OF_A_MODALITY:
        return None
    words = {*OF_A_MODALITY[frame.problem][0].source.split(), frame.entity.split()[-1]}
    said = any(word in source.name for source in found for word in words)
    return None if said else slug(frame.entities)


def _covers(source: str, word: str, signals: tuple[Signal, ...]) -> bool:
    return word in source or any(
        word in signal.source and set(signal.source.split()) & set(source.split("_")) for signal in signals
    )


def _source(given: Given[str], frame: Framing, history: Quantity, personal: PersonalData) -> DataSource:
    return DataSource(
        name=slug(given.value)[:60] or "source",
        owner=f"owner of {given.value}",
        delay_min=_delay(frame, f"loading time of {given.value} is not in the brief"),
        history_days=history,
        personal_data=personal,
        gives=f"“{given.value}” as the brief names it",
    )


def _delay(frame: Framing, reason: str) -> Quantity:
    streaming = frame.problem in ("ranking", "recommendation") or (
        frame.case is not None and frame.case.id in ("fraud", "maintenance", "anomaly", "eta", "ads")
    )
    minutes = 5.0 if streaming else 1440.0
    return assumed(
        minutes,
        "min",
        f"{reason}; " + ("stream" if streaming else "nightly load"),
        "data owner, before the first snapshot",
    )
