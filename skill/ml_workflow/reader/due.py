"""The time of day by which a result has to be there."""

import re

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader.passages import Sentence

_CLOCK = re.compile(
    r"\b(?:by|before|at|until|no later than|um|to|goes out|bis|vor|(?:mon|tues|wednes|thurs|fri|satur|sun)days?,?(?: at)?)(?: the)? (?P<time>\d{1,2}[:.]\d\d|\d{1,2} ?h ?\d\d|(?:four|five|six|seven|eight|nine|ten) in the (?:morning|afternoon|evening)|\d{1,2} ?(?:am|pm|a\.m\.|p\.m\.|o'clock|Uhr|h\b(?! of)|点)|\d{1,2} in the (?:morning|evening))",
    re.IGNORECASE,
)
_OF_THE_RESULT = r"\bmust\b|has to|have to|\bneed|\bready\b|deliver|on the table|complete by|\bdue\b|\blist\b|\bplan\b|\bmap\b|\breport\b|forecast|figures|\bsend|\bsent\b|wants?\b|brauch|goes out|phones?\b|\bget\b|\bfile\b|\brun\b|scor|every|each"
_OF_THE_DATA = r"extract|komplett|\bcierran\b|\bcloses?\b|load|arriv|snapshot|with us at|disponible|readings|measured|data (?:are|is)|is complete at|落库"


def _by_the_clock(written: str) -> str:
    """`7h30` is 7:30, `5 Uhr` is 5:00."""
    return re.sub(r"(?<=\d) ?(?:Uhr|h|点)$", ":00", re.sub(r"(?<=\d) ?h ?(?=\d\d)", ":", written))


def due_time(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """When the result has to be there: of all times of day the one beside words for the result, and not for its data."""
    best: tuple[int, Given[str]] | None = None
    for sentence in passages:
        for match in _CLOCK.finditer(sentence.text):
            clause = (
                re.split(r"[,;:]\s|\band\b", sentence.text[: match.start()])[-1]
                + re.split(r"[,;]\s", sentence.text[match.end() :])[0]
            )
            weight = 2 * len(re.findall(_OF_THE_RESULT, clause, re.IGNORECASE)) - 5 * bool(
                re.search(_OF_THE_DATA, clause, re.IGNORECASE)
            )
            weight += bool(re.search(_OF_THE_RESULT, sentence.text, re.IGNORECASE))
            if weight > 0 and (best is None or weight > best[0]):
                best = (
                    weight,
                    Given(_by_the_clock(match["time"]), sentence.text[:160], sentence.start + match.start()),
                )
    return best[1] if best else None
