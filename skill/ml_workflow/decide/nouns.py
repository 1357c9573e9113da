"""English nouns of a brief: one, many, with their article, and the one a number counts."""

import re


def counted_noun(quote: str) -> str:
    """The plural that follows the number: `3.1 million authorisations a day` → authorisations."""
    match = re.search(
        r"\d[\d.,]*\s*(?:million |thousand |billion |k |M )?(?:[A-Za-z][\w-]* ){0,2}?([a-z][a-z-]*[a-rt-z]s)\b",
        quote,
    )
    return match[1].lower() if match else ""


def singular(noun: str) -> str:
    if noun.endswith("ies"):
        return noun[:-3] + "y"
    if re.search(r"(?:ss|x|ch|sh)es$", noun):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


def article(noun: str) -> str:
    """`an image`, `a user`: by sound as far as letters tell."""
    vowel = noun[:1].lower() in "aeio" or (
        noun[:1].lower() == "u" and not re.match(r"u(?:ni|se|ti)", noun, re.IGNORECASE)
    )
    return f"an {noun}" if vowel or noun.startswith("x-") else f"a {noun}"


def plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun if noun.endswith("s") else noun + ("es" if re.search(r"(?:x|ch|sh)$", noun) else "s")
