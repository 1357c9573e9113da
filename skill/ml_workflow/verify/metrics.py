"""Metrics in a document's words: their names, and the values it ties to them with an operator."""

import re
from dataclasses import dataclass

from briefwright.skill.ml_workflow.verify.claims import Said

METRIC = (
    r"(?:pr-?auc|roc-?auc|average precision|auc|precision|recall|hit rate|(?:macro|micro|span|field-level micro|weighted)?[- ]?f1(?:-score)?|accuracy|"
    r"ndcg|mrr|map(?:[@ ]?\.?\d[\d.:]*)?|wape|s?mape|rmse|mae|mase|r2|r²|mcc|iou|bleu|rouge(?:-l)?|wer|cer|silhouette|sensitivity|specificity|pinball loss|log-?loss|brier(?: score)?|gini|qini|"
    r"perplexity|mean absolute error)"
)
NAMED = rf"(?<![\w-])({METRIC})(?![\w-])(?:\s?@\s?\d+(?!\d)|\s(?:at|in the top|for the top|of the top)(?: the)? \d[\d.,]*(?!\d)(?: ?[%kK])?(?: (?!of\b|is\b|or\b|and\b|at\b|below|above|on\b|in\b)[a-z]+(?: (?:a|per) day)?){{0,2}}|\sat (?:an?|the) (?:[a-z-]+ ){{1,3}}of \d[\d.,]* ?%?|\sat (?:an?|the) \d[\d.,]* ?% (?:[a-z-]+ ){{0,2}}(?:rate|share|budget|level|volume))?"
_TIME = (
    r"(?:days?|d|weeks?|wks?|hours?|h|minutes?|min|months?|quarters?|ms|s|seconds?|rows|runs|trials|items)\b"
)
_OF_DAYS = r"(?:(?:closed|graded|matured?|final|full|completed?|working|drop|settled|delivery) ){0,2}"
_SMALL = r"below|under|falls?|drops?|less than|at most|not above|not more than|no more than|loses|worse than|lower than|sinks"
_VALUE = re.compile(
    rf"{NAMED}(?!\s?@)(?P<mid>(?:[^\d≥≤<>=;·|\n]|\d+(?:[.,]\d+)?[- ]?{_OF_DAYS}{_TIME}){{0,60}}?)(?P<op>≥|>=|≤|<=|>|<|=)?\s*(?:[€$£]|EUR |USD |GBP )?(?<![A-Za-z]\+)(?<![A-Za-z])(?P<value>\d+(?:[.,]\d+)?)(?![\d.,]*\d)(?!-(?:day|week|month|year|hour|minute)s?\b)(?:\s?/\s?\d+(?:[.,]\d+)?)*\s?(?P<percent>%)?(?=(?P<after>[^;·|\n]{{0,24}}))",
    re.IGNORECASE,
)
_CUT = r" (?:at|with|for) (?:an? )?(?:confidence|score|probability|threshold|cut-?off)s? ?(?:of )?[≥>=]* ?\d[\d.]* ?%?(?! ?[<>≤≥])"
"""`precision at confidence ≥ 0.80`: which cases, no value of the metric."""
ERRORS = r"wape|s?mape|mae\b|rmse|mase|mean absolute error|pinball|log-?loss|brier|perplexity|wer\b|cer\b"


@dataclass(frozen=True)
class Value:
    """`recall at 1 % ≥ 0.50`: the bare metric, the operator as `>=` or `<=`, the value with percent as a share."""

    metric: str
    op: str
    value: float

    @property
    def is_error(self) -> bool:
        """Whether the metric is better when it is smaller."""
        return re.match(ERRORS, self.metric) is not None

    def looser_than(self, other: "Value") -> bool:
        return self.value > other.value * 1.0001 if self.is_error else self.value < other.value * 0.9999


