"""A document to look at: its sections with the verdicts beside the words they judge, where each number comes from, and plots.

Everything in it was written by somebody we do not trust. Markdown is rendered without HTML, links and pictures; the rest is escaped.
`report.html` is one file without scripts; the server's page shows the same sections.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from briefwright.drawing import svg

WORDS = {"passed": "✓ passed", "failed": "✗ failed", "not judged": "? not judged"}
LONGEST_FIGURE = 80


@dataclass(frozen=True)
class Shown:
    """One `##` of a document as HTML, with the step that wrote it and how its checks came out."""

    id: str
    heading: str
    html: str
    step: str = ""
    outcome: str = ""


def report_page(text: str, record: Mapping[str, Any]) -> str:
    """The whole report as one file that works from disk: no script, no network, light and dark."""
    title, first, sections = shown(text, record)
    style = (Path(__file__).parent / "report.css").read_text(encoding="utf-8")
    head = f"<h1>{escape(title)}</h1>{status(record)}{first}"
    body = "\n".join(_section(each) for each in sections)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{style}</style></head><body><header>{head}</header>"
        f'<div class="columns">{contents(sections)}<main>{body}</main></div></body></html>\n'
    )


def shown(text: str, record: Mapping[str, Any]) -> tuple[str, str, list[Shown]]:
    """(title, first page, sections) of a document."""
    first, *parts = re.split(r"(?m)^(?=## )", text)
    title = re.match(r"# (.*)", first)
    below = first[title.end() :] if title else first
    by_heading = {section["heading"]: (step, section) for step, section in record.get("sections", {}).items()}
    sections = [_shown(n, part, by_heading, record) for n, part in enumerate(parts, 1)]
    return title[1] if title else "Document", markdown(below), sections


def markdown(
    text: str, figures: Sequence[Mapping[str, str]] = (), verdicts: Sequence[Mapping[str, Any]] = ()
) -> str:
    """Markdown as HTML; numbers with a known origin say it, cells a verdict quotes carry its mark."""
    tokens = _parser().parse(text)
    numbers = _Numbers(figures)
    for n, token in enumerate(tokens):
        if token.type != "inline" or not token.children:
            continue
        token.children = [child for each in token.children for child in numbers.marked(each)]
        if n and tokens[n - 1].type == "td_open":
            token.children += [_html(mark) for mark in _marks(token.content, verdicts)]
    inner = str(_parser().renderer.render(tokens, _parser().options, {}))
    table = '<div class="wide" role="group" aria-label="table" tabindex="0"><table>'
    return (
        inner.replace("<table>", table)
        .replace("</table>", "</table></div>")
        .replace("<pre>", '<pre tabindex="0">')
    )


def status(record: Mapping[str, Any]) -> str:
    """How the run ended, in a word and a sentence."""
    outcome = str(record.get("outcome", ""))
    return f'<p class="status {escape(outcome)}"><strong>{escape(outcome)}</strong> {escape(str(record.get("reason", "")))}</p>'  # fmt: skip


def contents(sections: Sequence[Shown]) -> str:
    """The way to each section."""
    items = "".join(
        f'<li><a href="#{each.id}">{escape(each.heading)}</a>{_badge(each.outcome, each.outcome) if each.outcome else ""}</li>'
        for each in sections
    )
    return f'<nav aria-label="Sections"><ol>{items}</ol></nav>'


def _shown(n: int, part: str, by_heading: Mapping[str, Any], record: Mapping[str, Any]) -> Shown:
    head, _, body = part.partition("\n")
    heading = head[3:].strip()
    step, section = by_heading.get(heading, ("", {}))
    verdicts = section.get("verdicts", [])
    outcomes = [verdict["outcome"] for verdict in verdicts]
    outcome = next((each for each in ("failed", "not judged", "passed") if each in outcomes), "")
    drawn = "".join(svg(plot) for plot in record.get("plots", []) if plot["step"] == step)
    html = _verdicts(verdicts, record.get("checks", {})) + _writer(section) + drawn + markdown(body, section.get("figures", []), verdicts)  # fmt: skip
    return Shown(f"part-{n}", heading, html, step, outcome)


def _section(each: Shown) -> str:
    return f'<section id="{each.id}" aria-labelledby="{each.id}-h"><h2 id="{each.id}-h">{escape(each.heading)}</h2>{each.html}</section>'  # fmt: skip


def _verdicts(verdicts: Sequence[Mapping[str, Any]], statements: Mapping[str, str]) -> str:
    """One line per check, and what to mend where one failed."""
    lines = []
    for verdict in verdicts:
        found = "".join(f"<li>{escape(f['rule'])}: {escape(f['message'])} <em>{escape(f['mend'])}</em></li>" for f in verdict["findings"])  # fmt: skip
        said = escape(statements.get(verdict["check"], ""))
        lines.append(f"<li>{_badge(verdict['check'], verdict['outcome'])} {said} <small>{escape(verdict['by'])}: {escape(verdict['reason'])}</small>{f'<ul>{found}</ul>' if found else ''}</li>")  # fmt: skip
    return f'<ul class="verdicts">{"".join(lines)}</ul>' if lines else ""


def _writer(section: Mapping[str, Any]) -> str:
    if not section:
        return ""
    tries = len(section.get("attempts", ())) or 1
    note = f" {escape(section['note'])}" if section.get("note") else ""
    return f'<p class="writer">Written by {escape(section["writer"])}, {tries} attempt{"s" * (tries != 1)}.{note}</p>'


def _badge(text: str, outcome: str) -> str:
    kind = outcome.replace(" ", "-")
    word = WORDS.get(outcome, outcome)
    label = word if text == outcome else f"{text} {word}"
    return f'<span class="badge {escape(kind)}">{escape(label)}</span>'


def _marks(cell: str, verdicts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Marks of the verdicts whose evidence stands in this cell."""
    bare = _bare(cell)
    return [
        f' <span class="mark {escape(v["outcome"].replace(" ", "-"))}" title="{escape(v["reason"])}">{escape(v["check"])} {escape(WORDS[v["outcome"]])}</span>'
        for v in verdicts
        if any(len(_bare(words)) > 3 and _bare(words) in bare for words in v["evidence"])
    ]


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[\\`*_]", "", text).split())


class _Numbers:
    """Finds numbers of known origin in text. The longest form wins; one form with several origins says all of them."""

    def __init__(self, figures: Sequence[Mapping[str, str]]) -> None:
        self._how: dict[str, dict[str, str]] = {}
        for figure in figures:
            text = figure["text"]
            if any(letter.isdigit() for letter in text) and 1 < len(text) <= LONGEST_FIGURE:
                self._how.setdefault(text, {})[figure["how"]] = figure["source"]
        forms = "|".join(re.escape(text) for text in sorted(self._how, key=len, reverse=True))
        self._form = re.compile(rf"(?<![\w.,−-])(?:{forms})(?![\w]|[.,]\d)") if forms else None

    def marked(self, token: Any) -> list[Any]:
        """The token itself, or its pieces with the numbers wrapped."""
        if self._form is None or token.type != "text":
            return [token]
        pieces, at = [], 0
        for match in self._form.finditer(token.content):
            pieces += [_text(token.content[at : match.start()]), _html(self._figure(match[0]))]
            at = match.end()
        return [*pieces, _text(token.content[at:])] if pieces else [token]

    def _figure(self, text: str) -> str:
        origins = self._how[text]
        said = "; ".join(f"<b>{escape(source)}</b>: {escape(how)}" for how, source in origins.items())
        kind = escape(next(iter(origins.values())))
        return f'<span class="figure {kind}" tabindex="0">{escape(text)}<span class="how" role="tooltip">{said}</span></span>'  # fmt: skip


def _text(content: str) -> Any:
    from markdown_it.token import Token

    return Token("text", "", 0, content=content)


def _html(content: str) -> Any:
    """A piece of our own making. What comes from outside never gets here unescaped."""
    from markdown_it.token import Token

    return Token("html_inline", "", 0, content=content)


@lru_cache(maxsize=1)
def _parser() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(["link", "image", "autolink", "reference", "html_block", "html_inline"])  # fmt: skip
