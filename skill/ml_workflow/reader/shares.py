"""The words that make a percentage a fact: how often the event is, the metric's levels, the effect of a test. Weights as in `roles.py`."""

from briefwright.skill.ml_workflow.reader.competing import Cue, Place, Role, always
from briefwright.skill.ml_workflow.reader.metric import METRIC_NOUN
from briefwright.skill.ml_workflow.reader.vocabulary import (
    ABOUT,
    EVENT,
    GUARD,
    OTHER_SHARE,
    RELATIVE,
    TODAY,
    WANT,
)


def _share(place: Place) -> bool:
    return place.number.unit == "%" and 0 < place.number.value < 100


SHARES: tuple[Role, ...] = (
    Role(
        "positive_rate",
        _share,
        (
            Cue(3, "clause", rf"\b(?:{EVENT})\b"),
            Cue(2, "after", r"\A (?:of (?:all |the |our |them|these|those|every)?|are|is|were|turn|end|get|have|do|will|never|actually)"),
            Cue(4, "clause", r"base rate|prevalence|positive (?:rate|class|share)|positives|class balance|imbalanc\w*|incidence|share of (?:positives|frauds?)"),
            Cue(2, "before", r"\b(?:rate|share|fraction|proportion|percentage)\b[^,.;]{0,30}$"),
            Cue(2, "after", r"\A \w+ (?:each|every|per|a|in any|within|in the) "),
            Cue(4, "after", r"\A of [^,.;]{3,60}\b(?:will|going to)\b"),
            Cue(-3, "after", rf"\A[^.;]{{0,40}}(?:{WANT})[^.;]{{0,20}}\d"),
            Cue(2, "before", r"\b(?:each|every|per) (?:month|week|year|quarter)\s*(?:about |some )?$"),
            Cue(2, "before", r"one [\w ]{0,24}in \w+ \($"),
            Cue(2, "clause", r"estimate\w*|suspect|we (?:think|believe|reckon)|as far as we know"),
            Cue(-4, "after", r"\A of (?:the |our )?traffic|\b(?:has|have) no\b|\A\s?(?:coupon|discount|voucher|off)\b|\A of (?:the |our )?(?:documents|photos|images|pictures|invoices) (?:are|is) (?:scans?|blurred|unreadable)"),
            Cue(1, "clause", r"historically|on average|in the (?:data|past|history)|typically|usually|about|roughly"),
            Cue(-4, "before", WANT + r"[^,.;]{0,30}$"),
            Cue(-3, "before", r"\b(?:by|um)\s+" + ABOUT + "$"),
            Cue(-4, "clause", OTHER_SHARE),
            Cue(-4, "clause", RELATIVE),
            Cue(-4, "clause", GUARD),
            Cue(-3, "clause", r"experiment|test group|control|a/b|holdout|pilot|treatment|treated|labell?ed by|label noise|mislabel\w*|disagree\w*|missing|sensor|historic\w* tags?"),
        ),
        lambda place: place.number.share,
        always("share"),
        enough=5,
    ),
    Role(
        "metric_baseline",
        _share,
        (
            Cue(3, "clause", TODAY),
            Cue(2, "after", rf"\A[^.;]{{0,40}}(?:{WANT})[^.;]{{0,20}}\d"),
            Cue(-4, "after", r"\A of [^,.;]{3,60}\b(?:will|going to)\b"),
            Cue(-5, "before", r"\bflat\s*$"),
            Cue(4, "before", r"\bbaseline(?: rate)?(?: of| is|:)?\s*" + ABOUT + r"$|\bfrom (?:today['’]s |currently |about )?" + ABOUT + "$"),
            Cue(2, "before", rf"{METRIC_NOUN}[^,.;]{{0,40}}$"),
            Cue(1, "after", rf"\A[^,.;]{{0,40}}{METRIC_NOUN}"),
            Cue(2, "after", rf"\A[^.;]{{0,60}}(?:{WANT}|\bto\b)"),
            Cue(-5, "before", WANT + r"[^,.;]{0,30}$"),
            Cue(-5, "before", r"\bto\s+" + ABOUT + "$"),
            Cue(-4, "clause", RELATIVE),
            Cue(-4, "clause", GUARD),
            Cue(-4, "clause", r"confidence|discount|overlap|power|significance|alpha|accuracy|quantile|cpu|gpu|traffic|pilot|of (?:our |the )?(?:revenue|turnover)|missing|labell?ed|uptime|availability|\berror of\b|(?:median|mean) error"),
        ),
        lambda place: place.number.share,
        always("share"),
        enough=5,
    ),
    Role(
        "metric_target",
        _share,
        (
            Cue(4, "before", WANT + r"[^,.;]{0,34}$"),
            Cue(4, "before", r"%[^%.;]{0,30}\bto\s+(?:under |below |at least |at most )?" + ABOUT + r"$|\b(?:down|up) to\s+" + ABOUT + "$"),
            Cue(-9, "after", r"\A\s?of [^.;]{3,60}\b(?:must|ha(?:s|ve) to|should|shall|needs? to)\b"),
            Cue(1, "sentence", TODAY),
            Cue(-5, "clause", r"relative|\brel\.?\b"),
            Cue(-5, "before", r"\bby\s+(?:at least |about )?" + ABOUT + r"$|(?:reduction|decrease|increase|drop|lift|uplift|improvement) of\s+" + ABOUT + "$"),
            Cue(-5, "after", r"\A\s?(?:fewer|less|more|reduction|decrease|increase|lift|drop|uplift|better|lower|higher|of (?:traffic|users|the users|visitors))\b"),
            Cue(-5, "clause", GUARD),
            Cue(-4, "clause", r"confidence|discount|power|significance|alpha|quantile|accuracy|availability|uptime|cpu|gpu|precision|recall"),
        ),
        lambda place: place.number.share,
        always("share"),
    ),
    Role(
        "mde_relative",
        _share,
        (
            Cue(5, "clause", r"\brelative(?:ly)?\b|\brel\.?(?=[\s),;]|$)"),
            Cue(3, "after", r"\A\s?(?:fewer|less|more|reduction|decrease|increase|lift|drop|uplift|better|lower|higher|improvement)\b"),
            Cue(3, "before", r"\bby\s+(?:at least |about )?" + ABOUT + r"$|(?:reduction|decrease|increase|drop|lift|uplift|improvement|effect|change|gain) of\s+(?:at least )?" + ABOUT + "$"),
            Cue(2, "sentence", r"experiment|\btest\b|a/b|trial|pilot|worth|detect|significan\w*|smallest|minimum|interest\w*|would (?:ship|justify|convince|pay)|matter|enough|count as"),
            Cue(2, "clause", WANT),
            Cue(-7, "clause", GUARD),
            Cue(-4, "clause", r"discount|confidence|power|accuracy|traffic|price|\bcpu\b|error|budget"),
        ),
        lambda place: place.number.share,
        always("share"),
        enough=5,
    ),
    Role(
        "mde_absolute",
        lambda place: place.number.unit == "pp",
        (
            Cue(4, "clause", r"."),
            Cue(2, "sentence", r"experiment|\btest\b|a/b|trial|pilot|worth|detect|smallest|minimum|interest\w*|would|matter|enough|want|goal|target|aim|drop|lift|gain|reduc\w*|improv\w*|lower|raise|increase"),
            Cue(-7, "clause", GUARD),
        ),
        lambda place: place.number.share,
        always("pp"),
        enough=5,
    ),
    Role(
        "exposed_share",
        _share,
        (
            Cue(4, "clause", r"of (?:the |our )?(?:traffic|users|visitors|sessions|requests|customers|calls|flows?|subscribers|members)|expos\w*|test group|treatment (?:group|arm)|hold-?out|experiment|a/b|pilot"),
            Cue(3, "sentence", r"expose|experiment|a/b|\btest\b|\bpilot\b|randomi[sz]\w*|trial|roll[- ]?out|canary"),
            Cue(-5, "clause", rf"{RELATIVE}|power|alpha|accuracy|significance|confidence|\b(?:{EVENT})\b|{TODAY}"),
        ),
        lambda place: place.number.share,
        always("share"),
        enough=7,
    ),
    Role(
        "a limit",
        lambda place: place.number.unit in ("%", "pp"),
        (Cue(6, "clause", GUARD), Cue(2, "before", r"(?:more|less|below|above|under|over|than|exceed)\s+" + ABOUT + "$")),
        lambda place: place.number.share,
        always("share"),
        enough=5,
    ),
    Role(
        "a quality of the model",
        lambda place: place.number.unit in ("%", ""),
        (Cue(7, "clause", r"accuracy|\bauc\b|\bf1\b|precision|recall|sensitivity|specificity|n?rmse|\bmae\b|\bs?m?ape\b|\bwape\b|confidence|ndcg|\br2\b|power|alpha|significance|availability|uptime|interval coverage|\berrors?\b|r-squared"),),
        lambda place: place.number.share,
        always("share"),
        enough=6,
    ),
)  # fmt: skip
