"""Tools a document names: gone, doubtful, refused by the brief, hosted where data may not leave, or argued for but not chosen."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.register import Tool, named_in
from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail, warn
from briefwright.skill.spec import Finding

CHOICES = (
    ("experiment_tracking", "tool"), ("feature_engineering", "feature_store"), ("training_pipeline", "training"),
    ("training_pipeline", "tuning"), ("training_pipeline", "registry"), ("model_serving", "serving_mode"),
    ("monitoring_and_drift", "data_drift"), ("monitoring_and_drift", "model_drift"),
    ("monitoring_and_drift", "concept_drift"), ("monitoring_and_drift", "operational"),
)  # fmt: skip
DENIED = r"\bnot\b|\bno\b|rejected|instead|discontinued|shut down|ended|never|avoid|rather than|blocked|closed|archived|maintenance|replaces?|replaced|deprecated|former|moved away|was used|until 20\d\d|sunset|stale|considered|looked at|ruled out|turned down|dropped|excluded|out of the question|such as|would (?:need|have|cost|mean|require|take)"
HOSTED = r"(?<!self-)(?<!self )\b(?:cloud|hosted(?! on (?:the |our |its )?(?:\w+[’\']s )?(?:own|premises|cluster|server))|saas|managed|workspace|seats|team plan)\b"


def tools(d: Document) -> Iterator[Finding]:
    """A tool a cell chooses, and a tool that is gone anywhere else in the document."""
    refused = {given.value.lower() for given in d.facts.tools_refused} if d.facts else set()
    for part, label in CHOICES:
        said = d.claims.row(part, label)
        for tool, at in named_in(said.text):
            cell = said.text.rfind(" · ", 0, at) + 1
            around = said.text[max(cell, at - 50) : at + len(tool.name) + 60].split(" · ")[0]
            if not re.search(DENIED, around, re.IGNORECASE):
                yield from _chosen(d, tool, label, said, around, refused)
    yield from _gone_elsewhere(d)


def _chosen(
    d: Document, tool: Tool, label: str, said: Said, around: str, refused: set[str]
) -> Iterator[Finding]:
    if tool.flag == "blocked":
        yield fail("X.discontinued", label, said, f"{tool.name}: {tool.status}", f"Choose {tool.substitute or 'another tool'}.")  # fmt: skip
    elif tool.flag == "caution":
        yield warn("X.caution", label, said, f"{tool.name}: {tool.status}", "Say why it is worth the risk.")
    if tool.name.lower() in refused:
        yield fail("X.forbidden", label, said, f"the brief refuses {tool.name}", "Choose another tool.")
    inside = re.search(
        r"self-?hosted|by ourselves|in[- ]house|\bown (?:servers?|cluster|premises)|on[- ]prem",
        around,
        re.IGNORECASE,
    )
    hosted = "self" not in tool.hosting_kinds or (re.search(HOSTED, around, re.IGNORECASE) and not inside) or _usually_hosted(tool, around)  # fmt: skip
    if d.stated.inside and hosted:
        yield fail("X.saas", label, said, f"{tool.name} is hosted; “{d.stated.inside[:70]}”", "Choose a self-hosted tool.")  # fmt: skip


def _usually_hosted(tool: Tool, around: str) -> bool:
    """Weights & Biases and Comet are services unless the cell says that they are run in house."""
    return tool.name in ("Weights & Biases", "Comet") and not re.search(r"self|own|on-prem|in house|server|local|cluster", around, re.IGNORECASE)  # fmt: skip


def _gone_elsewhere(d: Document) -> Iterator[Finding]:
    """A tool that no longer exists, in any line that neither rejects nor explains it."""
    seen = {d.claims.row(part, label).line for part, label in CHOICES}
    lines = d.claims.text.splitlines()
    for n, line in enumerate(lines, 1):
        if n in seen:
            continue
        for tool, at in named_in(line):
            around = line[max(0, at - 90) : at + len(tool.name) + 110]
            if line.count("“", 0, at) > line.count("”", 0, at):
                continue  # somebody else's words, quoted
            if tool.flag == "blocked" and not re.search(DENIED, around, re.IGNORECASE) and not _in_column_of_rejected(lines, n, line, at):  # fmt: skip
                yield fail("X.discontinued", "document", Said(line, n), f"{tool.name}: {tool.status}", f"Choose {tool.substitute or 'another tool'}.")  # fmt: skip


def _in_column_of_rejected(lines: list[str], n: int, line: str, at: int) -> bool:
    """Whether the place in a table row stands under a heading such as `Rejected` or `Alternatives`."""
    if not line.lstrip().startswith("|"):
        return False
    top = n - 1
    while top > 0 and lines[top - 1].lstrip().startswith("|"):
        top -= 1
    columns, place = lines[top].strip().strip("|").split("|"), line[:at].count("|") - 1
    return 0 <= place < len(columns) and re.search(r"reject|alternativ|instead|status|not chosen", columns[place], re.IGNORECASE) is not None  # fmt: skip


def rationale(d: Document) -> Iterator[Finding]:
    """A reason that argues for another tool than the one chosen beside it."""
    for part, label in CHOICES:
        said = d.claims.row(part, label)
        cells = said.text.split(" · ")
        if len(cells) < 2:
            continue
        chosen = {tool.name for tool, _ in named_in(cells[0])}
        argued = {tool.name for tool, at in named_in(cells[-1]) if not re.search(rf"{DENIED}|unlike|than\b|looked at|considered|evaluated|beside|with\b|and\b", cells[-1][max(0, at - 40) : at + 60], re.IGNORECASE)}  # fmt: skip
        argued |= {tool.name for tool, at in named_in(cells[-1]) if at < 3 and re.search(r"\b(?:is|has|was|includes|offers|keeps)\b", cells[-1][at : at + 40]) and not re.search(DENIED, cells[-1][at : at + 60], re.IGNORECASE)}  # fmt: skip
        if (
            chosen
            and argued
            and not (chosen & {tool.name for tool, _ in named_in(cells[-1])})
            and label == "tool"
        ):
            yield fail("X.rationale", label, said, f"chooses {', '.join(sorted(chosen))}, the reason speaks for {', '.join(sorted(argued))}", "Make choice and reason speak of one tool.")  # fmt: skip
