"""Check 3 over text: the eight things without which a run cannot be rebuilt."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.rules.c03_reproducible import BRANCH, MUTABLE
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail
from briefwright.skill.spec import Finding

PART = "experiment_tracking"
NEEDED = {
    "code_commit": (r"commit|\bsha\b|git hash|code version|revision of the code", "the code's commit"),
    "data_version": (r"checksums? of|(?:data|dataset|table|snapshot|extract|export|partition|corpus|object|[- ]set|manifest)s?[^.;,]{0,30}(?:version|id|hash|sha|digest|snapshot|checksum|date)|(?:object|file|table) versions?|snapshots?|dvc|commit of the data|lakefs|hash of (?:the )?[\w ]{0,24}(?:files?|data|tables?|extract)|hash(?:es)?(?: list)? of (?:the |each |every )?(?:image|audio|data|file|record|document)|sha-?256 (?:of|every|per|each)|(?:data|dataset|tables?) (?:sha|hash|checksum)|iceberg|delta version|sha-256 of", "an immutable data version"),
    "parameters": (r"param|config|settings", "the parameters"),
    "metrics": (r"metric|precision|recall|accuracy|auc|wape|\bmae\b|rmse|ndcg|gini|brier|rouge|bleu|acceptance|error|\bf1\b|\bmap\b|sensitivity|losses|scores?\b|results?\b|\b(?:for|on|of|per) (?:the )?train(?:ing)?[ ,/].{0,24}\btest\b", "the metrics"),
    "environment": (r"environment|image|docker|container|lock ?file|\.lock\b|lock hash|python version|pip freeze|requirements|conda|digest|dependenc", "the environment"),
    "artifacts": (r"artifact|model file|weights|binary|checkpoint|plots|adapter|fitted model|model files?|\bfiles?\b|onnx|\bfiles that came out|(?:^|, |; )(?:the )?model(?:,|;| and\b|$)|\(model\b", "the artifacts"),
    "seed": (r"seed|random[ _]state|\brng\b", "the random seed"),
    "split_definition": (r"split|(?:periods?|windows?|dates?)\b[\w ]{0,24} of each (?:set|part|window)|(?:period|window) (?:boundaries|bounds|limits|edges)|boundaries of (?:the )?(?:periods|windows)|first and last (?:day|night|week|date)|date windows|window dates|windows? dates|(?:per|of each|for each) window|list of \w+ per (?:window|set)|(?:the )?(?:three|two) (?:date |time )?(?:windows|periods|ranges)|cut[- ]?(?:off )?dates|dates of (?:the )?cut|samples? (?:windows?|definitions?)|dates of|dated bounds|(?:start|first|begin\w*) and (?:end|last)[- ]?(?:days?|dates?)?|list dates|train(?:ing)?[ /,].{0,40}(?:dates|window|period)|fold|(?:days?|dates?|periods?|windows?)\b[^.;]{0,24}\b(?:train|fit)\w*[^.;]{0,30}\btest", "the split's definition"),
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
    cell = re.sub(r"\b(?:no|never|not)\b[^;.]*", "", said.text, flags=re.IGNORECASE)
    if re.search(
        rf"{MUTABLE}|\bcurrent/|\(current\b|\bcurrent (?:main|state|table|data)|tags? `?(?:latest|stable|prod|production|release|main|newest)|:(?:latest|stable|prod|production|main|release|current|newest)\b|`latest`|\b(?:folder|directory|bucket|table|path|file)s?\b[^.;]{0, 24}\b(?:refreshed|overwritten|updated|replaced|rewritten) (?:by|with|at|in|on) (?:every|each)\b",
        cell,
        re.IGNORECASE,
    ):
        yield fail(
            "C3.mutable",
            "What's tracked",
            said,
            "something recorded can change under its name (latest, current)",
            "Record an id, a hash or a date.",
        )
    if re.search(
        rf"{BRANCH}|\bbranch `?(?:main|master|trunk|develop|dev|release|production)\b|\bon `?(?:main|master|trunk|develop)\b|whatever is on",
        cell,
        re.IGNORECASE,
    ):
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
    if re.search(CHANCE, re.split(r"\bcompar", said.text, flags=re.IGNORECASE)[0], re.IGNORECASE) and not re.search(r"not “?run|\bno “?`?run|never|instead of|no more", said.text, re.IGNORECASE):  # fmt: skip
        yield fail("C3.naming", "Organization", said, "runs are named by number or by chance", "Put at least two meaningful fields into the name.")  # fmt: skip
    elif (len(fields) == 1 and not example and re.search(r"nam\w+\W{0,4}[{<]", said.text)) or (
        len(fields) < 2 and not example and not said.has(r"nam(?:e|ed|ing)|called [\w ]+[–_-][\w ]+[–_-]")
    ):
        yield fail("C3.naming", "Organization", said, "no pattern for the names of runs", "Put at least two meaningful fields into the name.")  # fmt: skip
    if not re.search(r"compar|side by side|\bbeside\b|versus|\bvs\b|against|leaderboard|top (?:three|five|ten|\d+)|dashboard|\btable\b[^.;]{0,60}(?:champion|challenger|same)|report per|reviewed", said.text, re.IGNORECASE):  # fmt: skip
        rest = "\n".join(line for line in part.text.splitlines() if re.search(r"compar|side by side|leaderboard", line, re.IGNORECASE))  # fmt: skip
        if not rest:
            yield fail("C3.compare", "Organization", said, "no way to compare runs", "Say which report compares what, how often.")  # fmt: skip


CHANCE = r"run[_-]?\{|\brun[_-]\d+\b|auto(?:matic(?:ally)?)?[- ](?:generated|names)(?! (?:\w+ )?(?:report|table|dashboard))|(?<!-)\bdefaults?\b(?!-)|uuid|random (?:\w+ )?(?:names?|words)|named? freely|as chosen by|chosen by (?:the|each)|given by (?:mlflow|the tool)|\b(?:test|final|try|essai|prueba)[_-]?(?:final)?[_-]?\d\b|free text|whatever"


CHECK = TextCheck(
    (complete, immutable, naming), ((PART, "tool"), (PART, "whats_tracked"), (PART, "organization"))
)
