"""Words of a message, and which of them say little."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

EVERYDAY = frozenset((Path(__file__).parent / "everyday.txt").read_text(encoding="utf-8").split())
"""Words of everyday talk. They separate no two skills, and a message of nothing else is for none."""
_AT_WORK = [
    "user",
    "customer",
    "client",
    "subscriber",
    "stakeholder",
    "colleague",
    "employee",
    "staff",
    "hire",
    "department",
    "startup",
    "organisation",
    "competitor",
    "supplier",
    "vendor",
    "developer",
    "engineer",
    "analyst",
    "tester",
    "feature",
    "sprint",
    "roadmap",
    "backlog",
    "prototype",
    "app",
    "site",
    "website",
    "homepage",
    "checkout",
    "onboarding",
    "repo",
    "repository",
    "codebase",
    "database",
    "query",
    "endpoint",
    "incident",
    "outage",
    "firmware",
    "workspace",
    "invoice",
    "sales",
    "marketing",
]
_WORD = re.compile(r"[a-z0-9][a-z0-9&+#.'’-]*[a-z0-9+#&]|[a-z0-9]|[^\W\d_a-z]+")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ENDINGS = re.compile(r"(?:ization|isation|ations|ation|ments?|ings?|ers?|ies|ied|es|ed|s|y|e)$")


def folded(text: str) -> str:
    """Case, width and accents of letters folded."""
    return unicodedata.normalize("NFKC", text).casefold()


def words(text: str) -> list[tuple[str, int]]:
    """(word, place) of a folded text; Chinese, Japanese and Korean runs as pairs of letters."""
    found = [(match[0], match.start()) for match in _WORD.finditer(text)]
    if text.isascii():
        return found
    pairs: list[tuple[str, int]] = []
    for word, start in found:
        if _HAN.match(word):
            pairs += [(word[n : n + 2], start + n) for n in range(max(1, len(word) - 1))]
        else:
            pairs.append((word, start))
    return pairs


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A word without its ending, so that `retraining` meets `retrained` and `caches` meets `caching`."""
    if len(word) <= 3 or not word.isascii():
        return word
    bare = word.removesuffix("'s").removesuffix("’s")
    cut = _ENDINGS.sub("", bare)
    return cut if len(cut) >= 3 else bare


WORK = frozenset(stem(word) for word in _AT_WORK)
"""Stems of words that place a message at somebody's work; they say nothing of which skill is meant."""
