"""Whether a brief asks for machine learning at all. A false no gives the user nothing, so doubt counts as yes."""

import re

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.language.gloss import Language
from briefwright.skill.ml_workflow.usecases import UPLIFT, UseCase

ML_WORDS = (
    r"machine[- ]learning|language model|\btranscri\w+|speech (?:model|recogni\w+|to text)|word error rate|\bML\b|data scientists?|early warning|\bA/B test|\bAI\b|predict\w*|forecast\w*|classif\w+|recommend\w*|\brank\w*|anomal\w+|\bscor(?:e|es|ing)\b|"
    r"\bmodels?\b(?! (?:train|car|kit|railway|plane))|\bAUC\b|precision|recall|\bLLM\b|fine-?tun\w+|embedding|neural|"
    r"regression(?! (?:suites?|tests?|testing|pipelines?|bugs?|builds?))|labels?|training data|features?\b|drift\b|detect\w*|chat ?bot|estimat\w+|churn|fraud|segmentation"
)
WEAK_WORDS = frozenset(
    [
        "model",
        "models",
        "drift",
        "score",
        "scores",
        "features",
        "feature",
        "labels",
        "label",
        "ranking",
        "estimate",
        "recommend",
    ]
)
DATA_WORDS = r"\bdata\b|recordings?|audio\b|readings|history|records|logs?\b|database|warehouse|tickets|documents|images|transactions|users|customers|events|sensors?"
# Whoever asks for one of these asks for learning from data, however short the brief.
ASKED = "|".join(
    [
        r"\b(?:rank|call|choose|target|select|invite|whom|which|who)\b[^.?!\n]{0,80}(?:" + UPLIFT + r")",
        r"\b(?:wants?|wish(?:es)?|needs?|would like|goal|aim|asked|should|must|how (?:can|could|do|would)|help us|please)\b[^.?!\n]{0,60}"
        r"\b(?:predict|forecast|classify|anticipate)\w*\s+(?:which|whether|who|how|when|if|the|each|every|our|their|next|future)\b",
        r"\b(?:ML|machine[- ]learning)\b (?:workflow|model|system|pipeline|solution|service)\b[^.?!\n]{0,60}\b(?:scor|predict|forecast|classif|detect|recommend|rank|fraud|churn|default|price)\w*",
        r"(?:^|[.!?:\n]\s*|\b(?:wants? to|needs? to|should we|please|help us) )(?:recommend|personali[sz]e|predict|forecast|classify|categori[sz]e|score|rank|transcribe|segment|cluster|tag|label)\s+(?!an? |me\b|us\b|it\b)\w+",
        r"\b(?:predict|forecast|classif|detect|estimat)\w*\s+(?:which|whether|who|how (?:much|many|long|likely)|when|if)\b",
        r"(?:^|[.!?:\n]\s*)(?:detect|identify|recogni[sz]e|find|count)\s+[^.?!\n]{3,60}\b(?:from|in|on)\s+(?:\w+ ){0,2}(?:photos?|images?|pictures|videos?|footage|audio|recordings|texts?|sensor\w*|transactions|logs|scans)\b",
        r"\b(?:we|i|they) (?:already |now |currently |also |would |will |have to |need to )?(?:predict|forecast|classify|recommend|estimate)\s+(?!that\b|it\b|an? (?:rise|increase|growth)\b)\w+",
        r"\b(?:classifiers?|recommender|object detection|re-?ranker|(?:text|image|intent|document|sentiment) classification)\b",
        r"\bwhich \w+(?: \w+){0,2} (?:will|should we show|should we (?:offer|recommend|call)|(?:is|are) (?:most |more )?likely)\b",
        r"\bhow (?:much|many) [^.?!\n]{0,60}\b(?:sell|need|arrive|come|order|use|consume)\b[^.?!\n]{0,40}\b(?:tomorrow|next|per (?:hour|day|week)|hour by hour|each (?:hour|day|week))",
        r"\b(?:sort|order|rank|prioriti[sz]e|arrange)\w*\b[^.?!\n]{0,40}\b(?:likelihood|probability|chance|propensity|risk)\b",
        r"\b(?:likelihood|probability|chance) (?:that|of)\b[^.?!\n]{3,80}",
        r"\bhow likely (?:is|are|it|you|they|we|he|she|an?|the|each|every|our)\b",
        r"\bfor (?:each|all|every one) of the (?:next|coming|following) (?:\d+|two|three|four|five|six|seven|ten|twelve|fourteen) (?:hours|days|weeks|months)\b",
        r"\b(?:wanted|needed?|need)\b[^.?!\n]{0,6}:[^.?!\n]{0,60}\b(?:\d+ (?:hours|days|weeks) ahead|for the next \d+ (?:hours|days|weeks))",
        r"\b(?:alarm|alert|warning|warn(?:ed)?|know)\b[^.?!\n]{0,30}\bbefore (?:they|it|he|she|an? \w+|the \w+) (?:fails?|breaks?|leaves?|churns?|cancels?|stops?|quits?)",
        r"\b(?:unusual|suspicious|fraudulent) (?:logins?|transactions?|payments?|claims?|behaviou?r|activity|orders?|readings?)\b",
        r"(?:^|\n)#[^\n]{0,80}\b(?:prediction|forecast(?:ing)?|classifi\w+|recommend\w+|detection|ranking|scoring|triage|estimation|soft sensor)\b",
        r"\b(?:for|to) (?:each|every) \w+ (?:a|an|its) (?:class|category|score|estimate|duration|price|rank|label|probability)\b",
        r"\b(?:want|need|wish|would like)\b[^.?!\n]{0,30}\b(?:a class|an estimate|a score|a probability|an expected \w+)\b",
        r"\b(?:dynamic pricing|dynamic prices|set (?:the )?prices [^.?!\n]{0,30}demand|entity resolution|record linkage|duplicate (?:customer |patient |product |client )?(?:records|entries|listings))\b",
    ]
)


