"""What a document says twice in other words, held against itself: a product beside its factors, a total beside its limit, shares of one whole."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.register import named_in
from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.latency import latency_ms
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail
from briefwright.skill.numbers import CURRENCIES, TIME_IN_DAYS, Number, numbers
from briefwright.skill.spec import Finding

SERVING, TEST = "model_serving", "a_b_testing"
_TOTAL = re.compile(r"(?:=|≈|→|\btotal(?:s|ling)?\b(?: of)?|\btogether\b|\bin (?:all|total|sum)\b|\baltogether\b|\bsum(?:s to)?\b|\bsoit\b|\bzusammen\b|\binsgesamt\b|\ben total\b)\W{0,4}(?:about |some |around )?$", re.IGNORECASE)  # fmt: skip
_TOTAL_AFTER = re.compile(r"\s(?:in (?:all|total|sum)|altogether|together|all told|au total|insgesamt|en total)\b", re.IGNORECASE)  # fmt: skip
_CAP = re.compile(r"\b(?:cap(?:ped)?|allotment|allowance|ceiling|budget|limit|at most|no more than|not above|may cost|plafond\w*|obergrenze|höchstens|tope|máximo)\b(?: \w+){0,3}?(?: is| of| at| de| à| von|:)?\W{0,4}$", re.IGNORECASE)  # fmt: skip
_INFLATED = re.compile(r"(?:design effect(?: of)?|inflat\w+ (?:by|of)|factor(?: of)?|multipl\w+ by|[×x])\W{0,1}(1[.,]\d{1,2})\b(?![.,]?\d)(?! ?(?:%|s\b|ms|h\b|€|EUR))|\b(1[.,]\d+) (?:design effect|for clustering)", re.IGNORECASE)  # fmt: skip
_BUSY = re.compile(r"(?P<before>\d{1,3}(?:[.,]\d+)?) ?(?:%|per ?cent) (?:busy|utili[sz]\w+|load(?:ed)?\b|occupied|of (?:the )?(?:slots|workers|capacity|places))|(?:in (?:work|flight|progress)\b[^.;\n%\d]{0,12}|(?:utili[sz]ation|busy|occupancy|load|of \d+ (?:slots|workers|places))\W{0,6})(?P<after>\d{1,3}(?:[.,]\d+)?) ?%", re.IGNORECASE)  # fmt: skip
_CONDITION = re.compile(r"(?:>|≥|above|over|exceeds?|exceeding|beyond|reaches|passes|at|when|if|until|below|under|once)\W*(?:\w+\W+){0,3}$", re.IGNORECASE)  # fmt: skip
HEADROOM = 75.0


def latency_total(d: Document) -> Iterator[Finding]:
    """The parts of a latency that add up, in the document's own words, to more than is promised."""
    said = d.claims.row(SERVING, "latency_sla")
    p99 = latency_ms(said, "p99")
    totals = [n.seconds * 1000 if n.unit else n.value for n in said.numbers if n.unit in ("ms", "s", "") and n.value > 1 and _TOTAL.search(said.text[max(0, n.start - 24) : n.start])]  # fmt: skip
    if p99 and totals and max(totals) > p99 * 1.001:
        yield fail("C6.budget", "Latency SLA", said, f"the parts take {max(totals):g} ms, {p99:g} ms are promised", "Cut a part, or promise more.")  # fmt: skip


def quotients(d: Document) -> Iterator[Finding]:
    """`38,400 ÷ 80 per second = 48 s`: a run time and what it is worked out from."""
    for row in ("throughput", "latency_sla", "scaling", "serving_mode"):
        said = d.claims.row(SERVING, row)
        for match in re.finditer(r"(?<![\d.,×x*÷] )(?<![\d.,])(\d[\d,. ]*\d|\d) ?(?:[a-z]+ )?÷ ?(\d[\d,.]*)(?: ?[a-z]*)? ?(?:per second|a second|/s) ?[=≈] ?(\d[\d,.]*) ?(s|min|h)\b", said.text, re.IGNORECASE):  # fmt: skip
            rows, rate, stated = (float(re.sub(r"[^\d.]", "", match[n]).rstrip(".") or 0) for n in (1, 2, 3))
            seconds = stated * TIME_IN_DAYS[match[4]] * 86_400
            if rate and abs(rows / rate - seconds) > 0.06 * max(seconds, rows / rate):
                yield fail("X.arithmetic", row.replace("_", " "), said, f"{rows:,.0f} ÷ {rate:g} a second is {rows / rate:,.0f} s, not {stated:g} {match[4]}", "Correct the rate or the time.")  # fmt: skip


