"""Check 5 over text: the registry, and what stands between a version and production."""

import re
from collections.abc import Iterator
from functools import lru_cache

from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail
from briefwright.skill.numbers import numbers
from briefwright.skill.spec import Finding

PART = "training_pipeline"
STAGES = {
    "dev": r"(?:\b|[-_@])dev\w*|\bdraft\b|\blab\b|candidate|experiment",
    "staging": r"stag\w*|[-_@]validation\b|\bacceptance\b|\buat\b|(?:\b|[-_@])stg\b|pre-?prod|shadow|challenger",
    "production": r"prod\w*|(?:\b|[-_@])prd\b|champion|\blive\b",
}
SKIPS = r"(?:straight|direct(?:ly)?) (?:out of |from )dev\w*|without (?:waiting for |passing )?(?:the )?(?:staging|pre-?prod\w*)|tagged `?dev`?[^.;|]{0,60}tagged `?prod\w*`?|(?:dev\w*|candidate) (?:to|→|->) `?prod|prod\w* (?:the same day|at once|immediately|directly)|(?:direct(?:ly)?|straight) (?:to|into|from) (?:dev\w* (?:to|→) )?prod|skip\w* staging|(?:dev\w*|experiment) ?(?:→|->) ?`?prod|no (?:stop|stage|step|stages|steps) in between|live (?:the same (?:day|evening)|immediately|at once)"
APPROVES = r"approv|thumbs[- ]?up|\bnod\b|go-?ahead|\bokays?\b|green light|\bagreement of\b|countersign|who did not train|\bthe owner of|checked by|releas\w+ by|;\s*(?:the )?(?:[\w-]+ ){0,3}(?:manager|lead|head|director|owner|officer|board|committee)\b|\bhead of \w+|sign(?:s|ed)?[- ]?off|\bsign(?:s|ed|ature)?\b|reviewers?\b|releases? it|consents?|authori[sz]|agrees|accepted by|veto|decides|reviewed by|four[- ]eyes|second (?:analyst|engineer|person)|automatic gate|promoted by"
AUTHOR = r"(?:\bauthor\b|\b(?:in charge of|responsible for|behind) the (?:training )?run\b|\btrainer\b|same (?:person|engineer|data scientist|analyst)|(?:engineer|scientist|person|analyst|one|colleague|developer|somebody|someone) who (?:has |had |also )?(?:trained|built|wrote|started|ran|launched|logged|submitted|made|produced)|(?:whoever|whichever of (?:us|them|the \w+)) (?:has |had )?(?:trained|built|wrote|started|ran|launched|logged|submitted|made|produced)|(?:engineer|person|one|scientist|analyst|developer) that (?:trained|built|wrote)|(?:who|that) (?:has |had )?(?:fitted|fit|tuned|developed|coded|did the training|ran the training|built) ?(?:it|them|the (?:model|run|adapter|candidate|version)|run)?|who (?:has )?trained (?:it|the (?:model|run|adapter))|(?:engineer|scientist|developer|creator|builder) of the (?:candidate|model|run|version)|(?:engineer|scientist|analyst|developer|person) (?:responsible for|behind|in charge of) (?:the |this |that )?(?:candidate|model|(?:training )?run|training|version))"
SELF = rf"(?:releases?d?|sign\w*|approv\w*)[^.;|]{{0,44}}\bwho (?:has )?(?:trained|fitted|built) (?:it|them|the)\b|{AUTHOR}[^.;|]{{0,45}}\b(?:approves|promotes|signs|presses|releases|ticks|moves it)\b|(?:approved|promoted|signed off|decided) by (?:the |its |his |her |their )?(?:\w+ )?{AUTHOR}|self-?approv\w*\b(?! (?:is|are|was)? ?(?:blocked|impossible|forbidden|disabled|not|ruled))"
WAY_BACK = r"roll(?:ed)?[- ]?back|way back|(?:previous|prior|last|preceding|old) (?:version|champion|alias|model|adapter|image|tag|release|build|weights|artifact|file|digest)|revert|\breturn(?:s|ing)?\b|\bback(?: to|:)|restor\w+|undo|move (?:the )?alias|role swap|moving one alias|switch\w* back|version before|going back|former (?:version|model|network)|pointing [\w @`]{0,24}(?:alias|back|former|previous)|put back|set back"
NOBODY = r"approver\W{0,3}(?:none|nobody|no one|n/a|-)\b|promotes? every|(?:ci|pipeline|job) (?:promotes|releases|deploys) (?:every|each|all|any)"
NO_WAY_BACK = r"(?:roll ?back|way back|return)\W{0,3}(?:is |path )?(?:not (?:needed|planned|foreseen|necessary)|none\b|n/a)|\bno (?:\w+ ){1,2}(?:rollback|way back)|(?:previous|old|prior|preceding|earlier) (?:versions?|models?|builds?|adapters?)\b[^.;|]{0,24}\b(?:deleted|removed|discarded|purged|overwritten|not kept)|\bno (?:rollback|way back|return|reverting)\b|fix forward|(?:cannot|can not|never) be rolled back|without (?:a )?(?:rollback|way back)"
MLFLOW_STAGES = r"stage ?= ?[\"\']?(?:staging|production)|stages api|transition_model_version_stage|mlflow (?:registry )?stages?\b|stages? (?:staging|production) (?:in|of) (?:the )?mlflow"


