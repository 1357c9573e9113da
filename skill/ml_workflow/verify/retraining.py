"""Check 9 over text: when a model is trained again, by whom, on what, and what the new one must show."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.rules.c09_retraining import VAGUE
from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.monitoring import too_young
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail
from briefwright.skill.numbers import numbers
from briefwright.skill.spec import Finding

PART = "monitoring_and_drift"
RHYTHM = r"every \w+|\bnightly|daily|weekly|monthly|quarterly|yearly|twice a|once a|each (?:day|night|week|month|quarter|season)|\d+[- ]?(?:days?|weeks?|months?)\b|(?:before|after|per|between) (?:the |each |every )?seasons?\b|mondays?|sundays?|january|july|continuous|never|locked|frozen"
BY_FEEL = r"as needed|when(?:ever)? (?:it |this |that )?(?:seems|looks|appears|is thought) (?:to be )?\w+|as circumstances|seems? to have|when the moment|whenever|when (?:needed|necessary|appropriate|someone|somebody|there is time)|if (?:needed|necessary)|from time to time|now and then|on demand|(?:has|have|under|gets?) the impression|feels?\b|has capacity|quiet (?:week|day)|noticeabl\w+|visibl\w+|clearly|no longer satisf\w+|gone stale|occasionally|regularly|periodically"
GATE = r"\bbeats?\b|better than|challenger|\bgates?\b|[≥]=? ?[\d.,]+(?![\d.,]* ?(?:d|days?|weeks?|h)\b)|≥ ?(?:the )?champion|compare|must (?:pass|reach|be|not)|not worse|outperform|has to (?:reach|beat)|needs (?:prec|recall|wape|mae|f1|ndcg)|only if|ahead of|exceeds? the (?:current|champion)|lose to|\b[A-Z]{1,2}\d+ ?(?:[–-]|to|and) ?[A-Z]{1,2}\d+\b"
REPLACES = r"(?:replaces?|overwrit\w+|supersedes?|goes live|put in place|is (?:always )?(?:installed|deployed|used|pushed|shipped|rolled out|sent)|takes over|(?:pushed|shipped|rolled out|sent|goes) to (?:the )?(?:fleet|production|all|every))\b"
UP_TO_NOW = r"(?:training|window|data|rows|includes?|everything|set|cases|records|orders|frames|lists|all [a-z-]+)\b[^.;]{0,60}\b(?:up to|until|to|by|reach\w*|through|before)\b[^.;]{0,20}\b(?:(?:evening|night|day|eve)\b[^.;]{0,12}\b(?:before|of the run|prior)|yesterday|previous (?:day|evening|night)|the run\b|today|last night|the eve)|(?:newest|latest|freshest|most recent) (?!settled|matured|closed|labell?ed|confirmed|completed?|final)[a-z-]{3,}s\b(?! (?:with|whose|that))|(?:up to|until) (?:yesterday|today|the day of the run|the run itself)"


def policy(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "retraining_policy")
    if not said.text:
        return
    timed = said.has(RHYTHM)
    clauses = re.split(r"[.;]\s|\band also\b", said.text)
    by_feel = next(
        (c for c in clauses if re.search(BY_FEEL, c, re.IGNORECASE) and not re.search(r"\d", c)), None
    )
    vague = re.search(VAGUE, said.text.rstrip(".").lower()) and not said.has(r"\d")
    if (
        vague
        or (by_feel and not re.search(r"\bnot\b|\bnever\b|instead of", by_feel))
        or (not timed and not said.has(r"\d"))
    ):
        yield fail("C9.vague", "Retraining policy", said, "no schedule and no trigger a machine could check", "Give days, or a metric with its value.")  # fmt: skip
    loose = said.find(
        r"\b(?:scheduled|retrain(?:ed|ing|s)?|runs?) (?:regularly|periodically|occasionally|from time to time|as needed|when needed|(?:as|when(?:ever)?) the [\w ]{2,20}(?:permits?|allows?)|at (?:regular|suitable|appropriate|sensible) (?:intervals|times))\b(?!\W{0,3}(?:every|each|weekly|monthly|daily|quarterly|once))"
    )
    if loose and not vague:
        yield fail(
            "C9.vague", "Retraining policy", said, f"“{loose[0]}” is no schedule", "Give the days or weeks."
        )
    if not said.has(rf"scheduled|triggered|continuous|{RHYTHM}|manual"):
        yield fail("C9.schedule", "Retraining policy", said, "neither scheduled nor triggered nor continuous", "Say which.")  # fmt: skip
    felt = said.find(r"\b(?:when|if|once|whenever)\b[^.;,\d]{0,50}\b(?:noticeabl\w+|visibl\w+|markedly|clearly|perceptibl\w+)\b[^.;,\d]{0,40}(?=[.;,]|$)")  # fmt: skip
    if felt and not (vague or by_feel):
        yield fail("C9.no_trigger", "Retraining policy", said, f"“{felt[0][:60]}”: no number says when that is", "Name a monitored metric with its value and window.")  # fmt: skip
    yield from _numeric_trigger(d, said)
    yield from _level_and_gate(d, said)
    if said.has(
        r"data drift (?:alone )?(?:triggers|starts)|(?:triggered|retrain\w*) (?:by|on|when) [^.;]{0,30}(?:missing values|null (?:share|rate)|schema|broken feed|late data|outage)"
    ):
        yield fail("C9.wrong_cure", "Retraining policy", said, "a broken feed is learned instead of repaired", "Retrain on quality; repair feeds.")  # fmt: skip
    online = said.has(
        r"^\W*continuous|online learning|learns? (?:from|with) each|updated? (?:with|after|on) (?:each|every)|in place\b"
    )
    if online and not said.has(
        r"snapshot|roll ?back|previous (?:version|snapshot|weights)|checkpoint|restored"
    ):
        yield fail("C9.continuous", "Retraining policy", said, "continuous learning without a way back", "Keep snapshots and say how one returns.")  # fmt: skip


PROMISED = r"\btrigger\w*|\bon top\b|\badditional(?:ly)?\b|\bin addition\b|\bextra (?:run|training)|unscheduled|on drift|\bwhenever\b"
CONDITION = r"[<>≤≥]=? ?[±\S]{0,4}\d|\b(?:below|above|under|over|outside|exceed\w*|beyond|falls?|rises?|drops?|more than|less than|fewer than|by)\b[^.;\d]{0,24}±? ?\d[\d.,]*(?! ?(?:d|days?|weeks?|h|hours?|months?)\b)|\d ?(?:%|pp\b|points)"
NO_CONDITION = rf"{GATE}|champion|promot\w+|at most (?:one|once|\d)|(?:never|not|no) more (?:than|often)|maximum (?:one|once|\d)|back\b|restored|reinstated"
POINTS_TO = r"\b(?:monitor|alarm|alert|threshold)s?\b"


def _numeric_trigger(d: Document, said: Said) -> Iterator[Finding]:
    """A policy that promises a trigger gives its number, points to the monitor that has it, or a row named trigger does."""
    part = d.claims.part(PART).text
    clauses = re.split(r"[.;]\s|,? (?=but |no more |not more |at most (?:one|once)|never |maximum (?:one|once|\d))", re.sub(r"every \d+ \w+|\d+ (?:days?|weeks?) before|≥ ?\d+ ?(?:d|days?|weeks?)\b", "", said.text))  # fmt: skip
    others = [clause for clause in clauses if not re.search(NO_CONDITION, clause, re.IGNORECASE)]
    promised = next((m for clause in others if (m := re.search(PROMISED, clause, re.IGNORECASE))), None) or (
        None if said.has(RHYTHM) else next((m for clause in others if (m := re.search(r"\b(?:when|if)\b", clause, re.IGNORECASE))), None)
    )  # fmt: skip
    told = said.find(r"\btriggered (?:when|whenever|if|once|as soon as|by)\b((?:[^.;]|\.(?=\d))+)")
    bare = re.sub(r"\b(?:highest|top|best|upper|first|last) \d[\d.,]* ?%?", "", told[1]) if told else ""
    if told and not re.search(rf"{CONDITION}|[<>≤≥]|\d", bare, re.IGNORECASE) and not re.search(rf"{POINTS_TO}|\bgates?\b|\bhand\b|button|request", told[1], re.IGNORECASE) and not re.search(r"^\W*trigger[^\n]*\d", part, re.IGNORECASE | re.MULTILINE):  # fmt: skip
        yield fail("C9.no_trigger", "Retraining policy", said, f"“{told[1].strip()[:60]}”: no number says when that is", "Name a monitored metric with its value and window.")  # fmt: skip
        return
    if promised is None:
        return
    named = any(re.search(CONDITION, clause, re.IGNORECASE) or re.search(POINTS_TO, clause, re.IGNORECASE) for clause in others)  # fmt: skip
    if not named and not re.search(r"^\W*trigger[^\n]*\d", part, re.IGNORECASE | re.MULTILINE):
        yield fail("C9.no_trigger", "Retraining policy", said, f"“{promised[0]}” comes without a number", "Name a monitored metric with its value and window.")  # fmt: skip


def _level_and_gate(d: Document, said: Said) -> Iterator[Finding]:
    part = d.claims.part(PART).text
    own = "\n".join([said.text, *(line for line in part.splitlines() if re.search(r"challenger|champion|^\W*retrain", line, re.IGNORECASE))])  # fmt: skip
    if not re.search(
        r"automat|manual|approv|by hand|by a person|human|\bsigns?\b(?! test)|signed off|sign-?off|one click|by itself|started by|unattended|(?:promot|releas)\w* (?:by|after|only|through)|decides",
        own,
        re.IGNORECASE,
    ):
        yield fail("C9.automation", "Retraining policy", said, "no level of automation", "Say what runs by itself and who approves.")  # fmt: skip
    elif undecided := said.find(
        r"(?:by itself|by hand|automat\w+|manual\w*)[^.;]{0,60}\b(?:as the occasion|case by case|to be (?:decided|settled|agreed)|is (?:settled|decided|agreed) (?:as|when|later|then|from case))"
    ):
        yield fail("C9.automation", "Retraining policy", said, f"“{undecided[0][:60]}” is no level of automation", "Say what runs by itself and who approves.")  # fmt: skip
    ungated = said.has(
        r"\b(?:considers?|thinks?|finds?|judges?|believes?|feels?) (?:it|that it is|the new (?:one|version))[^.;]{0,24}\b(?:equal|better|good|ready)|replaces? (?:the )?(?:champion|current|old)[^.;,]{0,24}\b(?:as soon as|once|when) [^.;,]{0,30}\b(?:training|run|job)\b[^.;,]{0,24}\b(?:end(?:s|ed)|finish\w+|done|succe\w+|completed?)|(?:without|no)\b (?:a |any )?(?:comparison|comparing|check|gate|test|review|approval)|regardless\b|in any case(?! (?:on|every|each|at|by|once|in)\b)|whatever (?:it|the)|always (?:goes live|installed|deployed|used)"
    )
    replaced = any(re.search(REPLACES, c, re.IGNORECASE) and not re.search(rf"{GATE}|\bfallback|never|not\b|as soon as it", c, re.IGNORECASE) for c in re.split(r"[.;]\s", said.text))  # fmt: skip
    if ungated or not re.search(GATE, own, re.IGNORECASE) or (replaced and not said.has(GATE)):
        yield fail("C9.gate", "Retraining policy", said, "the new model needs to show nothing before it replaces the old one", "Say what it must beat, on which data.")  # fmt: skip


def mature_rows(d: Document) -> Iterator[Finding]:
    """Training rows end early enough for their labels to be final."""
    said = d.claims.row(PART, "retraining_policy")
    wait = d.stated.label_days or 0.0
    unripe = said.find(
        r"\b(?:without|no|open|unlabell?ed|unconfirmed)\b[^.;]{0,50}\bcount(?:s|ed)? as\b|label 0 (?:if|when|where)|treated as (?:negative|0|zero)s?\b|provisional labels"
    )
    if (
        wait >= 2
        and unripe
        and not re.search(r"\bnever\b|\bnot\b", said.text[max(0, unripe.start() - 20) : unripe.end()])
    ):
        yield fail("C9.label_delay", "Retraining policy", said, f"“{unripe[0][:70]}”: a label takes {wait:g} days", f"End the training data {wait:g} days before the run.")  # fmt: skip
        return
    if young := too_young(said.text, wait):
        yield fail("C9.label_delay", "Retraining policy", said, f"“{young}”: a label takes {wait:g} days", f"Train on rows at least {wait:g} days old.")  # fmt: skip
        return
    match = said.find(UP_TO_NOW)
    if wait >= 2 and match and not re.search(r"matur|final|complete|labelled|labeled", match[0], re.IGNORECASE) and not _counted_back(match[0], wait):  # fmt: skip
        yield fail("C9.label_delay", "Retraining policy", said, f"“{match[0][:70]}”: those rows have no final label, it takes {wait:g} days", f"End the training data {wait:g} days before the run.")  # fmt: skip


def _counted_back(words: str, wait: float) -> bool:
    """`ends 46 days before the run`: enough days are left out."""
    return any(n.days >= wait * 0.99 for n in numbers(re.split(r"\b(?:up to|until)\b", words)[-1]))


CHECK = TextCheck((policy, mature_rows), ((PART, "retraining_policy"),))
