"""Facts that are words: places, tools, people, rules, wishes. A table of patterns, read top to bottom."""

import re
from collections.abc import Iterable

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader.passages import Sentence

# fact: (value, pattern). The first pattern that matches a sentence gives the value.
CUES: dict[str, tuple[tuple[str, str], ...]] = {
    "edge_device": (
        (
            "edge",
            r"\bedge (?:device|box|deployment|serving)|on[- ]device|jetson|raspberry|microcontroller|in the browser|(?<!said )(?:runs?|running|model|inference|offline|works?|seconds?|camera) on the (?:\w+ )?phones?|on the (?:tractor|camera|robot|drone|vehicle)|on-?board (?:computer|unit)|(?:gpu|inference) box at the|(?:must )?works? (?:with no|without (?:a |any )?|if the )(?:connection|network|signal)|embedded (?:device|system|board)|runs? on the (?:phone|device)|coral (?:board|tpu)",
        ),
    ),
    "on_premises": (
        (
            "on-premises",
            r"on[- ]prem\w*|\bon[- ]site servers?|(?:no|nothing in the|not in the|without) (?:public |managed )?cloud|(?:allow|permit)s?\b[^.]{0,12}\bcloud|(?:can(?:no|')t|may not|must not|cannot) be uploaded|own bare metal|own data cent(?:er|re)|must (?:remain|stay) (?:in[- ]house|on[- ]site|on (?:the|our) premises|inside)|no cloud|cloud(?: services)? (?:is|are) (?:excluded|forbidden|not allowed)|(?:may|must|can) not leave (?:our|the) (?:data cent(?:er|re)|site|building|network|premises|plant|hospital)|our own servers?|one server\b|servers? in our|everything on our existing server|own one server|two servers",
        ),
    ),
    "air_gapped": (
        (
            "air-gapped",
            r"air[- ]gap\w*|no internet|without internet|(?:separated|disconnected|cut off) from the internet|network is isolated|offline network",
        ),
    ),
    "fairness": (
        (
            "fairness",
            r"\bfair(?:ness|ly)?\b(?! way)|discriminat\w+|subgroup|protected (?:group|attribute|class)|bias(?:ed)? (?:against|towards)|ethnic|gender|equal treatment|poor (?:districts|students|people)",
        ),
    ),
    "personal_data": (
        (
            "personal data",
            r"personal data|\bpii\b|\b(?:a |the )?faces?\b[^.]{0,40}\b(?:plates?|stored|kept|visible|blurred|recogni[sz]able)|(?:number|licen[cs]e) plates?|names?, phone|phone numbers|bank details|customer data|patient data|(?<!agent's )(?<!agents' )(?<!committee's )(?<!employee's )consent(?! of the (?:works|board|committee))|medical records|subscriber data|confidential\w*",
        ),
    ),
    "human_in_loop": (
        (
            "human decides",
            r"\boverrid\w+|\bveto\b|human review|only proposes|still read everything|(?:manager|handler|agent|doctor|clinician|radiologist|editor|analyst|dispatcher)s? (?:decide|can override|confirm|review|approve)|dispatcher|edits? and signs?|has to release|signs? (?:every|each|it)|in the loop|four[- ]eyes",
        ),
    ),
    "shared_features": (
        (
            "shared",
            r"\b(?:the |an?)?(?:other|\w+) (?:team|group|product|department|squad)\b[^.]{0,30}\b(?:already )?(?:comput|calculat|build|maintain|us)\w*\b[^.]{0,40}\b(?:same|similar|own)\b|\bwould (?:like|want|use|need|take) (?:ours|them too|the same)\b|other teams?[^.]{0,80}(?:same|want|use|read|share)\w*[^.]{0,40}features?|shared? (?:across|between|with) (?:models|teams)|features?[^.]{0,40}(?:reused?|shared)|feature store team",
        ),
    ),
    "online_features": (
        (
            "online",
            r"needed online|features?[^.]{0,40}(?:online|real[- ]time|in session)|velocity|session behaviou?r|sliding window|in-session|last (?:few )?(?:seconds|minutes)|current session",
        ),
    ),
    "first_model": (
        (
            "first model",
            r"first (?:\w+ ){0,3}model|never (?:put|trained|run|had)[^.]{0,60}(?:model|anything|production)|nobody here has|no (?:ml|mlops|data science) (?:experience|team)|no data scientist|first quick win|have never",
        ),
    ),
    "no_experiment": (
        (
            "no experiment",
            r"(?:a/?b|split) tests?[^.]{0,40}(?:impossible|not possible|cannot|infeasible|no\b)|(?:cannot|can ?not|must not|may not|not allowed to|forbid\w*|prohibit\w*|unethical to|refuses? to|no) (?:[a-z]+ ){0,3}randomi[sz]\w*|cannot show different prices|no way to (?:test|randomi)",
        ),
    ),
    "interference": (
        (
            "units take from one another",
            r"\b(?:common|shared|one) pool\b|\bpool of (?:couriers|drivers|riders|vans|agents|nurses|stock|bikes)|\b(?:the )?other half (?:gets?|sees?|has|loses?|waits?)|compete for the same|\bshar(?:e|es|ing) (?:the )?(?:same )?(?:yard|stock|couriers|drivers|fleet|inventory|beds|crew)|\b(?:ride|move|walk|travel|drive|switch)s? across (?:\w+ )?(?:districts|zones|areas|borders|stores|regions|cities)|spill(?:s|ed)? over|at the expense of the (?:other|control)|neighbou?ring (?:\w+ )?(?:stores|calls|zones|stations) (?:share|influence|affect)",
        ),
    ),
    "newcomers": (
        (
            "newcomers without history",
            r"\b(?:zero|without(?: any)?) history\b|\b(?:\d+ |~ ?\d+ )?new (?:restaurants?|stations?|stores?|items?|products?|references?|articles?|merchants?|sellers?|titles?|sites?|machines?)\b[^.;]{0,30}\b(?:each|every|an?|per) (?:week|month|day|season)|\b\d+ (?:more|new|additional) (?:stations?|stores?|sites?|restaurants?|machines?|shops?|lines)\b[^.;]{0,30}\b(?:open|next|spring|soon|join)|\b(?:restaurants?|merchants?|sellers?|stores?|products?|items?) (?:join|come|appear)\b[^.;]{0,20}\b(?:each|every|and leave|week|month)|\d new per (?:week|month|day)|\bonly (?:two|three|a few|\d) times (?:a|per) year|\bthree times (?:a|per) year",
        ),
    ),
    "label_bias": (
        (
            "selective labels",
            r"\bwhen (?:an?|the) \w+ is empty\b[^.;]{0,40}\b(?:nobody|no one|zero|none)\b|\b(?:sales|trips|demand|orders) are zero\b|\b(?:learn\w+|trained) (?:\w+ )?(?:from|on) (?:the )?clicks\b|\bnobody (?:ever )?(?:looks?|looked|checks?|checked|sees?|saw)(?: at)?\b|\b(?:rejected|refused|declined|turned[- ]down|abgelehnte) (?:\w+ )?(?:applications?|applicants?|requests?|customers?|cases?)\b[^.]{0,60}\b(?:not know|unknown|no (?:outcome|label)|never know|known we)|only (?:challenged|reviewed|inspected|flagged|called|approved)[^.]{0,50}(?:label|get)|bias(?:ed)?\b[^.]{0,40}(?:label|inspection|sample|click)|position bias|label(?:l)?ing bias|already skip|colou?rs the labels|targeted inspections|survivorship|censored|\b(?:started|triggered|opened|begun|caused) by an? (?:\w+ )?(?:complaint|phone call|report)\b|\bwhen only some\b[^.]{0,40}\b(?:tested|checked|labell?ed)|\bonly (?:on|from|for) (?:the )?[\w ]{2,24} (?:it|we|they|he|she|score) (?:buys?|liked?|chose|chooses?|tests?|tested|approved?|picks?|picked)\b|\b(?:for|of|about) (?:the )?(?:declined|rejected|refused) (?:ones|cases|people|customers)\b[^.]{0,24}\b(?:nothing|unknown)|\bonly (?:ever )?(?:saw|sees?|looked at) (?:the )?[\w ]{0,24}(?:reported|flagged|caught)|\bhardly (?:feature|appear)\b",
        ),
    ),
    "streaming_platform": (
        ("stream", r"\bkafka\b|\bflink\b|kinesis|pub/?sub|event hubs?|pulsar|stream (?:job|processor)"),
    ),
    "serving_cue": (
        (
            "edge",
            r"\bedge (?:device|box|deployment|serving|node|computer|gateway)s?|can(?:no|['’])t wait for (?:a|the) server|\bno signal\b[^.;]{0,30}\b(?:tube|planes?|underground|tunnels?|field)|on the edge|at the edge|on[- ]device|on-?board (?:computer|unit)|(?:gpu|inference) box at the|(?:must )?works? with(?: no|out (?:a |any )?)(?: ?connection| ?network| ?signal)|jetson|in the browser|offline on (?:the|a) (?:device|phone)",
        ),
        (
            "streaming",
            r"inside the stream|(?:messages|readings|measurements|events|records) per second|per second [^.]{0,24}kafka|kafka[^.]{0,60}per second|continuous stream|stream(?:ing)? job|each (?:\d+-minute )?message|per event|events? per second|update[sd]? (?:its|the) [^.]{0,30}(?:with|on) each|as (?:it|they) evolves?|continuous(?:ly)? scor",
        ),
        (
            "real-time",
            r"real[- ]?time|authori[sz]ation path|at checkout|while (?:the )?(?:user|customer|caller) waits|in the request|\bp99\b|\bendpoint\b|\bapi\b[^.]{0,30}(?:answer|respon)|\bper second\b|as soon as|when (?:the|a) \w+ is created|users? (?:upload|wait)|within (?:\w+ )?(?:seconds|minutes)|start streaming",
        ),
        (
            "batch",
            r"once a year|(?:two|three|four|six) times a year|\bbatch\b|nightly|each night|every night|overnight|every (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|week|month|day|morning)|each (?:sunday|monday|week|month|day)|\bweekly\b|\bmonthly\b|once a (?:day|week|month)|runs on (?:sunday|monday|saturday)|every (?:\w+ )?hours|refreshed (?:daily|weekly)|\blist\b",
        ),
    ),
    "not_ml": (),
    "forbidden": (
        (
            "social scoring",
            r"social scor\w+|citizen score|trustworthiness score of (?:people|citizens|residents)",
        ),
        (
            "emotion recognition at work or school",
            r"^(?=.*\b(?:emotions?|moods?|stress\w*|motivat\w+|bored|boredom|annoy\w*|angry|anger|attentive\w*|engaged|friendl\w+|happy|enthusias\w+)\b)(?=.*\b(?:voices?|webcams?|cameras?|faces?|facial|tone|intonation|keystrokes?|video)\b)(?=.*\b(?:employees?|workers?|staff|agents?|colleagues|drivers?|nurses?|teachers?|pupils?|students?|applicants?|candidates?|supervisors?|cashiers?|trainees?)\b)(?=.*\b(?:recogni[sz]\w*|detect\w*|infer\w*|reads?|measur\w*|scor\w*|judg\w*|tells?|predict\w*|classif\w*|estimat\w*|rat(?:e|ing)s?)\b).*|(?:emotions?|mood|stress)[^.]{0,60}(?:employees?|workers?|staff|pupils|students|classroom|call agents?)[^.]{0,60}(?:camera|voice|face|webcam|facial)|(?:camera|voice|face|webcam|facial)[^.]{0,60}(?:emotions?|mood)[^.]{0,60}(?:employees?|workers?|staff|pupils|students)",
        ),
        (
            "biometric categorisation by protected traits",
            r"(?:face|facial|photos?|biometric|voice)[^.]{0,60}(?:infer|predict|guess|detect|classif)\w*[^.]{0,40}(?:ethnic|race|religio|sexual orientation|political|union)",
        ),
        (
            "predicting crime of individuals by profile",
            r"predict[^.]{0,40}(?:which|who|people|individuals|residents)[^.]{0,40}(?:commit|offend|crimes?)",
        ),
        (
            "untargeted scraping of faces",
            r"scrap\w+[^.]{0,40}(?:faces|facial images)|face database from (?:the internet|social)",
        ),
        (
            "manipulation of vulnerable people",
            r"exploit[^.]{0,40}(?:addict|vulnerab|elderly|children)|subliminal",
        ),
    ),
    "rule_suffices": (
        (
            "limits decide it",
            r"\b(?:rules?|limits?|thresholds?|bounds?|tolerances?)\b[^.;]{0,24}\b(?:are|were|is|have been) (?:already |all |clearly |exactly )?(?:written down|agreed|laid down|prescribed|fixed by|given by|set (?:in|by) (?:the )?(?:contract|law|standard|norm|regulation)s?)\b[^.;]{0,90}\d",
        ),
        (
            "a lookup decides it",
            r"\bvat rate|tax rate|tariff code lookup|100 ?% correctness|exactly defined by (?:law|a table|rules)|every decision must be traceable to the legal|deterministic rule|\b(?:predict|know|find|list|tell)\w*\b[^.;\n]{0,40}\b(?:licen[cs]es?|certificates?|permits?|warrant(?:y|ies)|passports?|visas?|registrations?)\b[^.;\n]{0,24}\b(?:expir\w+|falls? due|(?:is|are) due|runs? out)\b|\bha(?:s|ve) to be exact(?:ly)? (?:right|correct)|must be exact(?:ly)? (?:right|correct)|exact to the cent",
        ),
    ),
}