def over_the_whole(d: Document) -> Iterator[Finding]:
    """`= 75 min of the 60 available`: a result larger than what it has to fit into."""
    for row in ("throughput", "latency_sla", "scaling", "serving_mode"):
        said = d.claims.row(SERVING, row)
        for match in re.finditer(r"[=≈]\s*(?:about )?(\d+(?:[.,]\d+)?) ?(min|h|s|ms)\b\W{0,3}(?:of|out of|from|within|on|in|sur|von|de|des|against|but|vs)\s+(?:the |les |den |los |las |only |a |an )?(\d+(?:[.,]\d+)?)(?: ?(min|h|s|ms)\b)?", said.text, re.IGNORECASE):  # fmt: skip
            unit = match[4] or match[2]
            used, whole = (float(match[n].replace(",", ".")) for n in (1, 3))
            if used * TIME_IN_DAYS[match[2]] > whole * TIME_IN_DAYS[unit] * 1.001:
                yield fail("C6.window", row.replace("_", " "), said, f"{used:g} {match[2]} are needed, {whole:g} {unit} are there", "More workers, fewer rows, or a longer window.")  # fmt: skip


MACHINES = r"replica|\bslots?\b|worker|\bgpus?\b|\bcpus?\b|\brequests?\b|\bcores?\b|\brps\b|threads?|server|\bpods?\b|node|instance|module|device|queue|machine|consumer"
"""What a line below the table speaks of when it means computers: lockers and reviewers may well be busy."""


def _line_at(text: str, at: int) -> str:
    return text[text.rfind("\n", 0, at) + 1 :].split("\n", 1)[0]


def utilisation(d: Document) -> Iterator[Finding]:
    """`module 87 % busy`: a load above what leaves room, stated as such and not as a trigger."""
    rows = {row: d.claims.row(SERVING, row) for row in ("throughput", "scaling")}
    part = d.claims.part(SERVING)
    prose = Said(
        "\n".join(line for line in part.text.splitlines() if " · " not in line), part.line
    )  # a line below the table
    for row, said in {**rows, "load": prose}.items():
        for match in _BUSY.finditer(said.text):
            share = float((match["before"] or match["after"]).replace(",", "."))
            of_machines = said is not prose or re.search(
                MACHINES, _line_at(said.text, match.start()), re.IGNORECASE
            )
            if of_machines and HEADROOM < share <= 1000 and not _CONDITION.search(said.text[max(0, match.start() - 26) : match.start()]):  # fmt: skip
                yield fail("C6.headroom", row.capitalize(), said, f"{share:g} % busy at the peak", "Stay at or below 75 %.")  # fmt: skip
        for match in re.finditer(r"[×x*]\s*0?[.,]\d+\s*(?:s\s*)?=\s*(\d+(?:[.,]\d+)?) (?:of (\d+) )?(?:[a-z]+ )?(?:slots?|places?|workers?|in use|busy)\b[^;|.\d]{0,14}(\d{1,3}) ?%", said.text, re.IGNORECASE):  # fmt: skip
            places = float(match[2]) if match[2] else _places(said.text)
            inside, stated = float(match[1].replace(",", ".")), float(match[3])
            if places and abs(100 * inside / places - stated) > max(2.0, 0.08 * stated):
                yield fail("X.arithmetic", row.capitalize(), said, f"{inside:g} of {places:g} is {100 * inside / places:.0f} %, not {stated:g} %", "Correct one of the three.")  # fmt: skip