SHORTCUT = r"\b(?:may|can|might|is allowed to|will) (?:\w+ ){0,2}(?:move|go|jump|pass|be (?:taken|moved|put|shipped|brought|promoted))\w* from dev\w* (?:in)?to prod"


def registry(d: Document) -> Iterator[Finding]:
    """The row is judged by its own words; the rest of the part speaks only for what the row leaves unsaid."""
    said = d.claims.row(PART, "registry")
    if not said.text:
        return
    row, part = _named_author(said.text.lower())[1], d.claims.part(PART).text.lower()
    chained = re.search(r"→|->", row) and sum(re.search(p, row) is not None for p in STAGES.values()) >= 2
    stages = row if chained else f"{row} {part}"
    if missing := [name for name, pattern in STAGES.items() if not re.search(pattern, stages)]:
        yield fail(
            "C5.stages",
            "Registry",
            said,
            f"no stage {', '.join(missing)}",
            "Name dev, staging and production.",
        )
    steps = "\n".join(
        [row, *(line for line in part.splitlines() if re.match(r"\W*(?:\d+\W+)?dev\w* ?(?:→|->|to)\W", line))]
    )
    shortcut = next((said for said in re.split(r"[.;\n]", part) if re.search(SHORTCUT, said)), "")
    if (
        re.search(SKIPS, steps) or (shortcut and not re.search(r"\b(?:never|not|no)\b", shortcut))
    ) and not re.search(
        r"never (?:direct|straight)|\bno (?:direct|straight|short)|\bnot (?:direct|straight)", row
    ):
        yield fail(
            "C5.skip_staging",
            "Registry",
            said,
            "production is reached without staging",
            "Reach production only through staging.",
        )
    approval = row if re.search(rf"{APPROVES}|{SELF}", row) else part
    if not re.search(rf"{APPROVES}|{SELF}", approval):
        yield fail("C5.approver", "Registry", said, "nobody approves", "Name a role other than the author.")
    elif re.search(NOBODY, row):
        yield fail(
            "C5.approver", "Registry", said, "no person approves", "Name a role other than the author."
        )
    elif re.search(SELF, approval) and not re.search(
        rf"{AUTHOR}[^.;|]{{0,30}}never|never[^.;|]{{0,20}}{AUTHOR}", approval
    ):
        yield fail(
            "C5.self",
            "Registry",
            said,
            "the author approves their own work",
            "Name a role other than the author.",
        )
    if (
        re.search(NO_WAY_BACK, row)
        or re.search(
            r"(?:previous|old|former|prior) (?:version|model|build)\b[^.;|]{0,16}\b(?:is|are|gets?) (?:deleted|removed|discarded|overwritten|purged)\b(?! (?:after|only))",
            part,
        )
        or not re.search(WAY_BACK, f"{row} {part}")
    ):
        yield fail("C5.rollback", "Registry", said, "no way back", "Say how the previous version returns.")
    if re.search(MLFLOW_STAGES, f"{row} {part}") and not re.search(
        r"deprecated|not used|instead of|no longer", f"{row} {part}"
    ):
        yield fail(
            "C5.mlflow_stages",
            "Registry",
            said,
            "MLflow's registry stages are deprecated since 2.9",
            "Use aliases, or one registered model per environment.",
        )
    if not _gates(said, d.claims.part(PART).text):
        yield fail(
            "C5.gate", "Registry", said, "no numeric gate for a promotion", "Give metric, operator and value."
        )


