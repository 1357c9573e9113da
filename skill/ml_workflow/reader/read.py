"""Brief → Facts: the order of reading. Orders to the machine are set aside before any fact is read."""

import re
from bisect import bisect_right
from dataclasses import fields, replace
from datetime import date
from typing import Any

from briefwright.skill.markdown import defuse
from briefwright.skill.ml_workflow.facts import Facts, Given, Level, Limit
from briefwright.skill.ml_workflow.language.gloss import Gloss, Language, gloss
from briefwright.skill.ml_workflow.reader import (
    amounts,
    columns,
    data,
    metric,
    people,
    signing,
    software,
    stakes,
    task,
    trial,
    words,
)
from briefwright.skill.ml_workflow.reader.amounts import given_number
from briefwright.skill.ml_workflow.reader.asked import prediction
from briefwright.skill.ml_workflow.reader.change import change, levels
from briefwright.skill.ml_workflow.reader.competing import assigned
from briefwright.skill.ml_workflow.reader.due import due_time
from briefwright.skill.ml_workflow.reader.grouping import group_key, randomised
from briefwright.skill.ml_workflow.reader.guarding import guardrails
from briefwright.skill.ml_workflow.reader.inventory import sources
from briefwright.skill.ml_workflow.reader.learning import not_learning
from briefwright.skill.ml_workflow.reader.passages import (
    Sentence,
    clip_around,
    sentences,
    set_orders_aside,
)
from briefwright.skill.ml_workflow.reader.plausible import plausible
from briefwright.skill.ml_workflow.reader.prohibitions import hard_rules
from briefwright.skill.ml_workflow.reader.quality import quality_levels
from briefwright.skill.ml_workflow.reader.roles import ROLES, SHARED
from briefwright.skill.ml_workflow.reader.structured import as_mapping, laid_over, words_only
from briefwright.skill.ml_workflow.reader.wanted import false_alarms_most, recall_wanted
from briefwright.skill.ml_workflow.reader.without import fallback
from briefwright.skill.numbers import Number


def read(text: str, as_of: date) -> Facts:
    """Read a brief. `as_of` turns years (`since 2019`) into lengths of history.

    Keys of a brief that is data (YAML or JSON) are taken as given. A brief in German, Spanish, French or Chinese is read through its gloss; what is quoted are its own words.
    """
    data = as_mapping(text)
    text = defuse(text)
    glossed = gloss(words_only(text, data) if data else text)
    facts = _read(glossed.text, as_of, glossed.language)
    facts = _in_own_words(facts, text, glossed) if glossed.starts else replace(facts, text=text)
    if glossed.language not in ("en", "other") and (named := signing.approver_in(text, glossed.language)):
        facts = replace(facts, approver=named)
    return plausible(laid_over(facts, data, text)) if data else facts


def _in_own_words(facts: Facts, text: str, glossed: Gloss) -> Facts:
    """Facts read from a gloss, with places and quotes of the brief itself."""
    own = sentences(text)
    starts = [sentence.start for sentence in own]

    def original(given: Given[Any]) -> Given[Any]:
        at = glossed.source(given.start)
        sentence = own[max(0, bisect_right(starts, at) - 1)]
        return replace(given, quote=clip_around(sentence.text, at - sentence.start), start=at)

    def worded(given: Given[str]) -> Given[str]:
        """What is shown as the brief's words is shown in its own, where the gloss stands in the text as read."""
        at = glossed.text.find(given.value, given.start, given.start + 300)
        own = (
            text[glossed.source(at) : glossed.source(at + len(given.value))].strip(" ,.;:。，")
            if at >= 0
            else ""
        )
        return replace(original(given), value=own or given.value)

    changes: dict[str, Any] = {"text": text}
    for each in fields(facts):
        value = getattr(facts, each.name)
        turned = worded if each.name in IN_WORDS else original
        if isinstance(value, Given):
            changes[each.name] = turned(value)
        elif isinstance(value, tuple):
            changes[each.name] = tuple(turned(given) for given in value)
    head, _ = _title(text)
    return replace(facts, title=head, **changes)


