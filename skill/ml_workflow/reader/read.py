"""Brief → Facts: the order of reading. Orders to the machine are set aside before any fact is read."""

import re
from bisect import bisect_right
from dataclasses import fields, replace
from datetime import date
from typing import Any

from briefwright.skill.markdown import clip, defuse
from briefwright.skill.ml_workflow.facts import Facts, Given, ProblemType
from briefwright.skill.ml_workflow.language.gloss import Gloss, Language, gloss
from briefwright.skill.ml_workflow.reader import amounts, columns, metric, people, stakes, words
from briefwright.skill.ml_workflow.reader.learning import not_learning
from briefwright.skill.ml_workflow.reader.passages import (
    Sentence,
    clip_around,
    sentences,
    set_orders_aside,
)
from briefwright.skill.ml_workflow.reader.plausible import plausible
from briefwright.skill.ml_workflow.reader.structured import as_mapping, laid_over, words_only
from briefwright.skill.ml_workflow.register import register
from briefwright.skill.ml_workflow.usecases import USE_CASES, UseCase

# Words that settle the type whatever else the brief talks about.
STATED_TYPES: tuple[tuple[ProblemType, str], ...] = (
    ("anomaly detection", r"\b(?:alarms?|alerts?|warn(?:ed|ing)?)\b[^.]{0,40}\b(?:before|ahead)\b|ahead of (?:a|an|the) (?:breach|failure|breakdown|outage)"),
    ("classification", r"\bhow likely\b|probabilit\w+ (?:of|that)|likelihood (?:of|that)|\brisk of \w+(?:ing|ion|ure)\b"),
    ("forecasting", r"\bnumber of \w+(?: \w+)? per (?:half[- ]hour|hour|day|week|shift|interval)\b[^.]{0,60}\b(?:next|coming)\b|(?:predict|forecast) [^.]{0,40}\b(?:each|every) \w+ (?:and|per) (?:each |every )?day\b|\b(?:waiting times?|queues?|bikes?|demand|arrivals|units|occupancy|consumption)\b[^.]{0,50}\b(?:coming|next) (?:\w+ )?(?:hours?|days?|weeks?)|day-ahead|hour-ahead|\b(?:like|want|need|looking for)\w*\b[^.]{0,30}\bforecast (?:of|for)\b"),
    ("NLP", r"named[- ]entity|\bNER\b|keyword[- ]spotting|(?:classify|sort|tag) (?:the |our |incoming )?(?:texts?|letters?|e-?mails?|messages|tickets)"),
    ("regression", r"(?:predict|prediction of|estimate of|expected) (?:the )?(?:\w+ ){0,3}(?:costs?|price|value|amount|spend|yield|delay|arrival time|time of arrival|duration)|predict (?:the )?(?:remaining|number of (?:days|minutes|hours))|\bin (?:days|minutes|hours)\b[^.]{0,40}(?:mean absolute|error)|regression of |how (?:long|many (?:days|minutes|hours))"),
)  # fmt: skip
PROBLEM_WORDS: tuple[tuple[ProblemType, str], ...] = (
    ("LLM", r"\bLLM\b|language model|fine-?tun\w+|\bRAG\b|chat ?bot|support assistant|\bGPT\b|LoRA|billion-parameter"),
    ("forecasting", r"forecast\w*|demand for the next|load prediction|predict[^.]{0,40}(?:demand|sales|load|consumption|volume)"),
    ("ranking", r"learning[- ]to[- ]rank|re-?rank\w*|search rank\w*|ranking service|rank (?:the )?(?:results|candidates)"),
    ("recommendation", r"recommend(?!ation:)\w*|personali[sz]\w+|similar items|looks similar"),
    ("CV", r"\bimages?\b|photos?\b|camera|x-?ray|\bvideo\b|visual|vision\b"),
    ("NLP", r"\btext\b|tickets?\b|documents?\b|emails?\b|sentiment|multilingual|language\b"),
    ("anomaly detection", r"anomal\w+|early warning|failure|outlier|intrusion"),
    ("regression", r"valuation|price|regression|estimate (?:the )?(?:value|time|duration|cost)|how (?:many|much|long)|\beta\b"),
    ("classification", r"classif\w+|categori[sz]\w+|predict which|who will|which (?:customers|members|users|patients|students|leads)|fraud|churn|score|likely to|detect"),
)  # fmt: skip