AUTHOR_IS = re.compile(
    r"\bauthor(?:s)? ?(?:is|are|=|:)(?: the| our| a)? (?P<role>[^\W\d_][\w /-]{1,40}?)(?= and\b| who\b| which\b|[.;,)·|]|$)",
    re.IGNORECASE,
)


def _named_author(words: str) -> tuple[str, str]:
    """(who the words say the author is, the words without that): `the author is the data scientist` approves nothing."""
    match = AUTHOR_IS.search(words)
    return (match["role"].strip().lower(), words.replace(match[0], "")) if match else ("", words)


TRANSITION = r"(?P<staging>(?:dev\w*|candidate|experiment)[^\n.;|·]{0,24}?(?:→|->)\s*[`*@]*(?:stag\w*|stg\b|pre-?prod\w*)|(?:^|[·;.]\s)(?:→|->)\s*[`*@]*(?:stag\w*|stg\b)|\bto staging\b|\bdev\w* for staging\b|into staging\b)|(?P<production>(?:stag\w*|stg\b|pre-?prod\w*)[^\n.;|·]{0,24}?(?:→|->|\bto\b)\s*[`*@]*(?:prod\w*|prd\b|live)|(?:^|[·;.]\s)(?:→|->)\s*[`*@]*prod\w*|\b(?:to|into) production\b|staging for production\b)"
NUMERIC = r"[≥≤<>]=?\s?\S{0,3}\d|\d+(?:[.,]\d+)? ?%|(?:at least|at most|above|below|under|not worse than)\s+\S{0,12}\d|\d+ (?:of|out of) \d+|0\.\d+"


_WRITTEN_BY = re.compile(
    r"\b(?:[Aa]uthors?|[Ww]ritten|[Pp]repared|[Mm]emo|[Dd]esigned|[Dd]rafted)\b[ *_]*(?:by|:)[ *_]*(?:Dr\.? )?(?P<name>[A-ZÀ-Ž][\w’'-]+(?: (?:[A-Z]\.|[A-ZÀ-Ž][\w’'-]+|van|de|der|von|da|di)){1,4})"
)


def signed_by_its_writer(d: Document) -> Iterator[Finding]:
    """Whoever the head of the document names as its author signs for production."""
    head = re.split(r"^##\s", d.claims.text, maxsplit=1, flags=re.MULTILINE)[0]
    said = d.claims.row(PART, "registry")
    for match in _WRITTEN_BY.finditer(head):
        name = match["name"].strip()
        steps = [line for line in d.claims.part(PART).text.splitlines() if re.search(r"(?:→|->|\bto) ?`?(?:stag|prod)", line, re.IGNORECASE) and " · " in line and line not in said.text]  # fmt: skip
        in_table = any(name in line for line in steps)
        if in_table or re.search(rf"(?:approv\w*|sign\w*|decid\w*|releas\w*)[^.;|]{{0,30}}\b{re.escape(name)}\b|\b{re.escape(name)} (?:approves|signs|decides|releases)", said.text):  # fmt: skip
            yield fail("C5.self", "Registry", said, f"{name} wrote the design and signs for it", "Name somebody other than the author.")  # fmt: skip


