"""What in the brief cannot be done as asked: each with the arithmetic or the reason, and what is proposed instead."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.decide import reckoning
from briefwright.skill.ml_workflow.decide.decisions import Decision, Experiment, Framing, Mode
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.quantity import show
from briefwright.skill.ml_workflow.register import register
from briefwright.skill.ml_workflow.sizing.capacity import error_budget_min, weights_gb


def find(facts: Facts, frame: Framing, mode: Mode, test: Experiment) -> tuple[Decision, ...]:
    return tuple(
        decision
        for rule in (
            _wishes,
            _dead_tools,
            _hosted_tools,
            _memory,
            _availability,
            _batch_and_fast,
            _rule,
            _peak,
            _perfection,
            _nothing_to_learn_from,
            _peeking,
            *reckoning.RULES,
        )
        for decision in rule(facts, frame)
    )


def _wishes(facts: Facts, frame: Framing) -> Iterator[Decision]:
    if wish := facts.demands("random split"):
        yield Decision(
            "shuffled split",
            "refused",
            f"“{wish.quote}”. Rows of the same weeks on both sides let the model see its own test: the score is optimistic, not the model better. Compromise: rolling windows for the decision, a refit on all data for the shipped model, the shuffled score shown once as a demonstration of the optimism",
            "B.random_split",
            ("wishes",),
        )
    if wish := facts.demands("accuracy target"):
        rate = facts.positive_rate
        silent = (
            f"; answering no every time would score {show(1 - rate.value, 'share')}"
            if rate and rate.value < 0.5
            else ""
        )
        yield Decision(
            "accuracy target",
            "replaced",
            f"“{wish.quote}”{silent}. Accuracy says nothing about rare positives; precision on the worked list against its break-even replaces it",
            "B.accuracy",
            ("wishes", "positive_rate"),
        )
    if wish := facts.demands("nightly fine-tuning"):
        yield Decision(
            "fine-tuning on changing pages",
            "not recommended",
            f"“{wish.quote}”. Facts that change belong into retrieval (RAG) with the page's own permissions; fine-tuning cannot forget a page, cannot cite one, and cannot respect who may read it",
            "B.finetune",
            ("wishes",),
        )
    if wish := facts.demands("real-time without need"):
        yield Decision(
            "real-time",
            "not justified",
            f"“{wish.quote}”. No limit in the brief needs it; batch first, real-time only if a measured need appears",
            "B.real_time",
            ("wishes",),
        )
    if (wish := facts.demands("feature store")) and not (facts.shared_features or facts.online_features):
        yield Decision(
            "feature store",
            "not needed",
            f"“{wish.quote}”. None of the three criteria holds: not shared, not real-time, no second code path that could skew",
            "B.feature_store",
            ("wishes",),
        )


def _dead_tools(facts: Facts, frame: Framing) -> Iterator[Decision]:
    rows = {tool.name: tool for tool in register()}
    for given in facts.tools:
        tool = rows.get(given.value)
        if tool and tool.flag == "blocked":
            instead = f"; instead: {tool.substitute}" if tool.substitute else ""
            yield Decision(
                tool.name, "not for new work", f"{tool.status}{instead}", "B.discontinued", ("tools",)
            )


def _hosted_tools(facts: Facts, frame: Framing) -> Iterator[Decision]:
    """Hosted services under a rule that data may not leave: air gap, or on-premises only."""
    inside = facts.air_gapped or (
        facts.on_premises
        if re.search(r"no cloud|may not leave|own data cent", facts.text, re.IGNORECASE)
        else None
    )
    if not inside:
        return
    hosted = [
        given
        for given in facts.tools
        if given.value in ("Weights & Biases", "Slack", "Comet", "Neptune", "Snowflake", "BigQuery")
    ]
    for given in hosted:
        yield Decision(
            given.value,
            "cannot be used",
            f"a hosted service conflicts with “{inside.quote}”; the self-hosted choice of this document replaces it",
            "B.hosted",
            ("tools", "air_gapped"),
        )
    if facts.air_gapped and re.search(r"hugging ?face|hub at start", facts.text, re.IGNORECASE):
        yield Decision(
            "models from a hub at start-up",
            "cannot be used",
            "there is no internet at run time: models come from a local registry, signed and checked by hash",
            "B.hosted",
            ("air_gapped",),
        )


def _memory(facts: Facts, frame: Framing) -> Iterator[Decision]:
    model = re.search(
        r"\b(\d{1,5})[- ]?(?:billion[- ]parameter|B (?:model|parameters?))|\b(\d{1,5})B\b", facts.text
    )
    memory = re.search(r"\b(\d{1,6}) ?GB (?:of )?(?:RAM|memory)", facts.text)
    if model and memory and float(model[1] or model[2]) > 0:
        need = weights_gb(float(model[1] or model[2]) * 1e9)
        have = float(memory[1])
        if need > have:
            yield Decision(
                "model size",
                "impossible as asked",
                f"{model[1] or model[2]} billion parameters × 2 bytes = {need:g} GB of weights > {have:g} GB of memory; a quantised 8–14 billion model on a GPU, or a hosted one inside the own account",
                "B.memory",
                ("text",),
            )
    yield from _small_memory(facts)
    words = re.search(r"\b(\d{1,6}) words", facts.text)
    if frame.problem == "LLM" and words and facts.latency_p99_ms and facts.peak_rps:
        tokens = float(words[1]) / 0.75
        per_s = tokens / (facts.latency_p99_ms.value / 1000)
        if per_s > 500:
            total = tokens * facts.peak_rps.value
            yield Decision(
                "answer time",
                "impossible as asked",
                f"{words[1]} words ≈ {tokens:.0f} tokens in {facts.latency_p99_ms.value:g} ms is {per_s:,.0f} tokens per s for one stream, {total:,.0f} tokens per s at {facts.peak_rps.value:g} requests/s; promise the time to first token and stream the rest",
                "B.tokens",
                ("latency_p99_ms", "peak_rps"),
            )


_BYTES = {"kb": 1e3, "mb": 1e6, "gb": 1e9}


def _small_memory(facts: Facts) -> Iterator[Decision]:
    """Weights against the memory of a small device: one byte for each is the least there is."""
    model = re.search(r"\b(\d[\d.]*)[- ]?(million|billion)[- ]parameters?\b", facts.text, re.IGNORECASE)
    places = re.findall(r"\b(\d[\d.]*) ?(KB|MB) (?:of )?(?:RAM|SRAM|flash|memory|storage)\b", facts.text, re.IGNORECASE)  # fmt: skip
    if not model or not places:
        return
    weights = float(model[1].rstrip(".")) * {"million": 1e6, "billion": 1e9}[model[2].lower()]
    room = max(float(size.rstrip(".")) * _BYTES[unit.lower()] for size, unit in places)
    if weights > room:
        yield Decision(
            "model size",
            "impossible as asked",
            f"{model[1]} {model[2].lower()} parameters at one byte each (int8, the least) are {weights / 1e6:,.0f} MB; the device has {room / 1e6:g} MB at most, {weights / room:,.0f} times less. A model of some thousand parameters on the device (TensorFlow Lite Micro, int8), the large one on a gateway or not at all",
            "B.memory",
            ("text",),
        )


def _availability(facts: Facts, frame: Framing) -> Iterator[Decision]:
    match = re.search(r"(99\.\d+) ?% availab|availability[^.]{0,20}(99\.\d+) ?%", facts.text)
    if match and re.search(
        r"single (?:machine|server|host)|one (?:server|machine)", facts.text, re.IGNORECASE
    ):
        slo = float(match[1] or match[2]) / 100
        yield Decision(
            "availability",
            "impossible as asked",
            f"{slo * 100:g} % leaves {error_budget_min(slo):.1f} min a month; one machine is a single point of failure and a reboot alone takes longer",
            "B.availability",
            ("text",),
        )


def _batch_and_fast(facts: Facts, frame: Framing) -> Iterator[Decision]:
    nightly = re.search(
        r"(?:only|just|runs?|scored?|computed|predictions?)[^.]{0,40}(?:nightly|every night|once a (?:day|night)|overnight)",
        facts.text,
        re.IGNORECASE,
    )
    if (
        nightly
        and facts.latency_p99_ms
        and facts.latency_p99_ms.value < 1000
        and re.search(r"react|respond|immediate|as soon as|instant", facts.text, re.IGNORECASE)
    ):
        yield Decision(
            "batch that reacts",
            "contradiction",
            f"“{nightly[0]}” against “{facts.latency_p99_ms.quote}”: a nightly score cannot react within the request; designed for the request, with the nightly run filling slow features",
            "B.batch_fast",
            ("schedule", "latency_p99_ms"),
        )


def _rule(facts: Facts, frame: Framing) -> Iterator[Decision]:
    if facts.rule_suffices and facts.rule_suffices.value == "limits decide it":
        yield Decision(
            "machine learning",
            "not needed for the core decision",
            f"“{facts.rule_suffices.quote}”. Limits that are written down decide without a model: an alarm when a reading leaves them for longer than one reading, when a sensor is silent, and when it repeats one value too long. That needs no machine learning and can be tested on one day; the few times a limit was left teach and test no model. Where money is given for a model, the honest use is to forecast the next hours, judged against that alarm",
            "B.no_ml",
            ("rule_suffices",),
        )
    elif facts.rule_suffices:
        yield Decision(
            "machine learning",
            "not needed for the core decision",
            f"“{facts.rule_suffices.quote}”. A deterministic lookup table with valid-from dates answers it exactly and traceably, without ML; a model would memorise old and wrong rows. What remains for a model is assisting people who map free text to categories, with human confirmation",
            "B.no_ml",
            ("rule_suffices",),
        )


_NO_MISS = re.compile(r"\b(?:no|not one|not a single|never) (?:\w+ ){0,2}(?:may|must|can|shall|should|will|be)? ?(?:ever )?be missed\b|\bmiss(?:es|ing)? (?:nothing|none)\b|\b(?:detects?|finds?|catch(?:es)?|recogni[sz]es?) (?:every|all|each)\b[^.;\n]{0,40}(?:100 ?%|without exception|no exceptions?)|\b100 ?% (?:recall|detection)\b|100 ?% in both directions", re.IGNORECASE)  # fmt: skip
_NO_ALARM = re.compile(r"\b(?:zero|no|not one|without(?: any)?) false (?:alarms?|positives?|alerts?)\b|\bno al(?:arm|ert) may be false\b|\bnever (?:a|one) false al(?:arm|ert)|100 ?% in both directions", re.IGNORECASE)  # fmt: skip


def _perfection(facts: Facts, frame: Framing) -> Iterator[Decision]:
    missed, false = _NO_MISS.search(facts.text), _NO_ALARM.search(facts.text)
    if missed and false:
        yield Decision(
            "no miss and no false alarm",
            "impossible as asked",
            f"“{missed[0].strip()}” and “{false[0].strip()}”: one threshold trades one error for the other, and no test shows that an error never happens: 300 cases without one only show that its share is below 1 % (3 ÷ 300). Name which of the two may happen, and how often",
            "B.perfection",
            ("text",),
        )


_PEEKS = re.compile(r"\b(?:on|at) the first (?:day|morning|look)\b[^.;\n]{0,24}\b(?:on which|when|that) p\b[^;\n]{0,40}\b(?:stop|end|ship|roll)|\b(?:stop|end|decide|ship|roll (?:it )?out)\b[^.;\n]{0,40}\b(?:as soon as|once|when(?:ever)?|the moment|on the first (?:day|morning|look))\b[^.;\n]{0,60}\b(?:green|significan\w+|ahead|better|wins?|leads?|p ?<|winner)|\b(?:look|check|watch)\w*\b[^.;\n]{0,50}\b(?:every|each) (?:day|morning|evening|hour)\b[^.;\n]{0,60}\b(?:stop|end|decide)", re.IGNORECASE)  # fmt: skip


def _peeking(facts: Facts, frame: Framing) -> Iterator[Decision]:
    if found := _PEEKS.search(facts.text):
        yield Decision(
            "stopping at the first good look",
            "refused",
            f"“{found[0].strip()}”. Looking every day and stopping at the first significant result (peeking) turns a level of 5 % into 20 % and more within two weeks. Either one read-out at the planned n, or a group-sequential plan (O'Brien-Fleming alpha-spending) with the looks fixed beforehand; harm may stop a test at any time, success may not",
            "B.peeking",
            ("text",),
        )


def _nothing_to_learn_from(facts: Facts, frame: Framing) -> Iterator[Decision]:
    none = re.search(r"\b(?:work|do|manage|start) without (?:any )?data\b|\bno (?:record|data|history|log)s?\b[^.;\n]{0,40}\b(?:was|were|is|are|has been|have been) (?:ever )?(?:kept|recorded|stored|collected|available)\b", facts.text, re.IGNORECASE)  # fmt: skip
    if none:
        yield Decision(
            "a model without data",
            "impossible as asked",
            f"“{none[0].strip()}”: nothing can be learned or tested before something is recorded. First the measurement and a log of what happens, for long enough to hold some fifty cases; then this design",
            "B.no_data",
            ("text",),
        )


def _peak(facts: Facts, frame: Framing) -> Iterator[Decision]:
    if facts.peak_rps and facts.volume_per_day:
        mean = facts.volume_per_day.value / 86_400
        if facts.peak_rps.value > 20 * mean and mean > 0.5:
            ratio = facts.peak_rps.value / mean
            yield Decision(
                "peak and volume",
                "to be explained",
                f"{facts.peak_rps.value:,.0f}/s at the peak is {ratio:.0f} times the mean of {mean:,.1f}/s; an hour of it would be {facts.peak_rps.value * 3600:,.0f}. Sized for the peak; asked who counts what",
                "B.peak",
                ("peak_rps", "volume_per_day"),
            )
