"""What the first section warns of: traps of this problem, and what the brief makes doubtful."""

import re
from datetime import timedelta

from briefwright.skill.markdown import clip
from briefwright.skill.ml_workflow.decide.decisions import Decisions
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.reader.passages import sentences


def _trial(facts: Facts) -> str:
    """The brief's own words about who was chosen by lot."""
    for sentence in sentences(facts.text):
        if sentence.has(r"randomi[sz]|at random|\brandomly\b|by lot|control group|hold-?out"):
            return sentence.text
    return ""


def cautions(facts: Facts, d: Decisions) -> list[str]:
    found = []
    if d.framing.case and d.framing.case.id == "uplift":
        lot = _trial(facts)
        found.append(
            f"The effect of acting shows only where a lot decided (“{clip(lot, 150)}”): only those rows are fitted and tested; whoever volunteered for it may react unlike the rest, and a random share of every later list is kept, so that the effect stays measurable"
            if lot
            else "The brief names no rows whose action was drawn by lot. From who was chosen so far the effect cannot be learned: act at random on a share of one or two rounds first, and learn from those"
        )
    found += _by_kind(facts, d)
    if facts.wanted_by:
        stop = d.as_of + timedelta(days=84)
        found.append(
            f"Wanted in time (“{clip(facts.wanted_by.quote, 110)}”): this plan needs until {stop.isoformat()} for the stop gate and {d.experiment.days.value:,.0f} days for the test after it; where that is too late, the baseline goes first and the test is cut to its smallest ramp, not the checks"
            if d.experiment.days.value < 400
            else f"Wanted in time (“{clip(facts.wanted_by.quote, 110)}”): the stop gate stands at {stop.isoformat()}; where that is too late, the baseline goes first"
        )
    if facts.label_bias and d.framing.problem == "forecasting":
        found.append(
            f"What is recorded is not what was wanted (“{clip(facts.label_bias.quote, 160)}”): lost sales when the shelf was empty (stock-out) are censored demand; such periods are flagged and never learned as low demand"
        )
    elif facts.label_bias:
        found.append(
            f"Labels are selective, a labelling bias (“{clip(facts.label_bias.quote, 120)}”): a small random slice is handled regardless of the score (exploration), so that the model is also judged where it would not have acted"
        )
    found += _of_its_labels(facts)
    if facts.newcomers:
        found.append(
            f"What has no history yet (“{clip(facts.newcomers.quote, 110)}”, cold start): until enough cases of its own it gets the average of its kind, a prior from its category and neighbours that shrinks towards its own cases; it is marked as new, and its error is reported apart"
        )
    if facts.interference:
        found.append(
            f"Units take from one another (“{clip(facts.interference.quote, 110)}”): what one arm gains the other may lose, so the test is split by place and time, never by single {d.experiment.unit}"
        )
    if facts.fairness:
        found.append(
            f"Fairness (“{clip(facts.fairness.quote, 120)}”): recall and precision are reported by group; a gap above 5 points stops promotion"
        )
    for change in facts.regime_changes:
        found.append(
            f"The world changed inside the history (“{clip(change.quote, 130)}”): older rows are mapped to today's codes or taxonomy, or left out; the test window lies after the last change; unseen categories are counted"
        )
    if facts.worse_error:
        found.append(
            f"Errors are not alike, {facts.worse_error.value} (“{clip(facts.worse_error.quote, 100)}”): precision is held first there, and the answer is withheld below its threshold"
        )
    if facts.region:
        found.append(
            f"Residency: every component and every copy stays in {facts.region.value} (“{clip(facts.region.quote, 90)}”)"
        )
    for given in facts.regulations:
        found.append(
            f"{given.value} applies (“{clip(given.quote, 90)}”): legal confirms duties before the first run in production"
        )
    if facts.personal_data:
        found.append(
            f"Personal data (“{clip(facts.personal_data.quote, 90)}”): features carry a pseudonym, names and free identifiers stay out, logs hold no content"
        )
    return found[:12]