OPERATIONS = r"terraform|\bmigrat\w+|cut-?over|node pools?|roll-?back points?|replication lag|regression (?:suite|tests?)|firmware|fail-?over|maintenance window|load balancers?|\bDNS\b|helm charts?|(?:postgres\w*|mysql|mongodb|oracle|kubernetes|python|java|windows) (?:\w+ )?\d+ to \d+|feature flags?|canary on|infrastructure as code|server move|data cent(?:re|er) move|switch-?over|patch(?:ing|es)\b"
MUCH_OPERATIONS = 4
"""So many different words of running systems, and none of learning, make a change of systems: `drift` is Terraform's there, `training` people's."""
SAID_OF_SYSTEMS = re.compile(r"detect\w*|a/b test|scor(?:e|es|ing)|regression|anomal\w+", re.IGNORECASE)
SYSTEMS_NAMED = 2
"""Whoever names two systems of a data platform asks for something that runs on it."""


def not_learning(text: str, case: UseCase | None, tongue: Language, systems: int = 0) -> Given[str] | None:
    """The first line of an English request that shows no sign of learning from data; None for every other.

    Words such as model, training, drift or serving alone prove nothing. One plain ML word does when data are there, and so
    does a known use, a device to run on or a way the result is scored.
    """
    if tongue != "en" and (len(text) > 400 or re.search(rf"{ML_WORDS}|{DATA_WORDS}", text, re.IGNORECASE)):
        return None  # a gloss misses words; only a short request without any sign is declined
    found = {match.lower() for match in re.findall(ML_WORDS, text, re.IGNORECASE)}
    strong = found - WEAK_WORDS - {"ml"}
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    operations = {match[0].lower() for match in re.finditer(OPERATIONS, text, re.IGNORECASE)}
    if len(operations) >= MUCH_OPERATIONS and all(SAID_OF_SYSTEMS.fullmatch(word) for word in strong):
        return Given("no machine-learning task", first[:160], 0)
    has_data = re.search(DATA_WORDS, text, re.IGNORECASE) is not None
    known_use = case is not None and (case.matches(text) >= 2 or has_data)
    scored = systems >= SYSTEMS_NAMED or re.search(r"\b(?:most|more) likely to \w+|\b0[.,]\d+ confidence|\d ?% confidence|\bthe label\b|scorecard|\blabels? (?:take|arrive|come)|language model|\bLLM\b|chat ?bot|neural network|deep learning|labell?ed|false (?:alarm|positive)s?|mean absolute error|jetson|training data", text, re.IGNORECASE)  # fmt: skip
    if (
        scored
        or re.search(ASKED, text, re.IGNORECASE)
        or len(strong) >= 2
        or (has_data and (strong or len(found - {"ml"}) >= 3))
        or (known_use and (found or has_data))
    ):
        return None
    return Given("no machine-learning task", first[:160], 0)