def _places(text: str) -> float | None:
    found = re.search(r"(?<![\d×x] )\b(\d+) (?:task |worker )?(?:slots|places|workers)\b", text)
    product = re.search(r"\b(\d+) (?:\w+ )?[×x] (\d+) (?:slots|places|workers)", text)
    return float(product[1]) * float(product[2]) if product else float(found[1]) if found else None


def most_below_least(d: Document) -> Iterator[Finding]:
    """`4 modules (max 3)`: the largest number of machines below the number that stand."""
    said = d.claims.row(SERVING, "scaling")
    for match in re.finditer(r"\b(\d+) (?:[a-z-]+ ){0,2}(?:modules?|boxes|devices?|pods?|replicas?|instances?|nodes?|machines?|servers?|workers?|containers?|gpus?)\b[^.;\d]{0,30}\(?\bmax(?:imum|\.)?\W{0,4}(\d+)\b", said.text, re.IGNORECASE):  # fmt: skip
        if int(match[2]) < int(match[1]):
            yield fail("C6.max", "Scaling", said, f"at most {match[2]}, but {match[1]} stand", "Raise the maximum.")  # fmt: skip


def scaling_by_feel(d: Document) -> Iterator[Finding]:
    """`adds pods when things get hot`: a condition no machine can check."""
    said = d.claims.row(SERVING, "scaling")
    feel = said.find(r"\b(?:adds?|added|scal\w+|starts?|joins?|spins? up|grows?)\b[^.;|\d]{0,40}\b(?:when|if|once|as soon as|whenever)\b([^.;|,\d]{4,60})(?=$|[.;|,])")  # fmt: skip
    if feel and re.search(r"hot|busy|needed|necessary|slow|heavy|rises?|demand|load|tight|struggl|pressure|high|full|grow", feel[1], re.IGNORECASE) and not re.search(r"half|twice|third|quarter", feel[1]):  # fmt: skip
        yield fail("C6.scaling", "Scaling", said, f"“{feel[1].strip()[:50]}”: no number says when that is", "Give a rate, a share or a time.")  # fmt: skip


def running_costs(d: Document) -> Iterator[Finding]:
    """A total of running costs above the limit the document itself names."""
    text = d.claims.part(SERVING)
    lines = [line for line in d.claims.text.splitlines() if _MONEY.search(line)]
    caps = {n.value for line in lines for n in numbers_of_money(line) if _CAP.search(line[max(0, n.start - 40) : n.start])}  # fmt: skip
    own = [line for line in text.text.splitlines() if _MONEY.search(line)]
    totals = [n for line in own for n in numbers_of_money(line) if _TOTAL.search(line[max(0, n.start - 24) : n.start]) or _TOTAL_AFTER.match(line[n.end : n.end + 16])]  # fmt: skip
    if len(caps) == 1 and totals and (whole := max(n.value for n in totals)) > (cap := next(iter(caps))) * 1.001 and whole < cap * 5:  # fmt: skip
        yield fail("X.cost", "running costs", text, f"{whole:,.0f} a month, {cap:,.0f} are allowed", "Cut a part, or have the limit raised.")  # fmt: skip


def listed_costs(d: Document) -> Iterator[Finding]:
    """`cluster €7,800, support €3,100, data €1,800; together €12,700`: items and their total in one line."""
    for line in d.claims.part(SERVING).text.splitlines():
        if " · " in line and line.count(" · ") == 1 and "+" in line:
            continue  # sums with a plus are checked as sums
        amounts = numbers_of_money(line)
        for n, total in enumerate(amounts):
            said_so = _TOTAL.search(line[max(0, total.start - 24) : total.start]) or _TOTAL_AFTER.match(line[total.end : total.end + 16])  # fmt: skip
            items = [each.value for each in amounts[:n] if each.unit == total.unit and not _CAP.search(line[max(0, each.start - 40) : each.start])]  # fmt: skip
            if said_so and "+" not in line and "×" not in line and len(items) >= 2 and abs(sum(items) - total.value) > max(1.0, 0.01 * total.value):  # fmt: skip
                yield fail("X.arithmetic", "running costs", Said(line, d.claims.part(SERVING).line), f"{' + '.join(f'{i:,.0f}' for i in items)} is {sum(items):,.0f}, not {total.value:,.0f}", "Correct an item or the total.")  # fmt: skip
                return