IN_WORDS = frozenset(
    (
        "prediction",
        "business_metric",
        "current_system",
        "fallback",
        "approver",
        "known_later",
        "barred",
        "hard_rules",
    )
)
"""Facts whose value is a stretch of the brief; others are names the program knows."""


def _read(text: str, as_of: date, tongue: Language) -> Facts:
    kept, orders = set_orders_aside(text)
    title, body_at = _title(kept)
    kept_whole, kept = kept, " " * body_at + kept[body_at:]
    passages = sentences(kept)
    asking = sentences(task.about_the_task(kept))
    stated = task.stated_type(asking)
    case = task.use_case(kept_whole, title, stated.value if stated else None, task.ENOUGH)
    predicted = prediction(asking)
    if stated and predicted and stated.value == "regression" and task.asked_type(predicted) == "forecasting":
        stated = replace(stated, value="forecasting")  # `how many … tomorrow` is more than how many
    event = case.cues if case else r"\bare\b|\bis\b"
    relative, absolute = trial.effect(passages)
    delta, sd, mean = trial.mean_effect(passages)
    alpha, power, longest = trial.test_terms(passages)
    baseline, target = stakes.metric_change(passages)
    wrong, missed = stakes.error_costs(passages)
    named, refused = software.tools(passages)
    p99 = (
        amounts.service_level(passages)
        or amounts.latency(passages, r"\bp99\b|99th percentile|99\s?% of (?:requests|answers)")
        or amounts.latency(passages, r"\bp95\b|95th percentile")
    )
    positive = stakes.ratio_share(passages, event) or stakes.positive_rate(passages, event)
    facts = Facts(
        title=title,
        text=text,
        problem_type=stated or task.problem_type(asking, title, case, predicted),
        use_case=task.case_fact(asking, title, case),
        subject=_subject(passages),
        prediction=predicted,
        language=tongue,
        not_ml=not_learning(
            text,
            task.use_case(kept_whole, title, None, 1),
            tongue,
            sum(each.value not in software.BUILDING for each in named),
        )
        if tongue != "other"
        else None,
        forbidden=words.cue(passages, "forbidden"),
        rule_suffices=words.cue(passages, "rule_suffices"),
        label_horizon_days=amounts.horizon_days(passages),
        label_delay_days=amounts.label_delay_days(passages),
        positive_rate=positive,
        history_days=amounts.history_days(passages, as_of),
        group_key=group_key(passages),
        group_hint=next(iter(words.named(passages, words.GROUPS)), None),
        label_bias=words.cue(passages, "label_bias"),
        population=amounts.population(passages),
        volume_per_day=amounts.volume_per_day(passages),
        peak_rps=amounts.rate_per_second(passages),
        latency_p50_ms=amounts.latency(passages, r"\bp50\b|\bmedian\b"),
        latency_p99_ms=p99,
        deadline_s=amounts.deadline_s(passages),
        batch_window_h=amounts.batch_window_h(passages),
        due_time=due_time(passages),
        schedule=_schedule(passages),
        serving_cue=words.cue(passages, "serving_cue"),
        streaming_platform=words.cue(passages, "streaming_platform"),
        edge_device=words.cue(passages, "edge_device"),
        business_metric=metric.business_metric(passages) or metric.metric_of(passages, target or baseline),
        metric_baseline=baseline,
        metric_target=target,
        mde_relative=relative,
        mde_absolute=absolute or delta,
        metric_sd=sd,
        metric_mean=mean,
        test_alpha=alpha,
        test_power=power,
        test_days_most=longest,
        test_arms=trial.test_arms(passages),
        recall_wanted=recall_wanted(passages),
        false_alarms_most=false_alarms_most(passages),
        wanted_by=words.first(passages, words.WANTED_BY),
        guardrails=guardrails(passages),
        worse_error=stakes.worse_error(passages),
        quality=quality_levels(passages),
        regime_changes=data.regime_changes(passages),
        feature_count=amounts.feature_count(passages),
        exposed_share=trial.exposed_share(passages),
        test_flow_per_day=trial.test_flow(passages),
        experiment_unit=randomised(passages) or trial.experiment_unit(passages),
        no_experiment=words.cue(passages, "no_experiment"),
        interference=words.cue(passages, "interference"),
        newcomers=words.cue(passages, "newcomers"),
        capacity_per_week=stakes.capacity_per_week(passages),
        cost_false_positive=wrong,
        cost_false_negative=missed,
        current_system=people.current_system(passages),
        fallback=fallback(passages),
        team_size=people.team_size(passages),
        approver=signing.approver(passages),
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
        sources=sources(passages),
        features=data.features(passages),
        known_later=columns.known_later(passages),
        barred=columns.barred(passages),
        hard_rules=hard_rules(passages),
        wishes=_wishes(passages, refused),
        instructions=orders,
    )
    return _with_leftovers(plausible(_weighed(facts, passages)), passages, body_at)


