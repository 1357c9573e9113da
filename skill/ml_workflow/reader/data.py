"""Data the brief names: tables and feeds, features, and the events after which old rows mean something else."""

import re

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader import words
from briefwright.skill.ml_workflow.reader.passages import Sentence


def sources(passages: tuple[Sentence, ...]) -> tuple[Given[str], ...]:
    opening = r"\b(?:we (?:have|log|get|keep|collect|store|hold)|there (?:is|are)|data(?: sources?)?(?: are| is|:| include| come from| from)|available(?: data)?:|i have|have data (?:on|from)|sources?:)\s+(?=[a-z0-9])"
    direct = words.listed(passages, opening)
    subjects = r"(?:^|[.;] )(?=[A-Z][a-z]+(?:, [a-z][\w ]+)+,? and [^.]{3,60} (?:are|is|live|sit) in )"
    found = {
        given.value.lower(): given
        for given in (*direct, *words.listed(passages, subjects), *_bracketed(passages))
    }
    skip = r"\b(?:we|budget|people|team|engineers?|scientists?|analysts?|developers?|servers?|gpus?|cards|queues?|years?|languages?|german|polish|turkish|english|questions?|kubernetes|mlflow|airflow|prometheus|grafana|redis|postgres\w*|experience|platform|problem|idea|month|week|day|scanned|ocr|scheduler|vendors?|pages|lot|rhel|openshift|linux|sessions?|app|schema|refreshed|window|photographs|wins|access|credits|cores?|licen[cs]e|contract|criteria|everything|nothing|time)\b|\d{3,}|^(?:in|on|at|of|to|for|from|with|without|collected|stored|used|kept) "
    no_data = r"^(?:no|not|only|half|active|eleven|twelve|twenty|thirty|hundreds?|thousands?)\b|^each\b|\bsends?\b|^these\b|^\w+(?:ed|split)(?:$| (?:in|on|at|by|to|\d))|^split\b|\b(?:person|statistician|actuar\w+|volunteers?|harvests|seasons|subscribers|EUR|USD|GBP|is|are|was|were|has|feed|idea)\b"
    unfit = re.compile(f"{skip}|{no_data}", re.IGNORECASE)
    return tuple(given for key, given in found.items() if not unfit.search(key))[:8]


def _bracketed(passages: tuple[Sentence, ...]) -> tuple[Given[str], ...]:
    """`Data's all in Snowflake (invoices, payments, dunning letters)`: the tables a store is said to hold."""
    found = []
    for sentence in passages:
        for match in re.finditer(r"\b(?:data|everything|history|tables?)\b[^.()]{0,40}\b(?:in|from|on) (?:the |our |an? )?[\w ]{2,30} \(([^)]{8,160})\)", sentence.text, re.IGNORECASE):  # fmt: skip
            pieces = re.split(r",\s*(?:and )?|\s+and\s+", match[1])
            found += [Given(piece.strip(), sentence.text[:160], sentence.start + match.start(1)) for piece in pieces if len(pieces) > 1 and 2 < len(piece.strip()) <= 48]  # fmt: skip
    return tuple(found)


def features(passages: tuple[Sentence, ...]) -> tuple[Given[str], ...]:
    opening = (
        r"\b(?:features|columns|inputs|signals|variables|attributes)(?: (?:we have(?: in mind)?|candidates|used|would be|so far|such as))*"
        r"(?:\s*:|\s+(?:are|include|such as|like))\s+(?=[a-z])|such as (?=[a-z])|the biggest are |(?:records?|sales|orders) (?:since \d{4} )?with |"
        r"\b(?:it|notebook|model|version) used "
    )
    data = [
        s
        for s in passages
        if s.has(r"features|columns|inputs|signals|variables|attributes|sales|used|records|orders")
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
        r"pandemic|covid|lockdown|rates? changed|migrated|prices? (?:rose|fell)|no longer (?:the one|what)|changed in (?:19|20)\d\d"
    )
    found = [Given(s.text, s.text[:160], s.start) for s in passages if s.has(cue)]
    return tuple(found[:4])
