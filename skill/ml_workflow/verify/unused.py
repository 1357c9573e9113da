"""Between the parts: what the document says is never used, against the features that use it.

Anti-goals, excluded sources and sentences such as `complaint history is never used` name things; a feature whose name, source
and definition hold every telling word of one of them uses it all the same. What is excluded because it is only known later
is left alone: its past may well be a feature.
"""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.verify.claims import FeatureClaim, Said
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail
from briefwright.skill.spec import Finding

_LISTED = re.compile(
    r"^\W*(?:deliberately |explicitly )?(?:excluded|not used|left out|never used|unused|off[- ]limits|out of scope|forbidden(?: inputs| features| sources)?)\b[^:.]{0,40}:\s*(?P<things>[^.]+)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\b(?:(?:do|does|will|shall|must|may|can) (?:not|never) (?:want to )?(?:use|read|touch|collect|rely on|draw on|look at)|never (?:uses?|reads?|touch(?:es)?)|(?:deliberately |intentionally )?(?:leaves?|left|keeps?) out(?! of\b)|without (?:using|any use of)|no use of|makes? no use of|refrains? from(?: using)?)\b(?P<things>[^.;:]+)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?P<things>[^.;:]+?)\b(?:is|are|was|were|will be|must|may|can|shall)(?: not| never)(?: be| to be)? (?:used|read|touched|an input|inputs|part of the (?:features|inputs|model)|features?)\b",
    re.IGNORECASE,
)
_NO = re.compile(r"^\W*no (?P<things>[^.;:]+)", re.IGNORECASE)
_ANTI_GOALS = re.compile(
    r"\b(?:anti|non)[- ]?goals?\b|\bout of scope\b|\bwill not do\b|\bnot goals\b", re.IGNORECASE
)
_LATER = re.compile(r"\b(?:later|after|t0|outcome|future|hindsight|not yet|too late|unless|except|only (?:if|when|for)|yet|until|at (?:training|serving))\b", re.IGNORECASE)  # fmt: skip
_CUES = ("exclud", "not used", "not be used", "left out", "leave", "leaving", "never", "unused", "limits", "out of scope", "forbidden", "not use", "not read", "not touch", "not collect", "not rely", "without us", "no use", "refrain", "keep out", "keeps out", "kept out", "are not", "is not", "must not", "may not", "cannot", "can not", "shall not")  # fmt: skip
"""One of these stands in every sentence that says what is not used."""
_ITEMS = re.compile(r",|;|\bor\b|\band\b|/|\bnor\b")
_SAYS_LITTLE = frozenset(["data", "feature", "features", "behaviour", "behavior", "history", "status", "record", "records", "any", "other", "kind", "kinds", "external", "source", "sources", "feed", "feeds", "service", "services", "information", "note", "notes", "third", "party", "personal", "individual", "level", "direct", "directly", "proxy", "used", "using", "use", "from", "with", "that", "this", "which", "these", "those", "their", "them", "none", "also", "every", "model", "score", "scores", "scored", "table", "tables", "value", "values", "such", "like", "based", "all", "our", "the", "for", "not", "its", "own", "new", "training", "set", "part", "raw", "type", "types", "input", "inputs", "customer", "customers", "user", "users", "system", "systems", "time", "times", "number", "numbers", "names", "name"])  # fmt: skip


def unused(d: Document) -> Iterator[Finding]:
    things = list(_never_used(d.claims.text))
    for f in d.claims.features:
        if f.is_excluded:
            continue
        held = _words(f"{f.name.replace('_', ' ')} {f.source.replace('_', ' ')} {f.transform} {_origin(f)}")
        for thing, words in things:
            if all(word in held for word in words):
                yield fail("X.excluded", f.name, Said(f.all, f.line), f"uses “{thing.strip()[:50]}”, which the document says is not used", "Drop the feature, or the promise.")  # fmt: skip
                break


def _origin(f: FeatureClaim) -> str:
    """Words of the risk that say where it comes from, not what it might reveal."""
    return f.risk if re.search(r"\b(?:from|derived|taken)\b", f.risk) else ""


def _never_used(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """(words as written, their telling stems) of everything the prose says is not used."""
    anti = False
    for line in text.splitlines():
        plain = re.sub(r"[*_`]{1,2}|❌|✗|🚫", "", line).strip()
        if plain.startswith("|"):
            anti = False
            continue
        if re.match(r"#|\W{0,4}[A-Z][\w -]{2,30}:?\W*$", plain):
            anti = _ANTI_GOALS.search(plain) is not None
            continue
        anti = anti or (_ANTI_GOALS.search(plain[:40]) is not None and plain.rstrip().endswith(":"))
        if not anti and not _has_cue(plain):
            continue
        for sentence in re.split(r"(?<=[.!?])\s+", plain):
            if (not anti and not _has_cue(sentence)) or _LATER.search(sentence):
                continue
            for said in (_LISTED.search(sentence), _AFTER.search(sentence), _BEFORE.search(sentence), _NO.search(sentence) if anti else None):  # fmt: skip
                if said:
                    yield from _things(said["things"])


def _has_cue(words: str) -> bool:
    lowered = words.lower()
    return any(cue in lowered for cue in _CUES)


def _things(listed: str) -> Iterator[tuple[str, frozenset[str]]]:
    for item in _ITEMS.split(
        re.split(
            r"\b(?:because|since|which|that|as they|so that|of any kind)\b", re.sub(r"\([^)]*\)", "", listed)
        )[0]
    ):
        words = _words(item)
        if len(words) >= 2 or any(len(word) >= 6 for word in words):
            yield item, words


def _words(text: str) -> frozenset[str]:
    """Telling words by their first six letters; capitals such as IP count however short."""
    found = re.findall(r"[^\W\d_]+", text)
    return frozenset(
        re.sub(r"(?:ies|y|es|s)$", "", word.lower())[:6]
        for word in found
        if (len(word) >= 4 or (word.isupper() and len(word) >= 2)) and word.lower() not in _SAYS_LITTLE
    )