def by_the_clock(d: Document) -> Iterator[Finding]:
    """`≈ 2 h 47 min, starts 03:00, must land by 05:00`: a run that ends after it is due."""
    for row in ("throughput", "latency_sla", "serving_mode", "scaling"):
        said = d.claims.row(SERVING, row)
        start = said.find(r"\b(?:starts?|begins?|from|runs? at|kicks? off)(?: at)? (\d{1,2})[:.](\d\d)")
        due = said.find(r"\b(?:by|until|before|due(?: at| by)?|land by|ready (?:by|at)|no later than) (\d{1,2})[:.](\d\d)")  # fmt: skip
        lasts = said.find(r"[≈=]\s*(?:about )?(?:(\d+(?:\.\d+)?) ?h(?:ours?)?)?\s*(?:(\d+) ?min)?(?=\W|$)")
        if not (start and due and lasts and (lasts[1] or lasts[2])):
            continue
        minutes = 60 * float(lasts[1] or 0) + float(lasts[2] or 0)
        there = (60 * int(due[1]) + int(due[2]) - 60 * int(start[1]) - int(start[2])) % 1440
        if minutes > there * 1.001:
            yield fail("C6.window", row.replace("_", " "), said, f"takes {minutes:g} min, between {start[1]}:{start[2]} and {due[1]}:{due[2]} are {there} min", "More workers, or an earlier start.")  # fmt: skip


_MONEY = re.compile(rf"[€$£¥]|\b(?:{'|'.join(sorted(code for code in CURRENCIES if code.isalpha()))})\b")  # fmt: skip
"""A line without one of these holds no amount; most lines do."""


def numbers_of_money(text: str) -> list[Number]:
    return [n for n in numbers(text) if n.unit in CURRENCIES and n.value >= 10]


def inflated(d: Document) -> Iterator[Finding]:
    """`80 per arm × 1.15 = 92 per arm`: a sample size and its inflated one, with the factor between them."""
    said = d.claims.row(TEST, "primary_metric")
    factor = _INFLATED.search(said.text)
    counts = [n for n in said.numbers if not n.unit and not n.per and n.value >= 20 and n.value == round(n.value) and not re.match(r"\s*(?:per|bursts per|\w+ per) (?:zone|section|store|cluster|user)", said.text[n.end :])]  # fmt: skip
    if not factor or len(counts) < 2:
        return
    by = float((factor[1] or factor[2]).replace(",", "."))
    pairs = [(a.value, b.value) for n, a in enumerate(counts) for b in counts[n + 1 :]]
    if by > 1.01 and not any(abs(a * by - b) <= max(1.5, 0.02 * b) for a, b in pairs):
        first, second = pairs[0]
        yield fail("X.arithmetic", "Primary metric", said, f"{first:,.0f} × {by:g} is {first * by:,.0f}, not {second:,.0f}", "Correct the size, the factor or the product.")  # fmt: skip


def whole_traffic(d: Document) -> Iterator[Finding]:
    """Shares of one split that add up to something other than 100 %."""
    said = d.claims.row(TEST, "traffic_split")
    rest = said.find(r"\b(?:remaining|rest|other|reste|übrige\w*|restante)\b[^.;%]{0,16}?(\d+(?:[.,]\d+)?) ?%|(\d+(?:[.,]\d+)?) ?% (?:stay|remain|untouched|are left|is left)")  # fmt: skip
    if not rest:
        return
    sentence = next((s for s in re.split(r"(?<=[.;])\s+", said.text) if rest[0] in s), said.text)
    shares = [n.value for n in numbers(sentence) if n.unit == "%"]
    if len(shares) >= 3 and abs(sum(shares) - 100) > 1.0:
        yield fail("X.arithmetic", "Traffic split", said, f"{' + '.join(f'{s:g}' for s in shares)} % is {sum(shares):g} %", "The arms and the rest make 100 %.")  # fmt: skip