def metric_values(said: Said) -> list[Value]:
    """Every value tied to a metric in a text, in order. A metric without an operator reads as ≥ its value."""
    found = []
    for match in _VALUE.finditer(
        re.sub(rf"(?: (?:at|for|à|bei|a))? ?\b[A-Z]\+\d+\b|{_CUT}", "", said.text, flags=re.IGNORECASE)
    ):  # `WAPE at D+3`: how far ahead
        unit = re.match(rf"\s?{_OF_DAYS}(?:{_TIME})", match["after"], re.IGNORECASE)
        error = re.match(ERRORS, match[1], re.IGNORECASE)
        if match["percent"] and re.match(r"\s?(?:[\w-]+ )?(?:confidence|interval|CI\b|bound|limit|bootstrap)", match["after"], re.IGNORECASE):  # fmt: skip
            continue  # `its 95 % interval`: how sure, no value of the metric
        if match["percent"] and re.search(
            r"\b(?:highest|top|best|upper|worst|lowest|first|last)\W*$", match["mid"], re.IGNORECASE
        ):
            continue  # `in the highest 2.5 %`: which cases, no value of the metric
        if re.match(r"\s?(?:of|out of) \d", match["after"]) and float(match["value"].replace(",", ".")) > 1:
            continue  # `78 of 155`: a count, no value of the metric
        if unit and not match["percent"] and not (error and match["op"]):
            continue  # `recall over 14 days …`: a window, no value
        if (
            re.search(r"\b(?:within|minus|drops? by|differ\w* by|by)\W*$", match["mid"], re.IGNORECASE)
            and not match["op"]
        ):
            continue  # `within 0.001`: a distance, no level
        value = float(match["value"].replace(",", ".")) / (100 if match["percent"] else 1)
        found.append(Value(_bare(match[1]), _operator(match), value))
    return found


def _bare(name: str) -> str:
    name = {"mean absolute error": "mae", "average precision": "pr-auc", "prauc": "pr-auc"}.get(name.lower().strip(), name.lower().strip())  # fmt: skip
    name = re.sub(r"^map\W?\.?\d.*", "map", name)
    return re.sub(r"^(?:field-level |span )?(micro|macro)?[- ]?f1.*", lambda m: "f1", name)


def _operator(match: re.Match[str]) -> str:
    if match["op"] in ("≤", "<=", "<"):
        return "<="
    if match["op"] in ("≥", ">=", ">") or re.search(
        r"\bnot (?:below|under|less than|lower than)\W*$", match["mid"], re.IGNORECASE
    ):
        return ">="
    after = re.match(r"\s*,? ?or (?:lower|less|below|fewer|under)", match["after"], re.IGNORECASE)
    return "<=" if after or re.search(_SMALL, match["mid"], re.IGNORECASE) else ">="


def metric_names(text: str) -> list[str]:
    """The bare metrics a text names, in order."""
    return [_bare(match[1]) for match in re.finditer(NAMED, spelled_out(text), re.IGNORECASE)]


def primary_metric(said: Said) -> str:
    """The metric a cell itself calls primary, as `primary: X` or `X (primary)`; "" when it calls none so."""
    text = spelled_out(said.text)
    match = re.search(rf"{NAMED}\W{{0,3}}\(?(?:is )?(?:the )?primary", text, re.IGNORECASE) or re.search(
        rf"primary[^.;\n]{{0,30}}?{NAMED}", text, re.IGNORECASE
    )
    return _bare(match[1]) if match else ""


_IN_FULL = tuple(
    (re.compile(words, re.IGNORECASE), name)
    for words, name in (
        (r"mean reciprocal rank", "MRR"),
        (r"(?:normali[sz]ed )?discounted cumulative gain", "NDCG"),
        (r"root[- ]mean[- ]squared? error", "RMSE"),
        (r"weighted (?:mean )?absolute percentage error", "WAPE"),
        (r"mean absolute percentage error", "MAPE"),
    )
)


def spelled_out(text: str) -> str:
    """`share of all rows the model gets right` is accuracy in other words, `area under the curve` is AUC."""
    text = re.sub(
        r"(?:share|percentage|fraction|proportion|part) of (?:all )?(?:(?:\w+ ){0,6}(?:gets?|got|is|are|was|were|be|been|said|predicted|classified|labell?ed) (?:right|correct(?:ly)?)\b|correct\b)(?: classified)?|correctly classified",
        "accuracy",
        text,
        flags=re.IGNORECASE,
    )
    for words, name in _IN_FULL:
        text = words.sub(name, text)
    text = re.sub(
        r"area under (?:the )?(?:precision[- ]recall|pr) curve", "pr-auc", text, flags=re.IGNORECASE
    )
    return re.sub(
        r"area under (?:the )?(?:roc |receiver operating characteristic |precision[- ]recall |pr )?curve",
        "auc",
        text,
        flags=re.IGNORECASE,
    )
