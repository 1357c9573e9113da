"""What a brief forbids or makes a condition, in its own sentences: the rules no score may break."""

import re

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader.passages import Sentence

_FORBIDS = re.compile(
    r"\bnever\b|\b(?:must|may|shall|should|can|could|do|does|will)(?: not|n['’]t|not)\b|\bmustn['’]t\b|\bunder no circumstances\b|\b(?:is|are) (?:forbidden|prohibited|not allowed|not permitted|not to be)\b|\bnot allowed to\b|"
    r"\bnone (?:of \w+ )?(?:may|must|should|can)\b|\bno (?:training|use|sharing|export|storage|transfer|reuse|(?:us )?cloud)\b|\bnothing (?:may|must|goes|should|is to|can)\b|\bno (?:[\w-]+ ){1,4}(?:may|must|should|without|is to be|are to be|shall)\b|\bwithout (?:a|any) (?:person|human|signature|second)\b|\bon (?:the )?condition that\b|\bonly (?:with|after|if) (?:the |an? )?(?:[\w-]+ ){0,3}(?:consent|approval|sign|permission|agree)\w*|"
    r"\bneeds? two people\b|\bfour[- ]eyes\b|\bhard (?:rules?|limits?|requirements?)\b|\bnon-negotiable\b|\bat least \d+ ?(?:%|percent) of\b[^.;]{0,60}\b(?:go|must|have to|should)\b|\b(?:has|have|needs?|is|are) to stay\b|\bto stay (?:within|below|under|above|inside)\b|\brather than (?:guess|invent|make)\w*|\bmust (?:stay|remain)\b|\bno more than\b[^.;]{0,60}\b(?:times|per)\b",
    re.IGNORECASE,
)
# Not a rule for the product: what people cannot do or know, wishes, and what other facts already hold.
_NO_RULE = re.compile(
    r"\b(?:we|i|they|you|he|she|it|people|nobody|one|which|that)\b(?: also| really| just)? (?:can(?:no|['’])t|could(?: not|n['’]t)|do(?: not|n['’]t)|does(?: not|n['’]t)|did(?: not|n['’]t)|will not|won['’]t|would(?: not|n['’]t)) (?:know|have|see|understand|afford|tell|say|remember|trust|believe|mind|care|pay|need|get|work|answer|like|expect|think|want to (?:wait|be))\b|"
    r"\bnever (?:been|seen|had|tried|built|done|clicked|used|met|bought|on sale|works?|worked)\b|\b(?:has|have|had) never\b|\bcan(?:no|['’])t (?:call|be reached|run|tell|say|stop|wait)\b|\?$|^(?:if|when|where) (?:the|it|there|nothing)\b|\bdo not (?:turn|show) up\b|\bdon['’]t (?:turn|show) up\b|\bcould not\b|\bnot matter\b|\bmatters? not\b|\bnot accept\b|\bp99\b|\bp95\b|\blatency\b|\brandomi[sz]e\b|\b(?:if|when) the (?:model|service|system) (?:does not|doesn['’]t|is not)\b|\bdon['’]t want to (?:pay|spend|buy|wait)\b|\bif we (?:don|do not)\b",
    re.IGNORECASE,
)
MOST = 8


def hard_rules(passages: tuple[Sentence, ...]) -> tuple[Given[str], ...]:
    """Every sentence that forbids or sets a condition, shortened to the clause that does."""
    found: dict[str, Given[str]] = {}
    for sentence in passages:
        for at, clause in _clauses(sentence.text):
            if _FORBIDS.search(clause) and not _NO_RULE.search(clause) and 4 <= len(clause.split()) <= 48:
                found.setdefault(clause.lower(), Given(clause, sentence.text[:200], sentence.start + at))
    return tuple(found.values())[:MOST]


def _clauses(text: str) -> list[tuple[int, str]]:
    """A sentence cut at semicolons and dashes; a comma stays inside, its halves need one another."""
    parts, at = [], 0
    for piece in re.split(
        r"(;\s|,\sso\s|\s[–—]\s|,\s(?:and|but)\s(?=(?:we|it|no|never|nothing|nobody|the|they|[a-z]+(?: [a-z]+){0,5}) (?:may|must|can|should|need|needs|shall|cannot|will)\b|no |never |nothing )|:\s(?=never|no |must|do not|the model)|\n\s*[-*•]\s)",
        text,
    ):
        stripped = piece.strip(" \n*-•;–—")
        if stripped:
            parts.append((at + piece.index(stripped[0]), " ".join(stripped.split())))
        at += len(piece)
    return parts
