"""The split, with dates: forward in time, with a gap that covers the wait for the label, by group where twins exist."""

from datetime import date, timedelta

from briefwright.skill.markdown import clip
from briefwright.skill.ml_workflow.decide.decisions import Framing, Volumes
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.quantity import Quantity, computed
from briefwright.skill.ml_workflow.sections import Split, SplitWindow

LOOK_BACK_DAYS = 90
GROUPED = ("CV", "LLM", "anomaly detection")
GROUPED_CASES = ("triage", "documents", "credit")


def plan(facts: Facts, frame: Framing, volumes: Volumes, history: Quantity, as_of: date) -> Split:
    """Windows that end where labels are complete today, gaps as long as the wait for a label.

    Backwards from today: wait, test, gap, validation, gap, train. Test takes 15 % and validation 10 % of the
    days that remain, at least a week each; training takes the rest, after the look-back of the longest window.
    """
    wait = int(frame.label_wait_days.value)
    last_readable = as_of - timedelta(days=wait + 1)
    look_back = min(LOOK_BACK_DAYS, int(history.value * 0.1))
    usable = int(history.value) - look_back - 3 * wait - 2
    if usable < 28:  # the history is too short for full gaps: smallest honest windows, the shortage is shown
        usable = 28
    test_days = max(7, min(int(usable * 0.15), 180))
    validation_days = max(7, min(int(usable * 0.10), 120))
    train_days = max(14, usable - test_days - validation_days)
    test_first = last_readable - timedelta(days=test_days - 1)
    validation_last = test_first - timedelta(days=wait + 1)
    validation_first = validation_last - timedelta(days=validation_days - 1)
    train_last = validation_first - timedelta(days=wait + 1)
    train_first = train_last - timedelta(days=train_days - 1)
    windows = [
        _window("train", train_first, train_last, wait, volumes),
        _window("validation", validation_first, validation_last, wait, volumes),
        _window("test", test_first, last_readable, wait, volumes),
    ]
    group = _group(facts, frame)
    gap = computed(
        wait, "days", f"label wait of {wait} days: no label of one window is still open when the next begins"
    )
    return Split(
        kind="group+time" if group else "time",
        windows=windows,
        gap_days=gap,
        group_key=group,
        as_of=as_of,
        why=_why(facts, frame, group),
    )


def _window(name: str, first: date, last: date, wait: int, volumes: Volumes) -> SplitWindow:
    days = (last - first).days + 1
    rows = computed(days * volumes.per_day.value, "rows", f"{days} days × {volumes.per_day.value:,.0f} a day")
    rate = volumes.positive_rate
    positives = (
        computed(round(rows.value * rate.value), "positives", f"{rows.value:,.0f} rows × {rate.value:g}")
        if rate
        else None
    )
    return SplitWindow(name=name, first_day=first, last_day=last, rows=rows, positives=positives, labels_complete=last + timedelta(days=wait))  # type: ignore[arg-type] # fmt: skip


def _group(facts: Facts, frame: Framing) -> str:
    """The key the brief wants kept together; else the one whose members look alike, where the same thing comes back as near-copies."""
    if facts.group_key:
        return facts.group_key.value
    grouped = frame.problem in GROUPED or (frame.case is not None and frame.case.id in GROUPED_CASES)
    if not grouped:
        return ""
    if facts.group_hint:
        return frame.entity if facts.group_hint.value == "machine" else facts.group_hint.value
    return {"CV": "scene or batch", "LLM": "document family"}.get(frame.problem, "")


def _why(facts: Facts, frame: Framing, group: str) -> str:
    reason = f"the model will decide about {frame.entities} that come after its training, so it is tested on later ones"
    if group:
        reason += (
            f"; all rows of one {group} stay in one window, because near-copies on both sides are memorised"
        )
    if wish := facts.demands("random split"):
        reason += f"; the shuffled split in the brief (“{clip(wish.quote, 90)}”) is refused: neighbours in time would sit on both sides and the score would flatter the model. After validation the shipped model is refitted on the full history, so no recent data is wasted"
    return reason[:600]
