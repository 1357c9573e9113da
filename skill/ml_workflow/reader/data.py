"""Features the brief names, and the events after which old rows mean something else."""

import re

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader import words
from briefwright.skill.ml_workflow.reader.passages import Sentence


def features(passages: tuple[Sentence, ...]) -> tuple[Given[str], ...]:
    opening = (
        r"\b(?:features|columns|inputs|signals|variables|attributes)(?: (?:we have(?: in mind)?|(?:we|they|i) (?:trust|believe in|rely on|look at)|candidates|used|would be|so far|such as|worth (?:using|trying)))*"
        r"(?:\s*:|\s+(?:are|include|such as|like))\s+(?=[a-z])|such as (?=[a-z])|the biggest are |(?:records?|sales|orders) (?:since \d{4} )?with |"
        r"\b(?:it|notebook|model|version) used |\buseful(?: in (?:our|my) view| (?:to|for) us| we think)?\s*:\s*(?=[a-z])"
    )
    data = [
        s
        for s in passages
        if s.has(r"features|columns|inputs|signals|variables|attributes|sales|used|useful|records|orders")
    ]
    skip = r"\b(?:feature store|we|model|store)\b"
    return tuple(
        given
        for given in words.listed(tuple(data), opening, words.CLOSE)
        if not re.search(skip, given.value, re.IGNORECASE)
    )


def regime_changes(passages: tuple[Sentence, ...]) -> tuple[Given[str], ...]:
    """Events that make old rows mean something else: merged queues, renumbered codes, a revised list, a pandemic."""
    cue = (
        r"renumbered|re-?coded|re-?organi[sz]\w*|(?:were|was) (?:merged|split|added|introduced|replaced|revised|created|renamed|swapped)|"
        r"(?:code ?list|tariff|taxonomy|catalogue|guideline|sensor|camera|system|scheme)s? (?:was |were )?(?:revised|changed|replaced)|new (?:carrier|tariff|queue|code|sensor|supplier)|"
        r"\bsince then\b|\bin (?:january|february|march|april|may|june|july|august|september|october|november|december) 20\d\d,? (?:we|they|all|the \w+) (?:went|switched|moved|changed|introduced|started|replaced|began)\b|\bwent from [\w ]{2,24} to \d|\bsince (?:\w+ )?20\d\d (?:\w+ ){0,6}(?:further|faster|slower|longer|shorter|different\w*|more|less)\b|the first \d+ (?:cases|weeks|months|trips) (?:took|lasted|were)|(?:house )?rules were (?:rewritten|changed)|"
        r"pandemic|covid|lockdown|rates? changed|migrated|prices? (?:rose|fell)|no longer (?:the one|what)|changed in (?:19|20)\d\d"
    )
    found = [Given(s.text, s.text[:160], s.start) for s in passages if s.has(cue)]
    return tuple(found[:4])