def chosen_and_rejected(d: Document) -> Iterator[Finding]:
    """A tool in the choice that the rationale beside it turns away."""
    for part, row in (("experiment_tracking", "tool"),):
        said = d.claims.row(part, row)
        cells = said.text.split(" · ")
        if len(cells) < 2:
            continue
        reason = " ".join(cells[1:])
        for tool, _ in named_in(cells[0]):
            turned = re.search(rf"(?:{tool.pattern})[^.;|]{{0,60}}\b(?:rejected|ruled out|turned down|excluded|not allowed|forbidden|out\b|écarté\w*|would (?:leave|send)|saas only|hosted abroad|dropped|refused|no\b)|\b(?:rejected|ruled out|turned down|instead of|rather than|over|écarté\w*|against)\W{{1,3}}(?:was |were |the )?(?:{tool.pattern})", reason, re.IGNORECASE)  # fmt: skip
            if turned:
                yield fail("X.tool_rejected", "Tool", said, f"{tool.name} is chosen, and turned away beside it: “{turned[0][:60]}”", "Choose one.")  # fmt: skip
                break


def rates_and_times(d: Document) -> Iterator[Finding]:
    """`3,600 pairs/s together` and, in a table, `12 M pairs, 56 min`: the time follows from the rate."""
    part = d.claims.part(SERVING)
    rates = [(float(m["rate"].replace(",", "")), m["noun"][:5]) for m in re.finditer(r"(?P<rate>\d[\d,]*(?:\.\d+)?) (?P<noun>[a-z]{4,})/s\b", part.text)]  # fmt: skip
    for match in re.finditer(r"(?P<rows>\d[\d,.]*)(?P<scale> ?[kM])? (?P<noun>[a-z]{4,})(?:,| in| take| takes|:)? (?P<time>\d[\d,.]*) ?(?P<unit>s|min|h)\b", part.text):  # fmt: skip
        rows = float(match["rows"].replace(",", "")) * {"k": 1e3, "M": 1e6}.get(
            (match["scale"] or "").strip(), 1
        )
        stated = float(match["time"].replace(",", "")) * {"s": 1, "min": 60, "h": 3600}[match["unit"]]
        mine = [rate for rate, noun in rates if noun == match["noun"][:5]]
        if mine and stated and not any(0.8 <= rows / rate / stated <= 1.25 for rate in mine):
            yield fail("X.arithmetic", "throughput", part, f"“{match[0]}”: at {max(mine):,.0f} a second that takes {rows / max(mine) / 60:,.1f} min", "Correct the rate or the time.")  # fmt: skip
            return


def per_arm_flow(d: Document) -> Iterator[Finding]:
    """`315 drops per arm and day` in one row, `630 per arm and day` in another."""
    part = d.claims.part("a_b_testing")
    found = set()
    for match in re.finditer(r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?) (?:[a-z-]+ )?(?:per|in each|each) (?:arm|group)(?: (?:and|per|a|each)| every)? (day|week)\b|(?<![\d.,])(\d[\d,]*(?:\.\d+)?) (?:[a-z-]+ )?(?:an?|per) (day|week)(?: and| per| in each) (?:arm|group)\b", part.text):  # fmt: skip
        found.add((match[2] or match[4], float((match[1] or match[3]).replace(",", ""))))
    for match in re.finditer(
        r"(?<![\d.,])(\d[\d,]*) [a-z]+ a (day|week),(?:[^;.|\n]|\.(?=\d)){0,60}?(?<![\d.,])(\d[\d,]*) per arm\b(?! and| per)",
        part.text,
    ):
        whole, each = (float(match[n].replace(",", "")) for n in (1, 3))
        if abs(whole - 2 * each) <= 0.02 * whole:
            found.add((match[2], each))
    daily = {value for each, value in found if each == "day"}
    divided = d.claims.row("a_b_testing", "min_duration").find(r"\d ?[/÷] ?(\d[\d,]*(?:\.\d+)?) ?(?:=|≈|→)")
    by = float(divided[1].replace(",", "")) if divided else 0.0
    if len(daily) == 1 and by >= 10 and not any(abs(by - part * min(daily)) <= 0.03 * by for part in (1, 2, 7, 14, 0.5)):  # fmt: skip
        yield fail("X.flow", "A/B Testing", part, f"{min(daily):,.0f} per arm and day, the duration divides by {by:,.0f}", "Use one flow in both places.")  # fmt: skip
    for period in ("day", "week"):
        values = sorted(value for each, value in found if each == period)
        if len(values) > 1 and values[-1] > values[0] * 1.03:
            yield fail("X.flow", "A/B Testing", part, f"{values[0]:,.0f} and {values[-1]:,.0f} per arm and {period}", "Use one flow in both places.")  # fmt: skip