def _weighed(facts: Facts, passages: tuple[Sentence, ...]) -> Facts:
    """The facts that are numbers, after every number of the brief has been weighed for each of them."""
    said = {role.fact: getattr(facts, role.fact, None) for role in ROLES}
    found: dict[str, Given[Any] | None] = dict(assigned(passages, ROLES, SHARED, said))
    pair = change(passages)
    found.update(levels(pair) if pair else {})
    found["metric_baseline"] = found.get("metric_baseline") or _level_of(found.get("metric_target"), found.get("positive_rate"))  # fmt: skip
    metric_named = found.get("business_metric") or facts.business_metric
    if found["metric_baseline"] is None and not found.get("metric_goal") and (share := found.get("positive_rate")) and metric_named and _named_in(metric_named.value, share.quote):  # fmt: skip
        found["metric_baseline"] = share
    found["population"] = _those_in_question(passages, found.get("population"))
    demanded = {given.start for given in (facts.recall_wanted, facts.false_alarms_most) if given}
    for name in (
        "metric_target",
        "metric_baseline",
        "positive_rate",
    ):  # a demand on the answers is no level of the business
        if (level := found.get(name)) and level.start in demanded:
            found[name] = None
    return replace(facts, **{name: given for name, given in found.items() if hasattr(facts, name)})  # type: ignore[arg-type]


def _level_of(wanted: Given[Any] | None, share: Given[Any] | None) -> Given[Any] | None:
    """`9.4 % of orders arrive late`, and `late share down to 8.0 %` elsewhere: the share that happens is the level of the wish beside it."""
    if wanted is None or share is None or wanted.start == share.start or not share.value > 0:
        return None
    return share if 0.4 <= wanted.value / share.value <= 2.5 and wanted.value != share.value else None


def _those_in_question(passages: tuple[Sentence, ...], all_of_them: Given[Any] | None) -> Given[Any] | None:
    """`62,000 companies … there are 48,000 accounts on those two plans`: who is acted upon, where a later count says so."""
    if all_of_them is None:
        return None
    for sentence in passages:
        for number in sentence.numbers:
            after = sentence.after(number, 70)
            counted = not number.unit and not number.per and 20 <= number.value < all_of_them.value and sentence.start + number.start > all_of_them.start  # fmt: skip
            if counted and re.match(r" (?:[\w-]+ ){0,2}[\w-]+s (?:on|in|under|with|of) (?:those|these) (?:\w+ )?[\w-]+s\b| (?:eligible|qualifying) [\w-]+s\b| of (?:them|these) (?:are|is) (?:eligible|in scope)", after):  # fmt: skip
                noun = re.match(r" (?:[\w-]+ ){0,2}?([\w-]+s)\b", after)
                return given_number(sentence, number, number.value, noun[1] if noun else all_of_them.unit)
    return all_of_them


def _named_in(metric: str, quote: str) -> bool:
    """`contact rate`, and `4.2 % of searches lead to a contact`: the share that happens is the metric's level."""
    said = re.match(r"(?:the )?(\w{5,})(?:[- ]\w+)? (?:rate|share)s?$", metric, re.IGNORECASE)
    return said is not None and re.search(rf"\b{said[1][:7]}", quote, re.IGNORECASE) is not None


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


