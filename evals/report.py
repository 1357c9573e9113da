"""An eval as one HTML file that works from disk: no script, no network, light and dark, every colour doubled by a word.

Whatever comes from a brief, a model or a document is escaped; nothing of it can become markup.
"""

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

from briefwright.evals.cases import Case
from briefwright.evals.compare import Difference
from briefwright.evals.run import Result, by_score
from briefwright.evals.scores import DESCRIBED, LOWER_IS_BETTER

MARKS = {"passed": ("✓", "ok"), "failed": ("✗", "bad"), "not judged": ("?", "open")}


def page(
    title: str, cases: Sequence[Case], results: Sequence[Result], differences: Sequence[Difference] = ()
) -> str:
    """The whole page: scores, checks by case, cost against quality, differences, and every case to open."""
    style = (Path(__file__).parent / "report.css").read_text(encoding="utf-8")
    parts = [
        _summary(results),
        _scores(results),
        _differences(differences),
        _heat(results),
        _attempts(results),
        _scatter(results),
        _cases(cases, results),
    ]
    body = "\n".join(part for part in parts if part)
    return (
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{style}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>\n{body}\n</main></body></html>\n"
    )


def _summary(results: Sequence[Result]) -> str:
    lost = [result for result in results if result.status != "scored"]
    said = f"{len(results) - len(lost)} of {len(results)} runs scored."
    listed = "".join(
        f"<li>{escape(r.case)}, epoch {r.epoch}: {escape(r.status)}. {escape(r.reason)}</li>" for r in lost
    )
    return f"<p>{said}</p>" + (f"<ul>{listed}</ul>" if lost else "")


def _scores(results: Sequence[Result]) -> str:
    rows = []
    for name, values in by_score(results).items():
        numbers = [value for _, value in values]
        mean = sum(numbers) / len(numbers)
        share = mean if max(numbers) <= 1 and name not in LOWER_IS_BETTER else None
        bar = (
            f'<svg class="bar" viewBox="0 0 100 10" aria-hidden="true"><rect width="{share * 100:.1f}" height="10"/></svg>'
            if share is not None
            else ""
        )
        rows.append(f"<tr><th scope='row'>{escape(name)}</th><td>{mean:.3f}</td><td>{min(numbers):.3f}</td><td>{len(numbers)}</td><td>{bar}</td><td>{escape(DESCRIBED.get(name, ''))}</td></tr>")  # fmt: skip
    head = "<tr><th scope='col'>Score</th><th scope='col'>Mean</th><th scope='col'>Lowest</th><th scope='col'>Cases</th><th scope='col'><span class='vh'>Share</span></th><th scope='col'>What it is</th></tr>"
    return f"<h2>Scores</h2><div class='wide' tabindex='0' role='region' aria-label='Scores'><table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table></div>"


def _differences(found: Sequence[Difference]) -> str:
    if not found:
        return ""
    rows = "".join(f"<tr><th scope='row'>{escape(d.score)}</th><td>{d.old:.3f}</td><td>{d.new:.3f}</td><td>{_interval(d)}</td><td>{d.new - d.old:+.3f} ({d.low:+.3f} to {d.high:+.3f})</td><td>{d.p:.3g}</td><td>{escape(d.verdict)}</td><td>{escape(', '.join(f'{c} {o:.2g}→{n:.2g}' for c, o, n in d.flipped[:6]))}</td></tr>" for d in found)  # fmt: skip
    head = "".join(
        f"<th scope='col'>{name}</th>"
        for name in (
            "Score",
            "Before",
            "Now",
            "<span class='vh'>Interval</span>",
            "Difference, 95 %",
            "p, corrected",
            "Verdict",
            "Flipped",
        )
    )
    return f"<h2>Against the baseline</h2><div class='wide' tabindex='0' role='region' aria-label='Differences'><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"


def _interval(d: Difference) -> str:
    """The interval around zero, on a scale of its own widest end."""
    reach = max(abs(d.low), abs(d.high), 1e-9)
    places = [50 + 45 * value / reach for value in (d.low, d.high, d.new - d.old)]
    return f"<svg class='interval' viewBox='0 0 100 12' aria-hidden='true'><line x1='50' x2='50' y1='0' y2='12'/><line class='range' x1='{places[0]:.1f}' x2='{places[1]:.1f}' y1='6' y2='6'/><circle cx='{places[2]:.1f}' cy='6' r='3'/></svg>"


def _heat(results: Sequence[Result]) -> str:
    checks = sorted({check for result in results for check in result.checks}, key=lambda c: (len(c), c))
    if not checks:
        return ""
    head = "".join(f"<th scope='col'>{escape(check)}</th>" for check in checks)
    rows = []
    for result in results:
        cells = []
        for check in checks:
            mark, kind = MARKS.get(result.checks.get(check, ""), ("–", "none"))
            cells.append(
                f"<td class='{kind}'><span aria-hidden='true'>{mark}</span><span class='vh'>{escape(result.checks.get(check, 'not run'))}</span></td>"
            )
        rows.append(
            f"<tr><th scope='row'><a href='#{_anchor(result)}'>{escape(result.case)}</a></th>{''.join(cells)}</tr>"
        )
    shares = "".join(
        f"<td>{(share := _passed(results, check)):.0%}<svg class='pass' viewBox='0 0 10 20' aria-hidden='true'><rect y='{20 - 20 * share:.1f}' width='10' height='{20 * share:.1f}'/></svg></td>"
        for check in checks
    )
    return f"<h2>Checks by case</h2><div class='wide' tabindex='0' role='region' aria-label='Checks by case'><table class='heat'><thead><tr><th scope='col'>Case</th>{head}</tr></thead><tbody>{''.join(rows)}</tbody><tfoot><tr><th scope='row'>passed</th>{shares}</tr></tfoot></table></div>"