REGULATIONS = {
    "GDPR (DSGVO)": r"\bdsgvo\b", "GDPR (RGPD)": r"\brgpd\b", "KRITIS": r"\bkritis\b", "SGB": r"\bSGB [IVX]+\b", "AGG": r"\bAGG\b(?= |,|\.)", "nFADP": r"\bn?fadp\b|\brevDSG\b",
    "EU DSA": r"\bDSA\b(?= |,|\.)|digital services act", "GMP": r"\bGMP\b", "Blood Safety (BSQR)": r"\bBSQR\b|blood safety and quality", "USPAP": r"\buspap\b", "EASA Part-145": r"\bpart[- ]145\b",
    "LFPDPPP": r"\blfpdppp\b", "Ley 29733": r"\bley 29733\b", "SBS": r"\bnormas de la SBS\b|\bSBS (?:rules|norms)\b", "LOPDGDD": r"\blopd(?:gdd)?\b", "Law 25": r"\bloi 25\b|\blaw 25\b",
    "PIPL (个人信息保护法)": "个人信息保护法", "数据安全法": "数据安全法", "反洗钱法": "反洗钱法", "算法推荐管理规定": "算法推荐管理规定", "网络安全法": "网络安全法", "prompt-pay statute": r"\bprompt[- ]pay\b", "SSM": r"\bSSM rules\b",
    "GDPR": r"\bgdpr\b|\bdata protection (?:law|officer|regulation)", "PSD2 / SCA": r"\bpsd2\b|\b3-d secure|\bstrong customer authentication",
    "EU MDR": r"\bmdr\b|notified body|medical device|manufacturer in the legal sense", "EU AI Act": r"\bai act\b",
    "HIPAA": r"\bhipaa\b", "FCA Consumer Duty": r"\bfca\b", "UK GDPR Art. 22": r"\bico\b", "PCI DSS": r"\bpci\b",
    "Basel / SR 11-7": r"\bsr ?11-7|\bbasel\b|model risk", "CCPA": r"\bccpa\b", "FDA": r"\bfda\b|510\(k\)",
    "ECOA / Reg B": r"\becoa\b|reg(?:ulation)? b\b|adverse action", "SOX": r"\bsox\b", "FERPA": r"\bferpa\b",
    "FCRA": r"\bfcra\b", "COPPA": r"\bcoppa\b|\b(?:children|kids|minors|pupils|players|users|viewers|accounts)\b[^.;\n]{0,40}\b(?:under|below|younger than) (?:13|thirteen)\b", "LGPD": r"\blgpd\b", "NIS2": r"\bnis ?2\b", "DORA": r"\bdora\b(?= |,|\.)", "GLBA": r"\bglba\b", "CPRA": r"\bcpra\b",
    "PIPL": r"\bpipl\b", "APPI": r"\bappi\b", "PDPA": r"\bpdpa\b", "KVKK": r"\bkvkk\b", "POPIA": r"\bpopia\b", "MiFID II": r"\bmifid\b", "NERC CIP": r"\bnerc\b", "HDS": r"\bHDS\b(?= |,|\.|\))",
    "IAB TCF": r"\btcf\b", "GVP": r"\bgvp\b", "ePrivacy": r"\beprivacy\b", "TCPA": r"\btcpa\b", "FINRA": r"\bfinra\b", "OCC / OSFI": r"\bosfi\b", "EMIR": r"\bemir\b", "REACH": r"\bREACH\b(?= (?:regul|compl))",
    "HACCP": r"\bhaccp\b", "NIST AI RMF": r"\bnist\b", "ISO 27001": r"\biso ?27001", "ISO 13485": r"\biso ?13485", "IEC 62304": r"\biec ?62304", "IEC 62443": r"\biec ?62443", "TISAX": r"\btisax\b", "BSI": r"\bbsi\b(?= |,|\.)", "BaFin": r"\bbafin\b", "MaRisk": r"\bmarisk\b", "SOC 2": r"\bsoc ?2\b",
    "PIPEDA": r"\bpipeda\b", "GxP / 21 CFR Part 11": r"\bgxp\b|21 cfr", "EBA guidelines": r"\beba\b", "Solvency II": r"\bsolvency ii\b",
}  # fmt: skip
CLOUDS = {"AWS": r"\baws\b|amazon web", "GCP": r"\bgcp\b|google cloud|bigquery", "Azure": r"\bazure\b"}
REGION = r"\b(?:(?:West|North|East|South|Central) (?:Europe|US|UK|India|Japan)|(?:Norway|Sweden|Switzerland|Germany|France|Poland|Italy|Spain|UK|Canada|Australia|Japan|Brazil) (?:North|South|East|West|Central)(?: Central)?|europe-(?:central|north|southwest|west)\d|[a-z]{2}-(?:central|west|east|north|south|southeast|northeast)-?\d|europe-west\d|frankfurt|ireland|(?<=AWS )(?:London|Dublin|Paris|Stockholm|Milan|Zurich|S[ãa]o Paulo|Mumbai|Singapore|Sydney|Tokyo|Ohio|Oregon|Montreal|Spain)|(?<=Azure )(?:London|Dublin|Paris|Amsterdam|Zurich)|East US 2|West US [23]|eu[- ]region|switzerland north)\b"
SYSTEMS = (
    r"rules? engine(?: plus [^,.;]{5,60})?|hand-?written rules(?: in \w+)?|rule-based (?:\w+ ?){1,3}|logistic regression|moving average[^,.;]{0,40}|"
    r"seasonal naive|croston(?:'s)? (?:method)?|spreadsheets?|bm25[^,.;]{0,40}|threshold alarms?[^,.;]{0,30}|"
    r"contract ending in [^,.;]{3,20}|keyword (?:bot|search|match\w+|rules?|list|filter)|built-in score|manual(?:ly)? (?:review|triage|routing|work|selection|planning|scheduling)[^,.;]{0,20}|"
    r"by hand|first[- ]come[- ]first[- ]served|fifo|collaborative filter\w*|popularity (?:list|ranking)|heuristic|regression (?:by|per) [^,.;]{3,30}|"
    r"gut feeling|generic text|static (?:price|list|rules?)|fixed (?:schedule|interval|thresholds?|rules?)|scorecard|linear regression|excel (?:sheet|model)|"
    r"(?:old|existing|current|present) (?:model|list|selection|system|process|rules?|score|ranking)|\b\w{1,40} method in the ERP"
)
WISHES = {
    "random split": r"random (?:train/?test )?split|train_test_split|shuffle[sd]?\b|80/20|random(?:ly)? split",
    "accuracy target": r"\d\d(?:\.\d+)? ?% accuracy|accuracy of (?:at least )?\d\d",
    "real-time without need": r"(?:liked?|love[sd]?|wants?) the word .real[- ]time|should be real[- ]time because",
    "nightly fine-tuning": r"retrain\w*[^.]{0,20}every night|fine-?tun\w+[^.]{0,40}(?:wiki|knowledge base|documentation|manuals|pages)|nightly (?:fine-?tun|retrain)\w*",
    "feature store": r"(?:we want|needs?|should have|everyone has|serious)[^.]{0,50}feature store",
}
LATER = (
    r"final[- ](?:invoice|bill|payment)[\w ]{0,10}|cancell?ation[- ](?:form|ticket|request|reason)[\w ]{0,12}|port-?out[\w ]{0,14}|"
    r"days until (?!a\b|an\b|the\b)\w+|time (?:to|until) (?:settlement|resolution|close)|(?:number of )?handler notes|repair invoice[\w ]{0,8}|"
    r"(?:whether a )?solicitor[\w ]{0,16}|settlement (?:date|amount)|resolution (?:code|time)|closing (?:code|date)|discharge (?:date|code|summary|status|diagnos\w+|destination|time)|"
    r"refund (?:flag|amount|date)|chargeback (?:reason|code)[\w ]{0,8}|asking price|final (?:queue|status|grade|outcome)|"
    r"exit interview[\w ]{0,10}|death (?:flag|date)|collection[s]? (?:flag|status)|write-?off[\w ]{0,8}|number of reassignments|"
    r"total (?:repair|claim) (?:cost|amount)|(?:autopsy|biopsy) result|return (?:reason|date|flag)|actual (?:arrival|weather|temperature)|"
    r"post-?mortem[\w ]{0,8}|repair code|termination (?:date|reason)|deactivation (?:date|reason)"
)
GROUPS = {
    "patient": r"\bpatients?\b", "turbine": r"\bturbines?\b", "client and template": r"same client|near-identical|same template|\btwins\b",
    "batch and mould": r"\bmould|\bmold\b|same batch|(?-i:Charge)\b", "policyholder": r"policyholder|\bclaims?\b", "meter": r"\bmeters?\b",
    "machine": r"\bmachines\b|\bpumps?\b|compressors?|elevators?", "document family": r"documents? famil|near-duplicate",
    "vehicle": r"\bvehicles?\b|\btrucks?\b|\btrains\b", "field": r"\bfields? (?:and|per|photos)|plots?\b", "speaker": r"\bspeakers?\b",
    "scene": r"same scene|video sequence|flight\b",
}  # fmt: skip