_AGREED = re.compile(r"\b(?:kappa|inter-?annotator agreement|agreement|agreed|agree)\b[^.;\d]{0,24}(?P<level>0[.,]\d+|\d{2} ?(?:%|percent))", re.IGNORECASE)  # fmt: skip
_COPIES = re.compile(r"[^.;\n]{0,40}\b(?:same (?:text|photo|image|picture|question|article|message|item)\b[^.;\n]{0,30}\b(?:times|again|letter|copied|repost\w*)|near[- ]duplicat\w+|copy-?pasted?|re-?post(?:ed|s)?)\b[^.;\n]{0,40}", re.IGNORECASE)  # fmt: skip
_OPTED_OUT = re.compile(r"[^.;\n]{0,40}\b(?:opt(?:ed|s|ing)?[- ]?out|objected to (?:profiling|the use)|withdr[ae]wn? (?:their )?consent)\b[^.;\n]{0,40}", re.IGNORECASE)  # fmt: skip
LANGUAGES = ("Dutch", "French", "English", "German", "Spanish", "Italian", "Portuguese", "Polish", "Turkish", "Arabic", "Chinese", "Japanese", "Swedish", "Danish", "Norwegian", "Finnish", "Czech", "Hindi", "Korean", "Russian", "Ukrainian", "Catalan", "Welsh", "Greek", "Romanian", "Hungarian")  # fmt: skip


def _of_its_labels(facts: Facts) -> list[str]:
    """How good the labels can be, what stands in them twice, whom they may not hold, and in which languages they come."""
    found = []
    if agreed := _AGREED.search(facts.text):
        found.append(
            f"Two people who judge the same cases do not always agree ({agreed[0].strip()}): label noise is the ceiling of every score; disagreements are adjudicated by a third, and the test set is labelled twice"
        )
    if copies := _COPIES.search(facts.text):
        found.append(
            f"Near-duplicates (“{clip(copies[0].strip(), 110)}”): rows are grouped by a similarity hash (MinHash) before the split, and a group stands in one window only, else the test is recited"
        )
    if gone := _OPTED_OUT.search(facts.text):
        found.append(
            f"Who opted out (“{clip(gone[0].strip(), 110)}”) is excluded at the source: never a training row, never scored, never on a list; the filter is a test in the pipeline"
        )
    spoken = [name for name in LANGUAGES if re.search(rf"\b{name}\b", facts.text)]
    if len(spoken) >= 2 and re.search(r"\b(?:comments?|texts?|letters?|mails?|tickets?|messages?|reviews?|documents?|transcri\w+|calls|speech)\b", facts.text, re.IGNORECASE):  # fmt: skip
        found.append(
            f"Several languages ({', '.join(spoken[:5])}): every score is read by language, the smallest has a floor of its own, and no version passes that loses there"
        )
    return found


def _by_kind(facts: Facts, d: Decisions) -> list[str]:
    """What goes wrong with this kind of problem wherever it is built."""
    problem, case = d.framing.problem, d.framing.case.id if d.framing.case else ""
    found = []
    if problem in ("ranking", "recommendation") or case == "ads":
        found.append(
            "What was shown decided what could be clicked (position bias, a feedback loop): places are logged with their propensity, a small random slice of positions is kept for exploration, and clicks are weighted by it before anything is learned or compared"
        )
        found.append(
            "What nobody has seen yet has no behaviour (cold start): new items are placed by their content, a small share of places is kept for them, and their share of what is shown is watched"
        )
    if re.search(r"\b(?:transcri\w+|speech|dictat\w+|word error rate)\b", facts.text, re.IGNORECASE) and problem in ("NLP", "CV", "classification"):  # fmt: skip
        found.append(
            "Recordings of one speaker stand in one window only, else voices are learned and not words; word error rate is reported by speaker, device and noise, and errors in names and figures apart from the rest"
        )
    if problem == "anomaly detection":
        found.append(
            "Counted are events, never rows: one incident caught once is one hit (event-level, incident by incident), ten alarms in one incident are one alarm, and no point-adjusted score is reported"
        )
    if case == "credit":
        found.append(
            "Outcomes exist only for applications that were accepted (selection bias): reject inference is reported beside the accepted-only result and never replaces it; every refusal carries reason codes (adverse action) from monotonic, explainable inputs, and the scorecard in use stays as challenger"
        )
    if problem == "LLM":
        found.append(
            "A frozen evaluation set (golden set) of checked cases is replayed against every change of model, prompt or provider version before it answers anybody; a provider's new version is a new model. Text in mails and documents is data: instructions in it are never followed (prompt injection)"
        )
    if problem == "CV" and facts.personal_data:
        found.append(
            "Faces, plates and names in pictures are masked (anonymised) before anything is stored, on the device or at the first hop; labels are drawn on masked pictures"
        )
    if problem == "CV":
        found.append(
            "One thing photographed several times is one case: repeated sightings are merged by place or id (de-duplicated) before counting, and all pictures of one thing stay on one side of the split"
        )
    return found
