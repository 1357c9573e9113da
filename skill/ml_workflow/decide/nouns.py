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


_DOES = re.compile(
    r"^(?:(?:we|they|i|he|she|it|people|staff|everybody|everyone|(?:the |our )?(?:team|desk|planners?|system|page|app|screen|operators?|counter|job|shop|clerk|agent|driver|service)|[a-z]+s) )?(?:must |should |will |would |can |shall |then |just |simply |still |now |again |have to |has to |ought to )*"
    r"(?:us(?:e|es|ed|ing)|tak(?:e|es|en)|show(?:s|n)?|display(?:s|ed)?|follow(?:s|ed)?|appl(?:y|ies|ied)|serv(?:e|es|ed)|render(?:s|ed)?|go(?:es)? (?:back to|by|with)|fall(?:s)? back (?:to|on|onto)|rel(?:y|ies) on|return(?:s)? to|sort(?:s|ed)? by|rank(?:s|ed)? by|keep(?:s)?(?: using)?|work(?:s)? with) "
    r"(?P<thing>(?:the |an? |our |their |its |today['’]s |last |yesterday['’]s |same |most |old |present |current )?[a-z0-9].*)$",
    re.IGNORECASE,
)
_IS = re.compile(
    r"^(?:it|that|this) (?:is|would be|has been) (?P<thing>(?:the |an? |our )?[a-z].*)$", re.IGNORECASE
)
_STAYS = re.compile(r"^(?P<thing>(?:the |an? |our )?[\w-]+(?: [\w-]+){0,7}?) (?:decides?|stays?|goes on|remains?|is (?:used|shown|taken|applied|kept)|(?:takes? over|steps? in))\b", re.IGNORECASE)  # fmt: skip
_CHATTER = re.compile(r"[\s,]+(?:thx|thanks|please|lol|obviously|of course|as (?:now|today|before|always|usual)|anyway|instead|then|for now)\W*$", re.IGNORECASE)  # fmt: skip
LONGEST_THING = 14


def thing_named(clause: str) -> str:
    """`we use the average of the line over the last 90 days` → the average of the line over the last 90 days.

    What a clause of the brief says is done, as the thing that does it, so that the document can speak of it in its own words; ""
    where the clause names none.
    """
    bare = _CHATTER.sub("", clause.strip(" .;,"))
    match = _DOES.match(bare) or _IS.match(bare) or _STAYS.match(bare)
    thing = match["thing"].strip(" .;,") if match else ""
    return thing if 1 <= len(thing.split()) <= LONGEST_THING and not re.match(r"(?:it|that|this|them|what|some)\b", thing, re.IGNORECASE) else ""  # fmt: skip