def first(passages: Iterable[Sentence], pattern: str, value: str | None = None) -> Given[str] | None:
    """The first sentence that holds the pattern; its words are the value unless one is given."""
    for sentence in passages:
        if match := re.search(pattern, sentence.text, re.IGNORECASE):
            return Given(value or match[0].strip(), around(sentence, match), sentence.start + match.start())
    return None


def around(sentence: Sentence, match: re.Match[str]) -> str:
    """The sentence, or as much of it as stands around the match."""
    if len(sentence.text) <= 160:
        return sentence.text
    start = max(0, match.start() - 60)
    start = sentence.text.find(" ", start) + 1 if start else 0
    end = min(len(sentence.text), max(match.end() + 60, start + 120))
    end = sentence.text.rfind(" ", 0, end) if end < len(sentence.text) else end
    return sentence.text[start : max(end, match.end())].strip()


def cue(passages: tuple[Sentence, ...], fact: str) -> Given[str] | None:
    for value, pattern in CUES[fact]:
        heard = _undenied(passages, pattern) if fact == "serving_cue" else passages
        if found := first(heard, pattern, value):
            return found
    return None


def _undenied(passages: tuple[Sentence, ...], pattern: str) -> tuple[Sentence, ...]:
    """Sentences that do not deny what they name: `not instant`, `in real time we need nothing`."""
    before, after = r"(?:\b(?:no|not|nothing|without|never)|n['’]t)\b[^.;,]{0,24}$", r"[^.;,]{0,24}\b(?:not (?:needed|required|necessary)|nothing|no need)\b"  # fmt: skip
    return tuple(
        s
        for s in passages
        if not (match := re.search(pattern, s.text, re.IGNORECASE))
        or not (
            re.search(before, s.text[: match.start()], re.IGNORECASE)
            or re.match(after, s.text[match.end() :], re.IGNORECASE)
        )
    )