def read(text: str, as_of: date) -> Facts:
    """Read a brief. `as_of` turns years (`since 2019`) into lengths of history.

    Keys of a brief that is data (YAML or JSON) are taken as given. A brief in German, Spanish, French or Chinese is read through its gloss; what is quoted are its own words.
    """
    data = as_mapping(text)
    text = defuse(text)
    glossed = gloss(words_only(text, data) if data else text)
    facts = _read(glossed.text, as_of, glossed.language)
    facts = _in_own_words(facts, text, glossed) if glossed.starts else replace(facts, text=text)
    return plausible(laid_over(facts, data, text)) if data else facts


def _in_own_words(facts: Facts, text: str, glossed: Gloss) -> Facts:
    """Facts read from a gloss, with places and quotes of the brief itself."""
    own = sentences(text)
    starts = [sentence.start for sentence in own]

    def original(given: Given[Any]) -> Given[Any]:
        at = glossed.source(given.start)
        sentence = own[max(0, bisect_right(starts, at) - 1)]
        return replace(given, quote=clip_around(sentence.text, at - sentence.start), start=at)

    changes: dict[str, Any] = {"text": text}
    for each in fields(facts):
        value = getattr(facts, each.name)
        if isinstance(value, Given):
            changes[each.name] = original(value)
        elif isinstance(value, tuple):
            changes[each.name] = tuple(original(given) for given in value)
    head, _ = _title(text)
    return replace(facts, title=head, **changes)