def same_baseline(d: Document) -> Iterator[Finding]:
    """The level the test starts from is today's level of the business metric, where it is the same metric."""
    business, primary = d.claims.row("problem_definition", "business_metric"), d.claims.row("a_b_testing", "primary_metric")  # fmt: skip
    now = business.find(
        r"\b(?:now|today|currently|at present)\W{0,3}(?:is |at )?(\d+(?:\.\d+)?) ?%|(\d+(?:\.\d+)?) ?% (?:now|today|currently|at present)"
    )
    start = primary.find(r"(?<![\d.])(\d+(?:\.\d+)?) ?% ?(?:→|->)|baseline (?:of |is )?(\d+(?:\.\d+)?) ?%")
    if not now or not start:
        return
    words = [set(re.findall(r"[a-z]{4,}", re.split(r"[:;,(.]|\d", said.text.lower())[0])) - {"share", "rate", "with", "from", "that", "within"} for said in (business, primary)]  # fmt: skip
    today, begins = float(now[1] or now[2]), float(start[1] or start[2])
    if len(words[0] & words[1]) >= 1 and words[1] <= words[0] | {"first"} and 0.5 < begins / max(today, 1e-9) < 2 and abs(begins - today) > 0.03 * today:  # fmt: skip
        yield fail("X.baseline", "Primary metric", primary, f"starts from {begins:g} %, the business metric is {today:g} % today", "Use one level in both places.")  # fmt: skip


def test_again(d: Document) -> Iterator[Finding]:
    """A step of the rollout that names the test again, with other days than the plan."""
    plan = d.claims.part("a_b_testing")
    told = {round(n.days) for n in plan.numbers if n.unit in ("day", "week")} | {int(m) for m in re.findall(r"\bday (\d+)", plan.text)}  # fmt: skip
    lines = d.claims.text.splitlines()
    inside = {line.strip() for line in plan.text.splitlines()}
    for number, line in enumerate(lines, 1):
        if not told or not re.match(r"\s*(?:\d+[.)]|[-*•])\s", line) or not re.search(r"\bA/B[- ]test\b", line) or line.strip() in inside:  # fmt: skip
            continue
        days = [
            round(n.days) for n in numbers(re.split(r"\bA/B[- ]test\b", line)[1]) if n.unit in ("day", "week")
        ]
        if days and not told & set(days):
            yield fail("X.test_again", "Min duration", Said(line, number), f"“{line.strip()[:60]}”: the plan of the test speaks of no {days[0]} days", "Use one plan in both places.")  # fmt: skip


SERVING_RULES = (
    latency_total,
    quotients,
    over_the_whole,
    utilisation,
    most_below_least,
    scaling_by_feel,
    by_the_clock,
    rates_and_times,
)
RULES = (
    running_costs,
    listed_costs,
    inflated,
    whole_traffic,
    chosen_and_rejected,
    test_again,
    per_arm_flow,
    same_baseline,
)
