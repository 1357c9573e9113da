"""Where predictions are made: the mode, by the decision table of the specification, read top to bottom."""

from briefwright.skill.ml_workflow.decide.decisions import Framing, Mode
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.quantity import Quantity, assumed, given

ASYNC_FROM_MS = 5_000


def limit_ms(facts: Facts, frame: Framing) -> Quantity:
    """How long one answer may take: a stated percentile, else a stated deadline, else an assumption by kind of answer."""
    if facts.latency_p99_ms:
        return facts.latency_p99_ms.quantity()
    deadline = facts.deadline_s
    if deadline and not (frame.problem == "LLM" and deadline.value < 10):
        return given(deadline.value * 1000, "ms", deadline.quote)
    if frame.problem == "LLM":
        return assumed(
            20_000,
            "ms",
            "a complete answer of about 300 tokens; the caller sees the first one much earlier",
            "product owner",
        )
    return assumed(
        300, "ms", "the brief names no limit; below what a waiting person notices", "caller's owner"
    )


def choose_mode(facts: Facts, frame: Framing) -> Mode:
    mode, reason, asynchronous, online = _choose(facts, frame)
    return Mode(mode, limit_ms(facts, frame), reason, asynchronous, online)


def _choose(facts: Facts, frame: Framing) -> tuple[str, str, bool, bool]:
    """Edge, streaming, real-time or batch. Only a need in the brief makes anything faster than a batch."""
    slow = facts.latency_p99_ms is None and (
        facts.deadline_s is None or facts.deadline_s.value * 1000 >= ASYNC_FROM_MS
    )
    cue = facts.serving_cue.value if facts.serving_cue else ""
    if facts.edge_device or cue == "edge":
        return (
            "Edge",
            _says(
                facts.edge_device or facts.serving_cue, "the decision is taken on the device, network or not"
            ),
            False,
            False,
        )
    if (
        cue == "batch"
        and facts.latency_p99_ms is None
        and facts.peak_rps is None
        and facts.deadline_s is None
    ):
        return ("Batch", _says(facts.serving_cue, "nobody waits for one answer"), False, False)
    if cue == "streaming":
        return (
            "Streaming",
            _says(facts.serving_cue, "events arrive continuously and no caller waits for one answer"),
            False,
            True,
        )
    if facts.latency_p99_ms or (facts.peak_rps and cue != "batch"):
        return (
            "Real-time",
            _says(facts.latency_p99_ms or facts.peak_rps, "the answer is needed inside the request"),
            False,
            bool(facts.online_features),
        )
    if facts.deadline_s and frame.problem != "forecasting":
        return (
            "Real-time",
            _says(facts.deadline_s, "each case is answered when it arrives"),
            slow,
            bool(facts.online_features),
        )
    if cue == "real-time" and facts.demands("real-time without need"):
        return (
            "Batch",
            "real-time is wished for but no requirement in the brief needs it: no caller waits, no limit is named",
            False,
            False,
        )
    if _worked_off(facts, frame):
        return (
            "Batch",
            _says(
                facts.human_in_loop or facts.schedule,
                "cases are prepared and wait in a list for the people who work them; nobody waits for one answer",
            ),
            False,
            False,
        )
    if frame.problem in ("LLM", "ranking") or (cue == "real-time" and not facts.schedule):
        return (
            "Real-time",
            _says(facts.serving_cue, "somebody waits for each answer"),
            False,
            bool(facts.online_features),
        )
    return (
        "Batch",
        _says(
            facts.schedule or facts.serving_cue,
            "all inputs are known hours before the decision and nobody waits for one answer",
        ),
        False,
        False,
    )


def _worked_off(facts: Facts, frame: Framing) -> bool:
    """Fields that a person confirms later, and lists of whom to contact, are made ahead of the people who work them."""
    case = frame.case.id if frame.case else ""
    return case == "uplift" or (
        case == "extraction" and facts.serving_cue is None and not facts.online_features
    )


def _says(fact: object, reason: str) -> str:
    quote = getattr(fact, "quote", "")
    return f"{reason}; the brief: “{quote}”" if quote else reason