def _read(text: str, as_of: date, tongue: Language) -> Facts:
    kept, orders = set_orders_aside(text)
    title, body_at = _title(kept)
    kept_whole, kept = kept, " " * body_at + kept[body_at:]
    passages = sentences(kept)
    task = sentences(about_the_task(kept))
    stated = _stated_type(task)
    case = _use_case(kept_whole, title, stated.value if stated else None, ENOUGH)
    event = case.cues if case else r"\bare\b|\bis\b"
    relative, absolute = stakes.effect(passages)
    delta, sd, mean = stakes.mean_effect(passages)
    alpha, power, longest = stakes.test_terms(passages)
    baseline, target = stakes.metric_change(passages)
    wrong, missed = stakes.error_costs(passages)
    watched, level, goal = metric.amounts(passages) if not baseline else ("", None, None)
    named, refused = words.tools(passages, _tool_names())
    p99 = (
        amounts.service_level(passages)
        or amounts.latency(passages, r"\bp99\b|99th percentile|99\s?% of (?:requests|answers)")
        or amounts.latency(passages, r"\bp95\b|95th percentile")
    )
    positive = stakes.ratio_share(passages, event) or stakes.positive_rate(passages, event)
    facts = Facts(
        title=title,
        text=text,
        problem_type=stated or _problem_type(task, title, case),
        use_case=_case_fact(task, title, case),
        subject=_subject(passages),
        prediction=_prediction(task),
        language=tongue,
        not_ml=not_learning(text, _use_case(kept_whole, title, None, 1), tongue)
        if tongue != "other"
        else None,
        forbidden=words.cue(passages, "forbidden"),
        rule_suffices=words.cue(passages, "rule_suffices"),
        label_horizon_days=amounts.horizon_days(passages),
        label_delay_days=amounts.label_delay_days(passages),
        positive_rate=positive,
        history_days=amounts.history_days(passages, as_of),
        group_key=next(iter(words.named(passages, words.GROUPS)), None),
        label_bias=words.cue(passages, "label_bias"),
        population=amounts.population(passages),
        volume_per_day=amounts.volume_per_day(passages),
        peak_rps=amounts.rate_per_second(passages),
        latency_p50_ms=amounts.latency(passages, r"\bp50\b|\bmedian\b"),
        latency_p99_ms=p99,
        deadline_s=amounts.deadline_s(passages),
        batch_window_h=amounts.batch_window_h(passages),
        due_time=_due_time(passages),
        schedule=_schedule(passages),
        serving_cue=words.cue(passages, "serving_cue"),
        streaming_platform=words.cue(passages, "streaming_platform"),
        edge_device=words.cue(passages, "edge_device"),
        business_metric=_business_metric(passages)
        or _named_by(watched, level)
        or _metric_of(passages, target or baseline),
        metric_baseline=baseline,
        metric_target=target,
        mde_relative=relative,
        mde_absolute=absolute or delta,
        metric_sd=sd,
        metric_mean=mean or level,
        metric_goal=goal,
        test_alpha=alpha,
        test_power=power,
        test_days_most=longest,
        guardrails=stakes.limits(passages),
        worse_error=stakes.worse_error(passages),
        reported_quality=stakes.reported_quality(passages),
        regime_changes=_regime_changes(passages),
        feature_count=amounts.feature_count(passages),
        exposed_share=stakes.exposed_share(passages),
        experiment_unit=_experiment_unit(passages),
        no_experiment=words.cue(passages, "no_experiment"),
        capacity_per_week=stakes.capacity_per_week(passages),
        cost_false_positive=wrong,
        cost_false_negative=missed,
        current_system=_current_system(passages),
        fallback=people.fallback(passages),
        team_size=amounts.team_size(passages),
        approver=people.approver(passages),
        first_model=words.cue(passages, "first_model"),
        budget_per_month=stakes.budget_per_month(passages),
        clouds=words.wanted(passages, words.CLOUDS),
        region=words.first(passages, words.REGION),
        on_premises=words.cue(passages, "on_premises"),
        air_gapped=words.cue(passages, "air_gapped"),
        regulations=words.named(passages, words.REGULATIONS),
        fairness=words.cue(passages, "fairness"),
        personal_data=words.cue(passages, "personal_data"),
        human_in_loop=words.cue(passages, "human_in_loop"),
        shared_features=words.cue(passages, "shared_features"),
        online_features=words.cue(passages, "online_features"),
        tools=named,
        tools_refused=refused,
        sources=_sources(passages),
        features=_features(passages),
        known_later=columns.known_later(passages),
        barred=columns.barred(passages),
        wishes=_wishes(passages, refused),
        instructions=orders,
    )
    return _with_leftovers(plausible(facts), passages, body_at)


def _title(text: str) -> tuple[str, int]:
    """A heading, or a short first line that ends without a stop; otherwise nothing."""
    lines = text.splitlines() or [""]
    first = next((line.strip() for line in lines if line.strip()), "")
    if headed := re.match(r"(?:[\w-]+: [^\n]*\n){0,5}?subject: *((?:re|fwd?|aw|wg): *)*([^\n]{3,90})", text.lstrip(), re.IGNORECASE):  # fmt: skip
        return headed[2].strip(), text.index(headed[2]) + len(headed[2])
    if NO_TITLE.match(first):
        return "", 0
    if first.startswith("#"):
        return first.lstrip("# ").strip(" *_")[:90], len(first)
    if len(first) <= 90 and len(lines) > 1 and not re.search(r"[.!?:,]$", first) and len(first.split()) <= 14:
        return first.strip("*_ "), len(first)
    return "", 0


NO_TITLE = re.compile(r"(?:hi|hey|hello|hallo|dear|good (?:morning|day)|bonjour|hola|buen[oa]s|to|from|date|notes from)\b|\W*$|\|", re.IGNORECASE)  # fmt: skip


def _use_case(text: str, title: str, stated: ProblemType | None, enough: int) -> UseCase | None:
    """The use whose words the brief holds most, among those of the type the brief states. The title and the sentence that says what to predict count three times,
    examples in brackets not at all. Ties go to the earlier row."""
    plain = about_the_task(re.sub(r"\([^)]*\)", " ", text))
    asked = " ".join(s.text for s in sentences(plain) if s.has(ASKED))
    scored = [
        (case.matches(plain) + 2 * case.matches(title) + 2 * case.matches(asked), case)
        for case in USE_CASES
        if stated in (None, case.problem)
    ]
    best = max((score for score, _ in scored), default=0)
    return next(case for score, case in scored if score == best) if best >= enough else None


