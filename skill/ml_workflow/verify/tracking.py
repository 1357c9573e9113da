"""Check 3 over text: the eight things without which a run cannot be rebuilt."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.rules.c03_reproducible import BRANCH, MUTABLE
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail
from briefwright.skill.spec import Finding

PART = "experiment_tracking"
NEEDED = {
    "code_commit": (r"commit|\bsha\b|git hash|code version|revision of the code", "the code's commit"),
    "data_version": (r"(?:data|dataset|table|snapshot|extract|partition|corpus)[^.;,]{0,30}(?:version|id|hash|sha|digest|snapshot|checksum|date)|snapshots?|dvc|sha-?256 (?:of|every|per|each)|(?:data|dataset|tables?) (?:sha|hash|checksum)|iceberg|delta version|sha-256 of", "an immutable data version"),
    "parameters": (r"param|config|settings", "the parameters"),
    "metrics": (r"metric|precision|recall|accuracy|auc|wape|\bmae\b|rmse|ndcg|\bf1\b|\bmap\b|sensitivity|losses|scores?\b|results?\b", "the metrics"),
    "environment": (r"environment|image|docker|container|lock ?file|\.lock\b|lock hash|python version|pip freeze|requirements|conda|digest|dependenc", "the environment"),
    "artifacts": (r"artifact|model file|weights|binary|checkpoint|plots|adapter|fitted model|model files?|\bfiles that came out|\(model\b", "the artifacts"),
    "seed": (r"seed|random[ _]state|\brng\b", "the random seed"),
    "split_definition": (r"split|dates of|(?:start|first|begin\w*) and (?:end|last)[- ]?(?:days?|dates?)?|list dates|train(?:ing)?[ /,].{0,40}(?:dates|window|period)|fold|(?:days?|dates?|periods?|windows?)\b[^.;]{0,24}\b(?:train|fit)\w*[^.;]{0,30}\btest", "the split's definition"),
}  # fmt: skip


def complete(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "whats_tracked")
    if not said.text:
        return
    for rule, (pattern, name) in NEEDED.items():
        if not said.has(pattern):
            yield fail(f"C3.{rule}", "What's tracked", said, f"{name} is not recorded", f"Record {name}.")


def immutable(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "whats_tracked")
    cell = re.sub(r"\b(?:no|never|not)\b[^;.]*", "", said.text.split(" · ")[0], flags=re.IGNORECASE)
    if re.search(MUTABLE, cell, re.IGNORECASE):
        yield fail(
            "C3.mutable",
            "What's tracked",
            said,
            "something recorded can change under its name (latest, current)",
            "Record an id, a hash or a date.",
        )
    if re.search(BRANCH, cell, re.IGNORECASE):
        yield fail("C3.branch", "What's tracked", said, "a branch name moves", "Record the commit SHA.")


def naming(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "organization")
    if not said.text:
        return
    part = d.claims.part(PART)
    fields = set(re.findall(r"[{<]([a-z_ -]+)[}>]", said.text + part.text, re.IGNORECASE)) - {
        "n",
        "id",
        "number",
        "i",
    }
    example = re.search(r"\b\w{2,}[-_]\w{2,}[-_]\w{2,}", said.text)
    if re.search(
        r"\brun[_-]\d+\b|auto(?:matic(?:ally)?)?[- ](?:generated|names)|default names|uuid",
        said.text,
        re.IGNORECASE,
    ) and not re.search(r"not “?run|never|instead of", said.text, re.IGNORECASE):
        yield fail(
            "C3.naming",
            "Organization",
            said,
            "runs are named by number or by chance",
            "Put at least two meaningful fields into the name.",
        )
    elif len(fields) < 2 and not example and not said.has(r"nam(?:e|ed|ing)"):
        yield fail(
            "C3.naming",
            "Organization",
            said,
            "no pattern for the names of runs",
            "Put at least two meaningful fields into the name.",
        )
    if not re.search(
        r"compar|dashboard|report|table|versus|against|side by side|leaderboard", part.text, re.IGNORECASE
    ):
        yield fail(
            "C3.compare",
            "Organization",
            said,
            "no way to compare runs",
            "Say which report compares what, how often.",
        )


CHECK = TextCheck(
    (complete, immutable, naming), ((PART, "tool"), (PART, "whats_tracked"), (PART, "organization"))
)