def _passed(results: Sequence[Result], check: str) -> float:
    told = [result.checks[check] for result in results if check in result.checks]
    return sum(outcome == "passed" for outcome in told) / max(1, len(told))


def _attempts(results: Sequence[Result]) -> str:
    """How many runs needed how many attempts beyond the first, over all their sections."""
    loops = Counter(int(value) for r in results if (value := r.value("loops")) is not None)
    if not loops:
        return ""
    most = max(loops.values())
    rows = "".join(
        f"<tr><th scope='row'>{again or 'none'}</th><td>{loops[again]}</td><td><svg class='bar' viewBox='0 0 100 10' aria-hidden='true'><rect width='{100 * loops[again] / most:.1f}' height='10'/></svg></td></tr>"
        for again in range(max(loops) + 1)
    )
    head = "<tr><th scope='col'>Attempts beyond the first</th><th scope='col'>Runs</th><th scope='col'><span class='vh'>Share</span></th></tr>"
    return f"<h2>Attempts</h2><div class='wide' tabindex='0' role='region' aria-label='Attempts'><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>"


def _scatter(results: Sequence[Result]) -> str:
    """Tokens against facts honoured; left out when nothing cost a token."""
    points = [
        (r.case, r.value("tokens") or 0.0, r.value("facts_honoured"))
        for r in results
        if r.value("facts_honoured") is not None
    ]
    most = max((tokens for _, tokens, _ in points), default=0.0)
    if not most:
        return ""
    dots = "".join(
        f"<circle cx='{40 + 340 * t / most:.1f}' cy='{170 - 150 * (f or 0):.1f}' r='4'><title>{escape(c)}: {t:,.0f} tokens, {f:.0%}</title></circle>"
        for c, t, f in points
    )
    return f"<h2>Cost against quality</h2><svg class='scatter' viewBox='0 0 400 200' role='img' aria-label='Tokens against facts honoured'><line x1='40' y1='170' x2='390' y2='170'/><line x1='40' y1='20' x2='40' y2='170'/><text x='215' y='195'>tokens, up to {most:,.0f}</text><text x='4' y='14'>facts honoured</text>{dots}</svg>"


def _cases(cases: Sequence[Case], results: Sequence[Result]) -> str:
    briefs = {case.id: case.brief for case in cases}
    held = _held(results)
    return "<h2>Cases</h2>" + "\n".join(
        _case(result, briefs.get(result.case, ""), held) for result in results
    )


MOST_CHARACTERS = 7_000_000
"""Of documents in one page: beyond that a browser is slow to open it. Cases with a fault come first, each document once."""


def _held(results: Sequence[Result]) -> dict[str, str]:
    """The documents the page holds, each with the case that shows it: those of faulty cases first, until the page is full."""
    held: dict[str, str] = {}
    room = MOST_CHARACTERS
    for result in sorted(results, key=lambda r: bool(r.checks) and set(r.checks.values()) == {"passed"}):
        if result.document and result.document not in held and len(result.document) <= room:
            held[result.document] = _anchor(result)
            room -= len(result.document)
    return held


def _document(result: Result, held: dict[str, str]) -> str:
    """The document, or where it is: with a case that has the same one, or in results.jsonl."""
    if not result.document:
        return ""
    place = held.get(result.document)
    if place == _anchor(result):
        return f"<h4>Document</h4><pre tabindex='0'>{escape(result.document)}</pre>"
    said = f"Word for word <a href='#{place}'>the same</a>." if place else f"In results.jsonl, case {escape(result.case)}, epoch {result.epoch}: this page is full."  # fmt: skip
    return f"<h4>Document</h4><p>{said}</p>"


def _case(result: Result, brief: str, held: dict[str, str]) -> str:
    told = "".join(
        f"<li><b>{escape(s.name)}</b> {s.value:g} {escape(s.evidence)}</li>" for s in result.scores
    )
    verdicts = ", ".join(f"{check} {outcome}" for check, outcome in result.checks.items())
    return (
        f"<details id='{_anchor(result)}'><summary>{escape(result.case)}, epoch {result.epoch}: {escape(result.outcome or result.status)}</summary>"
        f"<p>{escape(result.reason)}</p><ul>{told}</ul><p>{escape(verdicts)}</p><h4>Brief</h4><pre tabindex='0'>{escape(brief)}</pre>{_document(result, held)}</details>"
    )


def _anchor(result: Result) -> str:
    return f"case-{result.case}-{result.epoch}"


def junit(results: Sequence[Result]) -> str:
    """One test case per run: a wrong outcome or a forbidden choice is a failure, a crash or a provider's fault an error."""
    rows = []
    for r in results:
        wrong = [
            s
            for s in r.scores
            if (s.name == "outcome_right" and s.value < 1) or (s.name == "forbidden_choices" and s.value > 0)
        ]
        inner = "".join(f"<failure message={_attr(f'{s.name}: {s.evidence}')}/>" for s in wrong)
        if r.status != "scored":
            inner = f"<error message={_attr(f'{r.status}: {r.reason}')}/>"
        rows.append(
            f"<testcase classname='briefwright.eval' name={_attr(f'{r.case}-{r.epoch}')} time='{r.value('seconds') or 0:.3f}'>{inner}</testcase>"
        )
    failed = sum("<failure" in row for row in rows)
    return f"<?xml version='1.0' encoding='utf-8'?>\n<testsuite name='briefwright eval' tests='{len(rows)}' failures='{failed}' errors='{sum('<error' in row for row in rows)}'>{''.join(rows)}</testsuite>\n"


def _attr(text: str) -> str:
    plain = "".join(letter if letter.isprintable() else " " for letter in text)
    return f'"{escape(plain)}"'