ASKED = r"\bpredict|\bforecast|\bclassif|\bdetect|\bestimat|\brank\b|recommend|\bscore|\bwhich \w+ (?:will|are likely|cancel|buy|fail)|\bwe (?:want|need|would like)|'d like|\bdream|\bidea\b|\bgoal\b|looking for"
ENOUGH = 2
"""One passing word (`claims dept`, `loan`) does not make a use case; the request itself, or a second mention, does."""
ASIDE = re.compile(
    r"(?:do not|don['’]t|never|must not|may not|no) [^.;\n]{0,60}(?:OpenAI|ChatGPT|LLMs?|GPT|language models?)\b[^.;\n]{0,30}|(?:weather|seasonal|numerical) (?:\w+ )?forecasts?|forecasts? (?:of|from|by) (?:the )?(?:(?-i:[A-Z]{3,})[\w-]*|met\b\w*|weather)[\w -]{0,20}|"
    r"\bon the (?:phone|desk)\b|as i said|(?:if|when|should|in cases?|in the event)\b[^.,;:\n]{0,40}\b(?:fails?|failure|fall(?:s)? (?:out|over)|breakdown|outage|is down|is unavailable|breaks? down)\b",
    re.IGNORECASE,
)


def about_the_task(text: str) -> str:
    """The text without what only sounds like a task: somebody else's weather forecast, and what happens when the system fails."""
    return ASIDE.sub(lambda aside: " " * len(aside[0]), text)


def _case_fact(passages: tuple[Sentence, ...], title: str, case: UseCase | None) -> Given[str] | None:
    if case is None:
        return None
    return words.first(passages, case.cues, case.id) or Given(case.id, title, 0)


def _stated_type(passages: tuple[Sentence, ...]) -> Given[ProblemType] | None:
    """The type the brief says outright, in a sentence that is not about the experiment."""
    plain = tuple(s for s in passages if not s.has(r"\bsamples?\b|experiment|A/B"))
    for stated, words_of in STATED_TYPES:
        if found := words.first(plain, words_of):
            return Given(stated, found.quote, found.start)
    return None


def _problem_type(passages: tuple[Sentence, ...], title: str, case: UseCase | None) -> Given[ProblemType] | None:  # fmt: skip
    """The use case's type; else the type whose words the brief holds most."""
    if case:
        found = words.first(passages, case.cues)
        return Given(case.problem, found.quote if found else title, found.start if found else 0)
    counted = []
    for place, (problem, pattern) in enumerate(PROBLEM_WORDS):
        hits = sum(len(re.findall(pattern, sentence.text, re.IGNORECASE)) for sentence in passages)
        counted.append((hits, -place, problem, pattern))
    hits, _, problem, pattern = max(counted)
    found = words.first(passages, pattern) if hits else None
    return Given(problem, found.quote, found.start) if found else None