def transitions(d: Document) -> Iterator[Finding]:
    """Each step towards production has its own numeric gate, and nobody signs their own work."""
    said = d.claims.row(PART, "registry")
    told = list(promotions(d))
    listed = re.search(r"^\W*[A-Z]{1,2}\d+\b[^\n]*\d", d.claims.part(PART).text, re.MULTILINE)
    for name in dict.fromkeys(name for name, _ in told):
        words = " ; ".join(words for stage, words in told if stage == name)
        elsewhere = (
            listed
            and re.search(r"\b[A-Z]{1,2}\d|gates?\b", words)
            and not re.search(r"^\W*[A-Z]{1,2}\d+ ·", words)
        )
        if not re.search(NUMERIC, words) and not elsewhere:
            yield fail("C5.gate", "Registry", said, f"no numeric gate to {name}: “{words.strip()[:60]}”", "Give metric, operator and value.")  # fmt: skip
    for name, named in told:
        role, words = _named_author(named)
        if role and re.search(rf"(?:approv\w*|sign\w*|releas\w*|decid\w*)(?: off)?(?: by)?(?: the| our)?:? {re.escape(role)}\b", words, re.IGNORECASE):  # fmt: skip
            yield fail("C5.self", "Registry", said, f"{role} is the author and approves the step to {name}", "Name a role other than the author.")  # fmt: skip
        author = re.search(AUTHOR, words, re.IGNORECASE)
        if author and not re.search(r"\bnot\b|n['’]t\b|neither|nor\b|none|blocked|impossible|forbidden|disabled|never|nobody|other than|except|different|second|barred|excluded|may not|cannot|does not|did not|has not", words[max(0, author.start() - 40) : author.end() + 24], re.IGNORECASE):  # fmt: skip
            yield fail("C5.self", "Registry", said, f"“{author[0]}” approves the step to {name}", "Name a role other than the author.")  # fmt: skip


APPROVER = rf"{APPROVES}|(?:never|not|other than) (?:the |its )?author|\b(?:manager|lead|head|director|owner|officer|engineer|scientist|analyst|developer|partner|lawyer|board|committee|chief|vp|cto|doctor|grower|buyer|editor|steward|supervisor|controller|colleague|person|team|reader|physician|nurse|clerk|department)s?\b"


def signatures(d: Document) -> Iterator[Finding]:
    """Where one step names who approves it, the other does too; a step that is not described at all is none."""
    said = d.claims.row(PART, "registry")
    told = list(promotions(d))
    steps = {name: " ".join(words for other, words in told if other == name) for name, _ in told}
    column = re.search(r"^[^\n]* · \W*(?:approv\w*|decid\w*|decision|sign\w*|released? by|who\b[^·\n]*)\W*$", d.claims.part(PART).text, re.IGNORECASE | re.MULTILINE)  # fmt: skip
    signed = {name: column is not None or re.search(APPROVER, words, re.IGNORECASE) is not None for name, words in steps.items()}  # fmt: skip
    for_all = any(re.search(rf"{APPROVES}|^\W*approver", sentence, re.IGNORECASE) and not re.search(TRANSITION, sentence, re.IGNORECASE) for sentence in re.split(r"(?<=[.;\n])\s+", "\n".join([said.text, *(line for line in d.claims.part(PART).text.splitlines() if re.match(r"\W*(?:\d+\W+)?approver\b", line, re.IGNORECASE))])))  # fmt: skip
    for name, has in signed.items():
        if not has and not for_all and any(signed.values()):
            if name == "staging" and signed.get("production") and re.search(r"[≥≤<>]=? ?\d", steps[name]):
                continue  # numbers alone may lead to staging, where a person decides about production
            yield fail("C5.approver", "Registry", said, f"nobody approves the step to {name}", "Name a role other than the author.")  # fmt: skip
    if "production" in steps and "staging" not in steps and re.search(NUMERIC, steps["production"]) and not said.has(r"\bboth\b|each (?:step|promotion|transition)|either"):  # fmt: skip
        yield fail("C5.promotions", "Registry", said, "no rule for the step to staging", "Give its gate and its approver.")  # fmt: skip


NOT_THIS_WAY = r"\b(?:cannot|can not|never|not|no version|nothing|forbidden)\b[^.;|]{0,24}$"


@lru_cache(maxsize=2)
def promotions(d: Document) -> tuple[tuple[str, str], ...]:
    """(stage, the words about reaching it), from the registry row and from rows of the part that name a step."""
    return tuple(_promotions(d))


