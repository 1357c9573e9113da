"""Who has to sign a change before it goes live, as the brief names them, in five languages."""

import re

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.language.gloss import Language
from briefwright.skill.ml_workflow.reader.passages import Sentence, sentences

_GIVES_THE_WORD = r"(?:(?:must|has to|have to|needs? to|will|wants? to|should|shall) (?:sign(?: \w+)?(?: off)?|approve|release|validate|agree|clear)\b|gives? (?:the )?(?:final )?(?:go|ok|green light|nod|approval)|votes? on (?:it|this|the)\b|says? who goes|has (?:the )?(?:last|final) (?:word|say)|decides? (?:on|about) (?:the )?(?:launch|go-live|release|roll-?out|it\b|every|each|all|any)|(?:is accountable and )?will have to (?:agree|sign|approve)|wants? to see (?:every|each|any|all) (?:new )?versions?|will want to see [\w ]{2,24} and then say|decides? before|gibt [^.;,]{0,30}frei\b|will (?:\w+ ){1,5}before they allow|(?:will )?(?:then )?says? (?:go|yes) or (?:no|not)|meets? [^.;]{0,40}and nothing goes (?:live|out)(?: without| w/o)?|signs? (?:off|(?:it|them|each|every|this)\b(?: \w+)?(?: off)?)|signs?\s*(?:[.;,]|$)|approves?\s*(?:[.;,]|$)|decides?\s*(?:[.;,]|$)|(?:has )?approve[sd]? (?:it|each|every|any|all|the|new)\b|(?:has|have) to vote|will approve|decides? (?:whether|if|when)\b|has to (?:say|give)|releases? (?:it|them|each|every|new|a)\b|says? (?:go|yes)|pulls? the trigger|presses? the button)"
_SIGNS = (
    r"(?i:approved|signed[- ]off|released|sign-?off|approval|authori[sz]ed|cleared|freigegeben)(?: \w+){0,4}? (?:by|from|with|through) (?:the |our |an? )?((?:[A-Za-z-]+ ){1,3}(?:manager|committee|board|officer|lead|owner|director|head|department|council)\b|(?:[A-Z][\w&-]*|[a-z-]+)(?: (?:[A-Z][\w&-]*|of|and|for|manager|committee|board|officer|lead|owner|director|management|team|head|department|council|engineer|pharmacist|physician|leitung)){0,5})",
    r"\b((?:QA|quality|risk|compliance|legal|security|safety|model risk|credit risk|clinical safety|ethics) (?:manager|committee|board|officer|team|department|director))\b[^.;]{0,40}\b(?:sign|approv|releas)",
    r"(?i:sign-?off|approval|go/?no-?go|freigabe|acceptance|released by)\s*(?:[:=|]|rests with|lies with|is with|comes from|by)\s*(?:the |our )?([^.;,\n|]{3,60}(?:, [a-z][\w ]{2,30}(?:director|manager|lead|head|officer|owner))?)",
    r"(?i:until|before|unless|once) (?:the |our )?([A-Z][^.;,\n]{2,50}?) (?:has|have) (?:validated|approved|signed|released|cleared|accepted)",
    rf"((?:[A-Z][\w.&’'-]+ ?){{1,4}}, (?:the |our |my |head |director |vp |chief |[A-Za-z])[^,.;\n]{{2,40}}),? {_GIVES_THE_WORD}",
    rf"(?:^|[.;:,]\s|\band |\bthat )(?:[Tt]he |[Oo]ur |the |our |der |die |la |le )?((?:[A-Z][\w.&'’-]*|[a-z'’-]+)(?: (?:\([^)]{{2,50}}\)|[A-Z][\w.&'’-]*|of|and|&|for|[a-z'’-]+)){{0,5}}),? {_GIVES_THE_WORD}",
    r"(?i:signature|signed consent|written consent|written approval|sign-?off|approval|consent) of (?:the |our )?((?:[A-Z][\w&’'-]*)(?: (?:[A-Z][\w&’'-]*|of|and|for))*)",
    r"(?:^|[.;:)]\s)(?:The |Our |the |our )?((?:Chief|Head|Lead|Senior|Principal|Appointed|Deputy)(?: (?:[A-Z][\w&’'-]*|of|and|for)){1,5}) (?:signs|approves|releases|decides)\b",
    r"(?:goes|go|pass(?:es)?|has to go) (?:through|before|past) (?:the |our )?((?:[A-Z][\w&-]* ?){0,4}(?:Board|Committee|Council|Panel))\b",
    r"(?:^|[.;:,]\s|\band )(?:[Oo]ur |[Tt]he |[Aa]n? )?((?:[A-Za-z][\w-]+ ){0,3}[A-Za-z][\w-]+) (?:insists? on|has|holds?|keeps?|wants?|demands?) (?:a|the) (?:right of )?veto\b",
    r"(?i:\b(?:needs?|requires?|takes?) (?:the |our )?)((?:Head|Chief|Director|VP|Vice President)(?: (?:[A-Z][\w&’'-]*|of|and|for)){1,5})['’]s? (?i:ok|okay|approval|consent|signature|sign-?off|blessing)\b",
    r"(?i:\b(?:acceptance|approval|release) is (?:declared|given|granted|pronounced) by (?:the |our )?)((?:[A-Z][\w&’'-]*)(?: (?:[A-Z][\w&’'-]*|of|and|for))*)",
    r"only with ((?:QA|quality|legal|security|compliance)\b[\w ]{0,12}?) ?sign-?off",
)
_NOBODY = r"^(?:and\b|doctors? edits|new\b|under\b|in\b|for\b|by\b|at\b|on\b|to\b|with\b|anyone|anybody|nobody|hand|the author|author|default|law|email|mail|phone|a person|people|us|me|him|her|them|it|then|now|every|each|customers?|users?|doctors? and|we|you|i|they|he|she|it|this|that|which|who|nothing|every\w*|each|any|some\w*|no one|model|data|please)\b"