def named(passages: tuple[Sentence, ...], patterns: dict[str, str]) -> tuple[Given[str], ...]:
    return tuple(found for name, pattern in patterns.items() if (found := first(passages, pattern, name)))


def wanted(passages: tuple[Sentence, ...], patterns: dict[str, str]) -> tuple[Given[str], ...]:
    """As `named`, without what every sentence that names it refuses: `nothing at AWS` names no cloud to use."""
    refused = (
        rf"\b(?:no|nor|not|never|nothing|without|neither|excluded?|forbidden)\b[^.;]{{0,40}}$|{BANNED_LIST}"
    )
    turned_down = r"[^.,;]{0,30}\bthat \w+ (?:\w+ )?(?:won't|will not|does ?n[o']t) (?:let|allow)"
    found = named(passages, patterns)
    return tuple(
        given
        for given in found
        if any(
            (match := re.search(patterns[given.value], s.text, re.IGNORECASE))
            and not re.search(refused, s.text[: match.start()], re.IGNORECASE)
            and not re.match(turned_down, s.text[match.end() :], re.IGNORECASE)
            for s in passages
        )
    )


BANNED_LIST = r"\b(?:forbidden|not allowed|not permitted|prohibited|banned|off limits|must not use|may not use|can(?:no|')t use|not wanted|tools not)\b(?:(?!\b(?:but|instead|allowed is|we use)\b)[^.;])*$"
"""Everything listed after such words is refused: `Tools not allowed: X, Y`, `what we are forbidden to use: X, Y and Z`."""