def _subject(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """Who asks, from `We are a group of six hospitals …` or a first fragment such as `Municipal water utility:`."""
    pattern = r"(?:we (?:are|run|operate|process|sell|service|make|own)|our (?:company|team|firm|helpdesk|marketplace|chain)|i (?:am|work|lead))\s+([^.;]{4,80})"
    if found := words.first(passages[:6], pattern):
        return found
    head = passages[0] if passages else None
    return (
        Given(re.split(r"\.(?!\d)", head.text.split(":")[0])[0][:80], head.text[:160], head.start)
        if head
        else None
    )


def _prediction(passages: tuple[Sentence, ...]) -> Given[str] | None:
    verbs = r"predict|forecast|estimate|detect|identify|classify|categori[sz]e|recommend|rank|re-rank|score|find|flag|prioriti[sz]e|assign|extract|tag|warn|route|decide|answer|propose"
    what = r"((?:which |whether |how |when |the |a |an )?(?:[^.;:()]|\.(?=\d)){4,110})"
    asked = (
        rf"(?:want|wants|like|need|needs|wish|hoping|supposed|have) to (?:know|see|learn|understand|find out) (?=which|whether|how|when|who|if){what}",
        rf"(?:predict|forecast|estimat|classify|categori[sz]|detect)(?:e|s|ing)?\s+{what}",
        rf"\b(?:forecast|prediction|estimate)s? (?:of|for|how) {what}",
        r"(?<!,) ((?:which (?:of|[a-z-]+s?(?: [a-z-]+)? (?:will|are|is|has|have|stop|fail|pay|leave|need|can|would))|who (?:will|would|(?!is\b|was\b|has\b|runs\b)[a-z]+s)|whether (?:a|an|each|the) \w+ (?:will|is)|how (?:likely|many|much|long))\b (?:[^.;:()]|\.(?=\d)){6,110})",
        rf"\b(?:{verbs})(?:s|ing)?\s+{what}",
    )
    intent = tuple(s for s in passages if s.has(r"\b(?:want|would like|'d like|need|goal|request|idea|objective|question|aim|asks?|please|wish|looking for|what i)\b"))  # fmt: skip
    tried = [(pattern, intent) for pattern in asked] + [(pattern, passages) for pattern in asked]
    for pattern, group in tried:
        for sentence in group:
            match = re.search(pattern, sentence.text, re.IGNORECASE)
            if match and not re.match(NO_OBJECT, match[1], re.IGNORECASE):
                phrase = re.split(r",(?!\d)| so that | because | but |\?", match[1])[0].strip()
                return Given(clip(phrase, 100), sentence.text[:160], sentence.start + match.start(1))
    return None


NO_OBJECT = r"(?:by|in|on|of|and|or|for|to|is|are|was|were|has|have|had|should|shall|must|may|might|can|could|will|would|says?|so|looks?|every|each|from|with|at|we|they|it|what|that)\b|how (?:to|this|we|you|a|it)\b|how (?:long|many|much) (?:it|we|this|does|do|is)\b"


_METRIC = (
    r"(?:metric|number|measure|figure|kpi) (?:that )?(?:the |our )?[\w ]{1,24}(?:cares? about|wants?|looks at|watch(?:es)?|reports?) is\s+(?:the )?([^.;,]{4,70})",
    r"(?:outcome|success|goal|target) (?:we want |we aim for |measure |for us )?(?:is|would be|means|:)\s*(?:to |would be )?([^.;]{4,80})",
    r"success (?:is|would be|means|:)\s*([^.;]{4,80})",
    r"(?:leadership|management|the board|the director|the owner|business|finance|they|we) (?:really )?(?:wants?|would like|needs?|looks? at)(?: to)?\s+((?:more|fewer|less|lower|higher|to (?:cut|reduce|raise|increase)|cut|reduce|raise|increase|the )[^.;,]{4,70})",
    r"(?:the )?(?:target|aim)[: ]+(?:is )?(?:to )?((?:raise|reduce|cut|increase|lower)[^.;,]{4,70})",
    r"(?:should|must|to) maximi[sz]e\s+([^.;,]{4,60})",
    r"(?:we lose|lost us|costs? us|we paid?)\s+((?:about |roughly |around |nearly )?[€$£]?\d[^.;]{3,60})",
    r"would like (?:the |our )?([a-z][^.;,]{3,40}?(?:rate|share|cost|time|level|number)s?)\b",
)


def _business_metric(passages: tuple[Sentence, ...]) -> Given[str] | None:
    for pattern in _METRIC:
        for sentence in passages:
            if match := re.search(pattern, sentence.text, re.IGNORECASE):
                phrase = re.sub(r"^(?:the|to|a|an)\s+", "", match[1].strip(), flags=re.IGNORECASE)
                phrase = re.split(
                    r", (?:pres|curr|today|now)|:|\s(?:so that|because|presently|from \d|to go|by \d|by half|without)\b",
                    phrase,
                )[0]
                phrase = re.sub(
                    r"^(?:to )?(?:raise|cut|reduce|increase|lower|improve|lift|more|bring down)\s+",
                    "",
                    phrase.strip(),
                )
                phrase = _without_amount(phrase)
                if not metric.is_metric(phrase) or re.search(
                    r"\bpredict|classif|\bmodel\b|design|document", phrase
                ):
                    continue
                return Given(phrase.strip(" ,"), sentence.text[:160], sentence.start + match.start())
    return None


def _named_by(name: str, level: Given[float] | None) -> Given[str] | None:
    """A quality measure of the model is no number of the business, whatever level the brief gives it."""
    if not name or level is None or re.search(metric.OF_A_MODEL, name, re.IGNORECASE):
        return None
    return Given(name, level.quote, level.start)


def _metric_of(passages: tuple[Sentence, ...], level: Given[float] | None) -> Given[str] | None:
    """What the brief's percentage is said of, when no sentence names the metric itself."""
    for sentence in passages if level else ():
        for number in sentence.numbers:
            if level and sentence.start + number.start == level.start:
                return _named_by(
                    metric.name_before(sentence, number) or metric.name_after(sentence, number), level
                )
    return None


def _experiment_unit(passages: tuple[Sentence, ...]) -> Given[str] | None:
    pattern = r"(?:randomi[sz]ed?|randomi[sz]ation|split|test|chosen|experiment|traffic|trial|pilot|unit|compar\w+)[^.;]{0,60}?(?:\bby|\bper|\bon|=) (?:the )?(depot|rack|member|listener|application|policy|pupil|practice|household|plot|district|zone|village|courier|seller|publisher|advertiser|card|user|customer|store|ticket|visitor|department|site|ward|hotel|region|session|patient|device|claim|driver|account|household|school|city|machine|line|farm|warehouse|shop|branch|route|vehicle|restaurant|clinic|class|team)"
    for sentence in passages:
        match = re.search(pattern, sentence.text, re.IGNORECASE)
        if match and not re.search(
            r"\b(?:not|cannot|can't|never) (?:be )?(?:randomi|split|test)", sentence.text, re.IGNORECASE
        ):
            return Given(match[1].lower(), sentence.text[:160], sentence.start + match.start())
    return None


def _current_system(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """What decides today: a known kind of system, first in sentences about today, then anywhere."""
    today = [
        s
        for s in passages
        if s.has(
            r"\btoday\b|right now|currently|at present|presently|current |existing|until (?:now|this)|so far|\bnow\b|already|bislang"
        )
    ]
    for group in (today, passages):
        if found := words.first(group, words.SYSTEMS):
            name = (
                found.value
                if found.value[-1:] in ".,;" or found.quote.endswith(found.value)
                else found.value.rsplit(" plus ", 1)[0]
            )
            whole = name if re.search(re.escape(name) + r"(?!\w)", found.quote) else name.rsplit(" ", 1)[0]
            return replace(found, value=whole.strip())
    return _practice(passages)


_TODAY = (
    r"(?:^|[.;|(] ?|\n)(?:today|right now|currently|at present|presently|at the moment|until now|so far|now)\b\s*[:,|]?\s*(?:we just |we simply )?([^.;|\n]{8,90})",
    r"\b(?:currently|presently|today|until now) (?:is |are )?((?:decided|prioriti[sz]ed|sorted|planned|done|picked|chosen|ordered|handled|set|checked) (?:by|with|on|from|according to) [^.;,|\n]{4,60})",
    r"\b(?:moderation|triage|selection|planning|the list|prioriti[sz]ation|it) (?:currently|today|presently|now) (?:is|are|comes from|happens by) ([^.;,|\n]{4,60})",
)


def _practice(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """How it is done today, in the brief's own clause: `Right now they ring everybody over 75.`"""
    for pattern in _TODAY:
        for sentence in passages:
            match = re.search(pattern, sentence.text, re.IGNORECASE)
            if match and not re.search(r"\d ?%|[€$£]|\b(?:it|that|this) (?:is|costs?|takes?)\b|\bhas an?\b|\bwe (?:have|lose|want|need)\b", match[1], re.IGNORECASE):  # fmt: skip
                phrase = re.split(r", (?:and|but|which|so)\b| because ", match[1])[0]
                return Given(
                    clip(phrase.strip(" ,"), 80), sentence.text[:160], sentence.start + match.start(1)
                )
    return None


def _without_amount(phrase: str) -> str:
    """`about 4.1 % of fresh revenue to waste` → waste; a metric's name is a noun phrase, never an amount."""
    if not re.match(r"(?:about |roughly |around |nearly )?[€$£]?\d", phrase):
        return phrase
    match = re.search(r"\b(?:to|on|in|for) ([a-z][\w -]{3,40})$", phrase)
    return match[1] if match else ""


def _schedule(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """When the work runs: `every Monday morning` outranks `weekly`, and `Monthly churn` is no schedule."""
    weekday = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    patterns = (
        rf"(?:every|each) {weekday}(?: ?(?:morning|night|evening))?|runs? on {weekday}s?\b|(?:list|report|selection|forecast|file|batch|week),? (?:\w+ ){0, 3}on {weekday}s?\b",
        r"(?:once|twice|one|two|three|four|six) (?:times )?(?:a|per|every) year|every (?:\w+ )?(?:hours|minutes|min)\b|every \d+ (?:hours|minutes|min)\b|(?:each|every) (?:night|week|month|day|morning|hour)|nightly|overnight|once an? (?:day|week|month|hour)|(?:one|a) (?:list|run|batch|forecast) (?:per|an?|each) (?:day|week|month)",
        r"(?<!\d )(?<!\dk )(?<!\dM )(?<!million )\b(?:weekly|monthly|daily|hourly)\b(?! (?:\S+ )?(?:churn|history|sales|active|data|use|aggregates|readings|cancel))",
    )
    work = r"\b(?:scor|run|list|predict|forecast|refresh|updat|report|batch|deliver|want|need|goal|recalculat|send|post|selection|plan|ready|every (?:mon|tues|wednes|thurs|fri|satur|sun)day|weekly|nightly)"
    arrival = r"\b(?:come out|arriv|land|measur|log(?:s|ged)?\b|sensor|probe|images? every|positions?|readings?|published|costs? money|(?:leave|leaves|churn|cancel\w*|lapse|pause|lost|lose|missed) (?:in )?(?:each|every|any|per|a)\b|status every|at least every|retrain\w*|not? more than|capacity|sits? (?:quarterly|monthly))|(?:[A-Z]{3}|[€$£]) ?\d[\d.,k]* (?:monthly|weekly|daily|yearly)"
    plain = tuple(s for s in passages if s.has(work) and not s.has(arrival))
    other = tuple(s for s in passages if not s.has(arrival))
    return next((found for group in (plain, other) for pattern in patterns if (found := words.first(group, pattern))), None)  # fmt: skip


def _due_time(passages: tuple[Sentence, ...]) -> Given[str] | None:
    for sentence in passages:
        if (
            match := re.search(
                r"\b(?:by|before|at|until|no later than|(?:mon|tues|wednes|thurs|fri|satur|sun)days?,?(?: at)?) (\d{1,2}[:.]\d\d|(?:four|five|six|seven|eight|nine|ten) in the (?:morning|afternoon|evening)|\d{1,2} ?(?:am|pm|a\.m\.|p\.m\.|o'clock)|\d{1,2} in the (?:morning|evening))",
                sentence.text,
                re.IGNORECASE,
            )
        ) and sentence.has(
            r"must|has to|need|ready|deliver|in the|complete by|due|scor|list|run|file|report|plan|forecast|send|sent|every|each|wants?|get"
        ):
            return Given(match[1], sentence.text[:160], sentence.start + match.start())
    return None


def _sources(passages: tuple[Sentence, ...]) -> tuple[Given[str], ...]:
    opening = r"\b(?:we (?:have|log|get|keep|collect|store|hold)|there (?:is|are)|data(?: sources?)?(?: are| is|:| include| come from| from)|available(?: data)?:|i have|have data (?:on|from)|sources?:)\s+(?=[a-z0-9])"
    direct = words.listed(passages, opening)
    subjects = r"(?:^|[.;] )(?=[A-Z][a-z]+(?:, [a-z][\w ]+)+,? and [^.]{3,60} (?:are|is|live|sit) in )"
    found = {
        given.value.lower(): given
        for given in (*direct, *words.listed(passages, subjects), *_bracketed(passages))
    }
    skip = r"\b(?:we|budget|people|team|engineers?|scientists?|analysts?|developers?|servers?|gpus?|cards|queues?|years?|languages?|german|polish|turkish|english|questions?|kubernetes|mlflow|airflow|prometheus|grafana|redis|postgres\w*|experience|platform|problem|idea|month|week|day|scanned|ocr|scheduler|vendors?|pages|lot|rhel|openshift|linux|sessions?|app|schema|refreshed|window|photographs|wins|access|credits|cores?|licen[cs]e|contract|criteria|everything|nothing|time)\b|\d{3,}|^(?:in|on|at|of|to|for|from|with|without|collected|stored|used|kept) "
    no_data = r"^(?:no|not|only|half|active|shuffled|split|eleven|twelve|twenty|thirty|hundreds?|thousands?)\b|\b(?:at random|person|statistician|actuar\w+|volunteers?|harvests|seasons|subscribers|EUR|USD|GBP|is|are|was|were|has|feed|idea)\b"
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


def _features(passages: tuple[Sentence, ...]) -> tuple[Given[str], ...]:
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


def _regime_changes(passages: tuple[Sentence, ...]) -> tuple[Given[str], ...]:
    """Events that make old rows mean something else: merged queues, renumbered codes, a revised list, a pandemic."""
    cue = (
        r"renumbered|re-?coded|re-?organi[sz]\w*|(?:were|was) (?:merged|split|added|introduced|replaced|revised|created|renamed|swapped)|"
        r"(?:code ?list|tariff|taxonomy|catalogue|guideline|sensor|camera|system|scheme)s? (?:was |were )?(?:revised|changed|replaced)|new (?:carrier|tariff|queue|code|sensor|supplier)|"
        r"pandemic|covid|lockdown|rates? changed|migrated|prices? (?:rose|fell)|no longer (?:the one|what)|changed in (?:19|20)\d\d"
    )
    found = [Given(s.text, s.text[:160], s.start) for s in passages if s.has(cue)]
    return tuple(found[:4])


def _wishes(passages: tuple[Sentence, ...], refused: tuple[Given[str], ...]) -> tuple[Given[str], ...]:
    return words.named(passages, words.WISHES)


def _tool_names() -> dict[str, str]:
    names = {tool.name: tool.pattern for tool in register()}
    names.update(
        {
            name: words.ALIASES.get(name, rf"(?<![\w-]){re.escape(name)}(?![\w-])")
            for name in words.INFRASTRUCTURE
            if name not in names
        }
    )
    return names


def _with_leftovers(facts: Facts, passages: tuple[Sentence, ...], body_at: int) -> Facts:
    """Facts plus what no fact explains: numbers outside every quote, and the brief's own questions."""
    spans = [(given.start, given.start + len(given.quote)) for _, given in facts.found()]
    quotes = {given.quote for _, given in facts.found()}
    unread = []
    for sentence in passages:
        if sentence.start < body_at:
            continue
        for number in sentence.numbers:
            at = sentence.start + number.start
            quoted = any(number.text in quote and quote in sentence.text for quote in quotes)
            if not quoted and not any(start <= at < end for start, end in spans) and len(number.text) > 1:
                unread.append(Given(number.text, sentence.text[:160], at))
    questions = tuple(Given(s.text, s.text[:160], s.start) for s in passages if s.text.endswith("?"))
    return replace(facts, unread=(*facts.unread, *unread)[:40], questions=questions)
