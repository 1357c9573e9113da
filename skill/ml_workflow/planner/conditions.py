"""The brief's prohibitions and conditions: where each is enforced, and what shows that it holds."""

import re

from briefwright.skill.markdown import clip
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.sections import HardRule

# What a rule is about, where it is enforced, and what shows it. Read top to bottom; the first that fits counts.
KINDS: tuple[tuple[str, str, str], ...] = (
    (
        r"\brather than (?:guess|invent|make)|\bnot found\b|\bdo(?:es)? not guess\b|\bnever (?:guess|invent)",
        "answer contract: no answer is an answer of its own",
        "cases without the answer stand in the test set; invented ones are counted and hold the release",
    ),
    (
        r"\bsign\w*|\bapprov\w*|\bvalidat\w+|\brelease[sd]?\b|\bgo live\b|\btwo people\b|four[- ]eyes|\bconsent of\b",
        "registry gate and the approval step of the tool",
        "promotion without the named signature is refused; the log of approvals is read each quarter",
    ),
    (
        r"\bwithout a (?:person|human)|\bperson clicking|\bautomatic\w*|\bby (?:itself|themselves)\b|\bswitch\w*\b|\bon its own\b|\bdecides? alone\b",
        "serving contract: the service has no right to act, it only proposes",
        "the service account's rights are checked in deployment; a test calls the acting interface with it and must be refused",
    ),
    (
        r"\bperformance of\b|\bindividual\w*\b|\bworks council\b|\bmonitor(?:ing)? (?:of )?(?:staff|employees|workers)|\bworkers?\b|\bemployees?\b",
        "schema: no key of a person among those who work with it",
        "a build fails when such a key stands in features, logs or dashboards",
    ),
    (
        r"(?=.*\b(?:data|cloud|network|premises|EU|country|site|region|servers?|tenant|third|internet|prompts?|recordings?|images?|records?|documents?|manuals?|Switzerland|France|Germany|inside|house|plant|older)\b)(?:\bleave\b|.*\b(?:leave|stay|remain|cloud|export|upload|send|sent|store|stored|retain|delete|kept|hosted)\b|\bno training\b|\bno (?:us )?cloud)|\bleaves? the (?:network|site|plant|EU)\b",
        "network and storage rules of the platform",
        "an outgoing connection from the job's network must fail in deployment; what is kept, and how long, is listed by a job each month",
    ),
    (
        r"\buse\b|\bused\b|\bguess\b|\bfeatures?\b|\bcolumns?\b|\binputs?\b|\bage(?:s)?\b|\bethnic\w*|\bgender\b|\breligion\b|\bnationality\b|\bcredit bureau\b|\btrain(?:ed|ing)? (?:on|with)\b",
        "feature list: barred by name",
        "a build fails when a barred column stands in the feature set; a probe model may not predict it from the score",
    ),
    (
        r"\bat least \d+|\bquota\b|\bshare of\b|\bbalance[sd]?\b|\bwithin \d+ ?(?:%|percent)|\bno more than\b|\bat most\b",
        "the choice after the score, as a constraint on the list",
        "each run reports the share and fails outside it",
    ),
    (
        r"\bput\b|\bshow\w*|\brecommend\w*|\bcontain\w*|\bsend\w*|\bsent\b|\breject\w*|\bhid\w+|\bpublish\w*|\bpromis\w+|\boffer\w*|\bblock\w*|\bbox\b|\bdelay\w*|\bcall\w*",
        "a filter after the score, at every level of the fallback too",
        "one violating case per rule in the tests; violations are counted in the log, the first one pages",
    ),
)
OTHER = ("checklist before each stage of the ramp", "signed by the owner of the rule before the stage begins")


def hard_rules(facts: Facts) -> list[HardRule]:
    """One row per rule of the brief."""
    return [
        HardRule(rule=clip(given.value, 220), enforced=where, tested=shown)
        for given in facts.hard_rules
        for where, shown in (_home(given.value),)
    ]


def _home(rule: str) -> tuple[str, str]:
    return next(
        ((where, shown) for words, where, shown in KINDS if re.search(words, rule, re.IGNORECASE)), OTHER
    )