_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|fall|winter|christmas|easter|the (?:flu |high |holiday )?season|q[1-4]|year[- ]end|the end of (?:the )?(?:\w+))"
WANTED_BY = rf"\b(?:go(?:es)?[- ]live|live|launch\w*|start\w*|try it|ready|running|on line \w+|in production|finished|first test|deadline|due|pilot|roll(?:ed)? ?out|wants? it|need it|done)\b[^.;\n]{{0,50}}?\b(?:by|before|on|in|until|from|no later than)\s+(?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?)?(?:{_MONTH}(?: \d{{1,2}}\b)?(?: (?:next year|20\d\d))?|\d{{1,3}} (?:weeks|months|days))"


PLACE = r"\s(?:in|on|are|is|were|land|flow|of which|since|that|which|who|because|so|but|with(?= a)|for (?=the|about))\s|[.;:!?]|, so |, but "
CLOSE = r"[.;:!?]|, so |, but |\s(?:which|because|that)\s"


def listed(
    passages: tuple[Sentence, ...], opening: str, ends: str = PLACE, most: int = 14
) -> tuple[Given[str], ...]:
    """Items of an enumeration after the opening words, up to what ends it: `We have billing and the CRM in …`."""
    found: dict[str, Given[str]] = {}
    for sentence in passages:
        for match in re.finditer(opening, sentence.text, re.IGNORECASE):
            tail = re.sub(r"\([^)]*\)", "", sentence.text[match.end() :])
            tail = re.split(ends, tail)[0]
            pieces = re.split(r",\s*(?:and\s+)?|\s+and\s+|\s+plus\s+|;\s*", tail)
            if len(pieces) < 2:
                continue
            at = sentence.start + match.end()
            for piece in pieces:
                name = _noun(piece)
                if name and name.lower() not in found:
                    found[name.lower()] = Given(name, sentence.text[:160], at)
    return tuple(found.values())[:most]


def _noun(piece: str) -> str:
    words = re.sub(
        r"^(?:the|a|an|our|some|all|both|also|perhaps|maybe|about|roughly|sometimes|one|two|three|four|five|\d[\d,.]*)\s+",
        "",
        piece.strip(" '\"“”-"),
        flags=re.IGNORECASE,
    )
    words = re.sub(r"\s+(?:(?:going )?back to|since|from|to|until|of the last)\s+(?:[A-Z][a-z]+ )?(?:(?:19|20)\d\d|\w+ (?:years|seasons|months))\b.*$", "", words)  # fmt: skip
    words = re.sub(
        r"^(?:(?:the|a|an|our)\s+)?(?:(?:years?|months?)\s+of\s+)?", "", words, flags=re.IGNORECASE
    )
    if (
        not 2 < len(words) <= 48
        or len(words.split()) > 6
        or re.search(
            r"\b(?:we|i|they|you|would|can|must|should|want|will|do|has|have|had|am)\b", words, re.IGNORECASE
        )
    ):
        return ""
    return words if re.search(r"[A-Za-z]{3}", words) else ""