def _promotions(d: Document) -> Iterator[tuple[str, str]]:
    row = d.claims.row(PART, "registry").text
    rows = [line for line in d.claims.part(PART).text.splitlines() if line not in row]
    stepped = {line: stage for line in rows if (stage := _step_of(line))}
    yield from ((stage, line) for line, stage in stepped.items())
    lines = [row, *(line for line in rows if line not in stepped and (re.match(rf"\W*(?:\d+(?:\.\d+)*[.)]?\W*)?(?:[\w-]+ )?(?:{TRANSITION})", line, re.IGNORECASE) or (" · " not in line and re.match(r"\W*promotions?\b|[^.;]{0,40}\b(?:leaves|moves|goes|passes|is promoted|reaches|enters)\b", line, re.IGNORECASE) and re.search(TRANSITION, line, re.IGNORECASE))))]  # fmt: skip
    for line in lines:
        steps = list(re.finditer(TRANSITION, line, re.IGNORECASE))
        for n, step in enumerate(steps):
            end = steps[n + 1].start() if n + 1 < len(steps) else len(line)
            words = re.split(r"\b(?:way back|roll(?:ed)?[- ]?back|return|back)\b\s*:|;\s*(?:roll|back)|(?<=[.;])\s+(?=[^.;]{0,24}(?:going back|way back|roll(?:ing|ed)?[- ]?back|return|revert|previous|former|preceding))", line[step.end() : end], flags=re.IGNORECASE)[0]  # fmt: skip
            if (
                len(words.split()) > 3
                and not re.match(r"\W*(?:→|->)", words)
                and (
                    n
                    or len(steps) == 1
                    or re.search(r"when|if\b|after|[:;·≥≤<>]|approv|sign|needs|requires|gate|review", words)
                )
                and not re.match(r"\W*A version moves", words)
                and not re.search(NOT_THIS_WAY, line[: step.start()], re.IGNORECASE)
            ):
                yield "staging" if step["staging"] else "production", words


def _step_of(line: str) -> str:
    """`staging` or `production` for a row of a table of steps or gates: one of its cells is nothing but the step."""
    for cell in line.split(" · ")[:4] if line.count(" · ") >= 2 else ():
        step = re.fullmatch(rf"\W*(?:[\w@-]+ )?(?:{TRANSITION})[\w@ `*-]{{0,16}}", cell, re.IGNORECASE)
        if step and len(cell) < 48:
            return "staging" if step["staging"] else "production"
    return ""


def _gates(said: Said, part: str) -> bool:
    gate = r"(?:≥|≤|>=|<=|>|<|at least|at most|beats?|better than|above|below|not worse)\s*\S{0,24}?\d"
    return bool(
        re.search(gate, said.text)
        or re.search(rf"(?:gate|promot|accept)[^\n]*{gate}", part, re.IGNORECASE)
        or re.search(rf"(?:dev\w*|stag\w*|pre-?prod\w*|prod\w*)[^\n]*{gate}", part, re.IGNORECASE)
        or re.search(r"(?m)^\W*[A-Z]{1,2}\d+\b[^\n]*\d|\b[GT]\d\b[^\n]*\d", part)
        or any(
            re.search(NUMERIC, line) and re.search(APPROVES, line, re.IGNORECASE)
            for line in part.splitlines()
        )
        or any(n.value for n in numbers(said.text) if n.unit in ("%", "pp", "ms"))
    )


def untested(d: Document) -> Iterator[Finding]:
    """`the scorer loads whichever version finished training last`: what was trained last serves, and no stage lies between."""
    said = d.claims.row(PART, "registry")
    loaded = said.find(r"\b(?:loads?|serves?|takes?|picks? up|uses?|pulls?|deploys?)\b[^.;|]{0,24}\b(?:whichever|whatever|the (?:latest|newest|last|most recent))\b[^.;|]{0,12}\b(?:version|model|run|build|checkpoint)\b(?! (?:that (?:is|was) )?(?:approved|promoted|signed|released|tagged|in production))")  # fmt: skip
    if loaded:
        yield fail("C5.stages", "Registry", said, f"“{loaded[0]}”: what was trained last serves, without staging and approval", "Serve the version that was promoted to production.")  # fmt: skip


CHECK = TextCheck((registry, untested, signed_by_its_writer, transitions, signatures), ((PART, "registry"),))