def approver(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """Who has to sign a change before it goes live, as the brief names them."""
    if theirs := _by_pronoun(passages):
        return theirs
    for pattern in _SIGNS:
        for sentence in passages:
            if re.search(r"without[^.;]{0,40}approval|no approval", sentence.text, re.IGNORECASE):
                continue
            if match := re.search(pattern, sentence.text):
                name = re.sub(
                    r"(?:\s(?:and|of|for|wants?|will|has|have|must|should|shall|needs?|to))+$",
                    "",
                    match[1].strip(),
                )
                name = re.sub(r"^(?:the|our|a|an)\s", "", name, flags=re.IGNORECASE)
                if 2 < len(name) <= 60 and not re.match(_NOBODY, name, re.IGNORECASE):
                    return Given(name, sentence.text[:160], sentence.start + match.start(1))
    return None


_PRONOUN_SIGNS = re.compile(rf"\b(?:she|he)\b {_GIVES_THE_WORD}|\bis (?:hers|his) to (?:release|approve|sign|decide)|\b(?:she|he) decides? whether", re.IGNORECASE)  # fmt: skip
_PERSON = re.compile(
    r"(?:^|[.;:]\s)(?P<kin>(?:My|Our) (?:sister|brother|wife|husband|partner|boss|co-?founder|accountant|mother|father|director|manager))\b|(?:^|[.;:]\s|\bour |\bmy )((?:(?:Dr|Prof|Mrs?|Ms)\.? )?[A-Z][a-zà-ž]+(?: [A-Z][a-zà-ž]+)?)(?:, (?:our|the|my) ([a-z][\w -]{2,30}?))?(?:,|(?: has| wants| does| will| is|['’]s)\b)"
)


def _by_pronoun(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """`Noor wants a way to pull a word … And she decides whether a new version goes out`: the person named last before the pronoun."""
    for at, sentence in enumerate(passages):
        if not _PRONOUN_SIGNS.search(sentence.text):
            continue
        for earlier in reversed(passages[max(0, at - 4) : at + 1]):
            named = [
                match
                for match in _PERSON.finditer(earlier.text)
                if match["kin"] or not re.match(_NOBODY, match[2], re.IGNORECASE)
            ]
            if named:
                last = named[-1]
                role = f", {last[3]}" if last[3] else ""
                name = last["kin"] if last["kin"] else f"{last[2]}{role}"
                return Given(name, sentence.text[:160], earlier.start + last.start())
    return None


_GERMAN = r"((?:(?:Herrn?|Frau|Dr\.|Prof\.)\s+)*[A-ZÄÖÜ][\wäöüß.-]+(?:,? (?:[A-ZÄÖÜ][\wäöüß-]+|für|der|des|von|und|unsere?r?)){0,4})"
_LATIN = r"((?:[a-zA-ZáéíóúñàâçèêëîôûœÀ-Ý’'-]+)(?: (?:de |del |des |du |la |las |los |el |l[’'])?[a-zA-ZáéíóúñàâçèêëîôûœÀ-Ý’'-]+){0,4}?)"
_IN_OTHER_WORDS: dict[str, tuple[str, ...]] = {
    "de": (
        rf"\b(?:[Ff]reigeben|[Ff]reigabe|[Zz]ustimmen|[Aa]bzeichnen|[Uu]nterschreiben|[Gg]enehmigen)(?: muss| müssen| darf| erteilt| hat| gibt| liegt bei| übernimmt| macht| erfolgt durch| durch|:)+ (?:der |die |das |den |dem |unsere[rmn]? )?{_GERMAN}",
        rf"\b[Oo]hne (?:die )?(?:Unterschrift|Freigabe|Zustimmung|Genehmigung|das Ja) (?:des |der |von |unsere[rs] )?{_GERMAN}",
        rf"\b[Üü]ber (?:den |die |das |jede[ns]? )?[\w -]{{3,30}} entscheide[tn] (?:unsere? |der |die |das )?{_GERMAN}",
        rf"(?:\b(?:der|die|unsere?)|^|[.;:]) {_GERMAN},? (?:gibt|zeichnet|nimmt) [^.;,]{{0,30}}(?:frei|ab)\b",
        rf"\b(?:der|die|das|unsere?) {_GERMAN}(?:[^.;]{{0,30}}, (?:er|sie))? (?:muss|müssen) [^.;]{{0,40}}(?:freigeben|zustimmen|unterschreiben|abzeichnen|genehmigen)",
        rf"\b(?:der|die|das|unsere?) {_GERMAN} (?:genehmigt|unterschreibt|entscheidet)\b",
    ),
    "es": (
        rf"\b(?:[Ee]l|[Ll]a|[Ll]os|[Nn]uestr[oa]) {_LATIN}(?:, (?:que )?(?:es )?quien)? (?:autoriza|aprueba|firma|valida|daría el visto bueno|da el visto bueno|tiene que (?:aprobar|firmar|validar|autorizar)|debe (?:aprobar|firmar|validar|autorizar)|decide)\b",
        rf"\b(?:visto bueno|aprobación|firma|autorización|validación) (?:final )?(?:de la|del|de los|por el|por la) {_LATIN}(?=[.;,]|$)",
        rf"\bpasa(?:n)? por (?:el|la) {_LATIN}(?=[.;,]|$)",
    ),
    "fr": (
        r"(?:^|[.;] )([A-Z][\wÀ-ÿ-]+ [A-Z][\wÀ-ÿ-]+, (?:directeur|directrice|responsable|chef\w*|cheffe)[^,.;]{0,30}),? (?:valide|signe|approuve|tranche|autorise|décide|donne)",
        rf"\b(?:[Ll]e |[Ll]a |[Ll][’']|[Nn]otre ){_LATIN},? (?:valide|signe|approuve|tranche|autorise|décide|donne son (?:accord|feu vert)|doit (?:valider|signer|approuver))\b",
        rf"\b(?:[Ff]eu vert|[Aa]ccord|[Vv]alidation|[Ss]ignature|[Aa]pprobation)(?: final[e]?)? ?(?::|de|du|par) ?(?:la |le |l[’']|notre )?{_LATIN}(?=[.;,]|$)",
    ),
    "zh": (
        r"由([\u4e00-\u9fff]{2,12}?)(?:最后|最终)?(?:拍板|审批|批准|签字|决定|批(?=[。，；]|$))",
        r"(?:须经|需经|经过|经)([\u4e00-\u9fff]{2,12}?)(?:审批|批准|签字|同意)",
        r"([\u4e00-\u9fff]{2,14}?)签字(?:才能|后|方可)",
    ),
}  # fmt: skip
_NO_NAME = re.compile(r"(?:wir|ich|sie|er|es|que|qui|nous|on|il|elle|yo|nosotros|modelo|modèle|Modell|todo|todos|cada)\b", re.IGNORECASE)  # fmt: skip


def approver_in(text: str, tongue: Language) -> Given[str] | None:
    """The same in the brief's own German, Spanish, French or Chinese, where a gloss would break names."""
    for pattern in _IN_OTHER_WORDS.get(tongue, ()):
        for sentence in sentences(text):
            match = re.search(pattern, sentence.text)
            if match and len(match[1]) > 2 and not _NO_NAME.match(match[1]):
                return Given(match[1].strip(" ,"), sentence.text[:160], sentence.start + match.start(1))
    return None
