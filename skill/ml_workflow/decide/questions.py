"""What the brief leaves open: the question, what is assumed meanwhile, and what would change."""

import re
from dataclasses import dataclass

from briefwright.skill.markdown import clip
from briefwright.skill.ml_workflow.decide.decisions import Decisions
from briefwright.skill.ml_workflow.facts import Facts


@dataclass(frozen=True)
class Question:
    text: str
    assumed: str
    changes: str
    asks: str
    decisive: bool


def open_questions(facts: Facts, d: Decisions) -> tuple[Question, ...]:
    """Missing inputs in the order of their weight; decisive ones change the design, not only its numbers."""
    frame, volumes, test = d.framing, d.volumes, d.experiment
    shares, counts = (
        _unexplained(facts, r"%|percent"),
        _unexplained(facts, r"^(?=.*\d{3})[\d.,  kM]+$|thousand|million"),
    )
    asked = [
        (facts.language == "other", Question("Can the brief be given in English?", "only its numbers and tool names were read; what its words say is assumed", "everything", frame.owner, True)),
        (not (facts.use_case or facts.problem_type), Question(f"What exactly is predicted, for which {frame.entity}, and which decision follows from it?", f"{frame.problem} of {frame.entities}; the simplest rule first, a model only if it beats it", "everything", frame.owner, True)),
        (not (facts.business_metric or facts.metric_baseline or facts.mde_relative), Question("Which number in your reports should move, and what is it today?", d.experiment.metric, "business metric, experiment, kill rule", frame.owner, True)),
        (not (facts.volume_per_day or facts.population or facts.peak_rps), Question(f"How many {frame.entities} are there, per day and at the peak?{counts}", str(volumes.per_day), "capacity, windows, duration of the test", "data owner", True)),
        (not facts.serving_cue, Question("Who waits for the answer, and how long may it take?", f"{d.mode.mode}: {d.mode.reason[:90]}", "serving mode, cost, feature store", "caller's owner", True)),
        (not (facts.label_horizon_days or facts.label_delay_days), Question("After how many days is the true outcome known?", str(frame.label_wait_days), "every date of the split, read-out, retraining", "data owner", True)),
        (not facts.history_days, Question("How far back does complete history go?", str(d.history_days), "length of the training window", "data owner", False)),
        (frame.problem in ("classification", "anomaly detection", "CV") and not facts.positive_rate, Question(f"What share of cases is positive?{shares}", str(volumes.positive_rate), "metric, sample size, windows", "data owner", False)),
        (not (facts.metric_baseline or facts.positive_rate or facts.metric_sd), Question(f"What is the primary metric today, and which change is worth shipping?{shares}", f"{test.baseline}, effect {abs(test.mde.value) * 100:g} % {'relative' if test.mde_mode == 'rel' else 'absolute'}", "sample size and days", frame.owner, False)),
        (not facts.sources, Question("Which tables hold the history, who owns them, how late are they?", ", ".join(s.name for s in d.sources[:3]), "features and their windows", "data owner", False)),
        (not facts.current_system, Question("How is it decided today?", d.evaluation.baseline_name, "baseline and fallback", frame.owner, False)),
        (not facts.team_size, Question("Who will run this, and who is on call?", "a team of four to six", "tools, automation, severity of alerts", frame.owner, False)),
        (not facts.budget_per_month, Question("What may it cost per month?", "no limit known", "serving and tools", frame.owner, False)),
    ]  # fmt: skip
    return tuple(question for missing, question in asked if missing)


def _unexplained(facts: Facts, kind: str) -> str:
    """The brief's own numbers of a kind that no rule explains: one of them may be the answer, and whoever wrote the brief sees which."""
    found = [given for given in facts.unread if re.search(kind, given.value, re.IGNORECASE)][:3]
    said = "; ".join(f"{given.value} (“{clip(given.quote, 60)}”)" for given in found)
    return f" Not explained yet: {said}" if found else ""