def _schedule(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """When the work runs: `every Monday morning` outranks `weekly`, and `Monthly churn` is no schedule."""
    weekday = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    patterns = (
        rf"(?:every|each) {weekday}(?: ?(?:morning|night|evening))?|runs? on {weekday}s?\b|(?:list|report|selection|forecast|file|batch),? (?:\w+ ){{0,5}}on {weekday}s?\b",
        r"(?:once|twice|one|two|three|four|six) (?:times )?(?:a|per|every) year|every (?:\w+ )?(?:hours|minutes|min)\b|every \d+ (?:hours|minutes|min)\b|(?:each|every) (?:night|week|month|day|morning|hour)|nightly|overnight|once an? (?:day|week|month|hour)|(?:one|a) (?:list|run|batch|forecast) (?:per|an?|each) (?:day|week|month)",
        r"(?<!\d )(?<!\dk )(?<!\dM )(?<!million )\b(?:weekly|monthly|daily|hourly)\b(?! (?:\S+ )?(?:churn|history|sales|active|data|use|aggregates|readings|cancel))",
    )
    work = r"\b(?:scor|run|list|predict|forecast|refresh|updat|report|batch|deliver|want|need|goal|recalculat|send|post|selection|plan|ready|every (?:mon|tues|wednes|thurs|fri|satur|sun)day|weekly|nightly)"
    arrival = r"\b(?:come out|arriv|land|measur|log(?:s|ged)?\b|sensor|probe|images? every|positions?|readings?|published|costs? money|(?:stop|stops|quit|leave|leaves|churn|cancel\w*|lapse|pause|lost|lose|missed) (?:in )?(?:each|every|any|per|a)\b|status every|at least every|retrain\w*|not? more than|capacity|sits? (?:quarterly|monthly))|(?:[A-Z]{3}|[€$£]) ?\d[\d.,k]* (?:monthly|weekly|daily|yearly)"
    plain = tuple(s for s in passages if s.has(work) and not s.has(arrival))
    other = tuple(s for s in passages if not s.has(arrival))
    tried = [(group, pattern) for group in (plain, other) for pattern in patterns] + [(passages, patterns[0])]
    return next((found for group, pattern in tried if (found := words.first(group, pattern))), None)


def _wishes(passages: tuple[Sentence, ...], refused: tuple[Given[str], ...]) -> tuple[Given[str], ...]:
    return words.named(passages, words.WISHES)


def _with_leftovers(facts: Facts, passages: tuple[Sentence, ...], body_at: int) -> Facts:
    """Facts plus what no fact explains: numbers no fact was read from or quotes as its words, and the brief's own questions."""
    found = [given for name, given in facts.found() if name not in ("unread", "questions", "title")]
    unread = [
        Given(number.text, clip_around(sentence.text, number.start), sentence.start + number.start)
        for sentence in passages
        if sentence.start >= body_at
        for number in sentence.numbers
        if not _IN_PASSING.fullmatch(number.text) and not _explained(sentence, number, found)
    ]
    questions = tuple(Given(s.text, s.text[:160], s.start) for s in passages if s.text.endswith("?"))
    return replace(facts, unread=(*facts.unread, *unread)[:40], questions=questions)


_IN_PASSING = re.compile(
    r"\d|(?:19|20)\d\ds?|one|two|three|four|five|six|seven|eight|nine|ten|a (?:year|month|week|day)|(?:next |last )?(?:year|month|week|quarter)",
    re.IGNORECASE,
)
"""A digit, a small number in letters or a year says too little to be missed."""


def _explained(sentence: Sentence, number: Number, found: list[Given[Any]]) -> bool:
    """Whether a fact was read from this number, reckons with it, or shows it among the brief's words."""
    at = sentence.start + number.start
    for given in found:
        if isinstance(given.value, int | float | Level):
            near = given.start <= at < given.start + max(
                len(number.text), 12
            ) or at <= given.start < at + len(number.text)
            if near or (given.formula and number.text in given.quote):
                return True
        elif (number.text in str(given.value) and given.start - 200 <= at <= given.start + 400) or (
            isinstance(given.value, Limit)
            and given.value.value
            in (
                number.value,
                number.share,
                -number.share,
            )
        ):
            return True
    return False
