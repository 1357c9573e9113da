"""A SKILL.md → Skill: tolerant of form, strict about what it could not read, every fault reported at once.

The section headings are found first, fences ignored, because templates nest fences of equal length and a
strict Markdown parser then loses whatever follows the Output Format. A section is the text between two of
the headings the format knows; the template's own `##` lines lie inside Output Format and are left there.
"""

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import yaml

from briefwright.skill.errors import SkillError
from briefwright.skill.markdown import Block, Heading, parse, slug
from briefwright.skill.spec import Check, Fault, Part, Skill, Step, Template

KNOWN = {
    "purpose": "purpose",
    "inputs": "inputs",
    "process": "process",
    "procedure": "process",
    "output format": "output",
    "quality checks": "checks",
    "evolution notes": "notes",
}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STEP = re.compile(r"###[ \t]+Step[ \t]+(\d+)[ \t]*[:.–—-]?[ \t]*(.*)", re.IGNORECASE)
_CHECK = re.compile(r"[ \t]*[-*][ \t]+\[[ xX]\][ \t]+(.+)")
_ITEM = re.compile(r"[ \t]*[-*][ \t]+(.+)")
_STOP = frozenset(["a", "an", "and", "any", "are", "at", "be", "by", "clear", "define", "design", "enough", "every", "for", "from", "has", "how", "in", "is", "it", "its", "not", "of", "on", "or", "per", "plan", "step", "strategy", "that", "the", "this", "to", "uses", "what", "with"])  # fmt: skip


@dataclass(frozen=True)
class _Section:
    """The lines under one known heading; `line` is the number of the first of them."""

    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


def read_skill_text(path: Path) -> str:
    """The text of a SKILL.md, given itself or its folder; SkillError when there is none or it is not text."""
    file = path / "SKILL.md" if path.is_dir() else path
    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise SkillError(
            f"skill '{path}': no such file. Give a SKILL.md or the folder that holds one."
        ) from None
    except UnicodeDecodeError as fault:
        raise SkillError(f"skill '{file}': not UTF-8 at byte {fault.start}. Save it as UTF-8.") from None
    except OSError as fault:
        raise SkillError(f"skill '{file}': {fault.strerror}. Check the path and its permissions.") from None


def load(path: Path, step_ids: Sequence[str] = ()) -> Skill:
    """Read the skill at `path`; `step_ids` are the short names a kit gives to the steps, in order.

    Raises SkillError with every fault and its line when the skill cannot run.
    """
    skill = parse_skill(read_skill_text(path), str(path), step_ids)
    if any(fault.fatal for fault in skill.faults):
        lines = "; ".join(f"line {fault.line}: {fault.message}" for fault in skill.faults)
        raise SkillError(f"skill '{path}' cannot run: {lines}")
    return skill


def parse_skill(text: str, path: str = "", step_ids: Sequence[str] = ()) -> Skill:
    """Read a SKILL.md's text. Never raises: what is wrong stands in `Skill.faults`."""
    faults: list[Fault] = []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    meta, body_at = _front_matter(lines, faults)
    sections = _sections(lines, body_at)
    for name in ("process", "output", "checks"):
        if name not in sections:
            title = next(heading for heading, known in KNOWN.items() if known == name)
            faults.append(Fault(body_at + 1, f"no '## {title.title()}' section. Add it.", fatal=True))
    template = _template(sections.get("output"), faults)
    steps = _steps(sections.get("process"), template, step_ids, faults)
    checks = _checks(sections.get("checks"), steps, faults)
    return Skill(
        name=_said(meta.get("title")) or _said(meta.get("name")) or Path(path).stem or "skill",
        description=_said(meta.get("description")),
        department=_said(meta.get("department")),
        version=_said(meta.get("version")) or "1",
        triggers=tuple(said for trigger in _as_list(meta.get("triggers")) if (said := _said(trigger))),
        purpose=sections["purpose"].text if "purpose" in sections else "",
        inputs=tuple(_items(sections.get("inputs"))),
        steps=steps,
        template=template,
        checks=checks,
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest()[:16],
        path=path,
        faults=tuple(sorted(faults, key=lambda fault: fault.line)),
    )


def _front_matter(lines: list[str], faults: list[Fault]) -> tuple[dict[str, object], int]:
    """The YAML between the two `---` lines, and the index of the first line after them."""
    end = next((n for n in range(1, len(lines)) if lines[n].strip() == "---"), 0)
    if not lines or lines[0].strip() != "---" or not end:
        faults.append(
            Fault(1, "no front matter. Start the file with name and description between '---' lines.", True)
        )
        return {}, 0
    try:
        meta = yaml.load("\n".join(lines[1:end]), Loader=_LOADER) or {}  # a safe loader either way
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        line = getattr(getattr(fault, "problem_mark", None), "line", 0) + 2
        faults.append(
            Fault(line, "front matter is not readable YAML. Quote values that hold ':' or '#'.", True)
        )
        return {}, end + 1
    if not isinstance(meta, dict):
        faults.append(Fault(2, "front matter is not a list of 'key: value' lines.", True))
        return {}, end + 1
    extra = meta.get("metadata")
    if isinstance(
        extra, dict
    ):  # twins of our keys; an exported skill keeps its own words for description and title there
        meta = {
            **extra,
            **meta,
            **(
                {"description": extra["description"]}
                if extra.get("description") and extra.get("title")
                else {}
            ),
        }
    if not meta.get("description"):
        faults.append(
            Fault(2, "no description. Say in one line what the skill does and when to use it.", True)
        )
    if not meta.get("name"):
        faults.append(Fault(2, "no name. The file's name is used."))
    if not meta.get("triggers"):
        faults.append(Fault(2, "no triggers. The router will find this skill by its text only."))
    return meta, end + 1


def _as_list(value: object) -> list[object]:
    """A list, a list written as JSON inside metadata, or one value."""
    if isinstance(value, str) and value.startswith("["):
        try:
            found = json.loads(value)
        except ValueError:
            found = value
        value = found
    return value if isinstance(value, list) else [] if value is None else [value]


def _said(value: object) -> str:
    """Words and numbers as words; a nested value says nothing, however much an alias makes of it."""
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _sections(lines: list[str], start: int) -> dict[str, _Section]:
    """Known sections by name. A heading seen twice is closed by the last one: templates quote headings."""
    at: dict[str, int] = {}
    for number in range(start, len(lines)):
        heading = re.fullmatch(r"##[ \t]+(.+?)[ \t#]*", lines[number])
        if heading and (name := KNOWN.get(heading[1].strip().lower())):
            at[name] = number
    ends = sorted(at.values())
    found = {}
    for name, number in at.items():
        end = next((other for other in ends if other > number), len(lines))
        found[name] = _Section(number + 2, tuple(lines[number + 1 : end]))
    return found


def _items(section: _Section | None) -> Iterable[str]:
    return (
        match[1].strip() for line in (section.lines if section else ()) if (match := _ITEM.fullmatch(line))
    )


def _template(section: _Section | None, faults: list[Fault]) -> Template:
    """The Output Format: from the first fence line to the last when the first opens ```markdown, else all."""
    if section is None:
        return Template("", ())
    fences = [n for n, line in enumerate(section.lines) if line.startswith("```")]
    wrapped = bool(fences) and section.lines[fences[0]].strip().lower() in ("```markdown", "```md", "```")
    first, last = (fences[0] + 1, fences[-1]) if wrapped and len(fences) > 1 else (0, len(section.lines))
    blocks = parse("\n".join(section.lines[first:last]), section.line + first)
    headings = [block for block in blocks if isinstance(block, Heading)]
    if not headings:  # tables or lists alone: one part without a heading of its own
        faults.append(
            Fault(section.line, "the Output Format has no headings; all of it is taken as one part.")
        )
        return Template("", (Part("Output", blocks),) if blocks else ())
    top = min(heading.level for heading in headings)
    alone = len(headings) == 1  # then it is the part's, not the document's
    titled = not alone and headings[0].level == top and sum(h.level == top for h in headings) == 1
    level = min(heading.level for heading in headings[1:]) if titled else top
    parts = tuple(_parts(blocks, level))
    start = next(n for n, block in enumerate(blocks) if isinstance(block, Heading) and block.level == level)
    if before := tuple(block for block in blocks[:start] if not isinstance(block, Heading)):
        faults.append(
            Fault(
                section.line, f"what the Output Format has before “{parts[0].heading}” is written under it."
            )
        )
        parts = (replace(parts[0], blocks=(*before, *parts[0].blocks)), *parts[1:])
    return Template(headings[0].text if titled else "", parts)


def _parts(blocks: tuple[Block, ...], level: int) -> Iterable[Part]:
    at = [n for n, block in enumerate(blocks) if isinstance(block, Heading) and block.level == level]
    for start, end in zip(at, [*at[1:], len(blocks)], strict=True):
        heading = blocks[start]
        assert isinstance(heading, Heading)
        yield Part(heading.text, tuple(_lowered(block, 2 - level) for block in blocks[start + 1 : end]))


def _lowered(block: Block, by: int) -> Block:
    """Parts stand at level 2 in a document, whatever their level in the skill; headings inside them move along."""
    return replace(block, level=block.level + by) if isinstance(block, Heading) else block


def _steps(
    section: _Section | None, template: Template, ids: Sequence[str], faults: list[Fault]
) -> tuple[Step, ...]:
    if section is None:
        return ()
    at = [(n, match) for n, line in enumerate(section.lines) if (match := _STEP.fullmatch(line.rstrip()))]
    if not at:
        faults.append(Fault(section.line, "the Process has no '### Step N: Title' headings. Add them.", True))
        return ()
    if ids and len(ids) != len(at):
        faults.append(Fault(section.line, f"{len(at)} steps, but the skill's kit knows {len(ids)}.", True))
        ids = ()
    titles, bodies = [], []
    for (start, match), end in zip(at, [n for n, _ in at[1:]] + [len(section.lines)], strict=True):
        titles.append(match[2].strip())
        bodies.append("\n".join(section.lines[start + 1 : end]).strip())
        if not bodies[-1]:
            faults.append(
                Fault(section.line + start, f"step {match[1]} has no text. Write it under its heading.")
            )
    parts = _assign_parts(titles, bodies, template)
    # the number keeps them apart from each other and from the state machine's own nodes: a step may be called "Decide"
    names = list(ids) or [f"{n}_{slug(title)[:48]}".rstrip("_") for n, title in enumerate(titles, 1)]
    return tuple(
        Step(names[n], n + 1, titles[n], bodies[n], parts[n]) for n in range(len(titles))
    )  # fmt: skip


def _assign_parts(titles: list[str], bodies: list[str], template: Template) -> list[Part]:
    """Which part of the template each step fills: in order when there are as many, else by shared words."""
    parts = template.parts
    if len(parts) == len(titles):
        return list(parts)
    if len(parts) == 1:  # one part for all steps is written when all of them are done
        return [*[Part("", ())] * (len(titles) - 1), parts[0]]
    assigned: list[list[Part]] = [[] for _ in titles]
    for part in parts:
        scores = kinship(part, titles, bodies)
        best = max(range(len(titles)), key=lambda n: scores[n])
        assigned[best if scores[best] else -1].append(
            part
        )  # a part no step speaks of is written when all is known
    return [_joined(group) for group in assigned]


def kinship(part: Part, titles: Sequence[str], bodies: Sequence[str]) -> list[int]:
    """How much each step speaks of a part: words of its heading and labels in the step's title, counted three times, and in its text."""
    words = _words(part.heading, *part.labels)
    return [len(words & _words(title)) * 3 + len(words & _words(body)) for title, body in zip(titles, bodies, strict=True)]  # fmt: skip


def _joined(parts: list[Part]) -> Part:
    """Several parts filled by one step: the first one's heading, the others' as blocks under it."""
    if not parts:
        return Part("", ())
    blocks = list(parts[0].blocks)
    for part in parts[1:]:
        blocks += [Heading(2, part.heading), *part.blocks]
    return Part(parts[0].heading, tuple(blocks))


def _checks(section: _Section | None, steps: tuple[Step, ...], faults: list[Fault]) -> tuple[Check, ...]:
    if section is None:
        return ()
    statements = [match[1].strip() for line in section.lines if (match := _CHECK.fullmatch(line.rstrip()))]
    if not statements:
        faults.append(
            Fault(section.line, "no '- [ ]' lines under Quality Checks. Nothing would be verified.", True)
        )
    shown = [step for step in steps if step.part.blocks] or steps  # what stands nowhere cannot be judged
    return tuple(
        Check(f"C{n}", statement, (bind(statement, shown),) if shown else ())
        for n, statement in enumerate(statements, 1)
    )


def bind(statement: str, steps: Sequence[Step]) -> str:
    """The step a check judges: the one that shares most of its rare words, early ones counting double.

    A word that every step uses separates nothing, so a word weighs the logarithm of how few steps hold it;
    words of the step's title and of its part of the template weigh more than words of its instruction.
    """
    names = {step.id: _words(step.title, step.part.heading) for step in steps}
    labels = {step.id: _words(*step.part.labels) for step in steps}
    bodies = {step.id: _words(step.instruction) for step in steps}
    everything = {step.id: names[step.id] | labels[step.id] | bodies[step.id] for step in steps}
    holders = Counter(word for words in everything.values() for word in words)
    scores = dict.fromkeys(everything, 0.0)
    for place, word in enumerate(_ordered_words(statement)):
        weight = math.log(1 + len(steps) / holders[word]) if holders[word] else 0.0
        early = 2.0 if place < 2 else 1.0
        for id in scores:
            scores[id] += (
                weight * early * (3 * (word in names[id]) + 2 * (word in labels[id]) + (word in bodies[id]))
            )
    return max(scores, key=lambda id: scores[id])


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in _ordered_words(text))


@lru_cache(maxsize=4096)  # the same titles and bodies are asked about once per check
def _ordered_words(text: str) -> tuple[str, ...]:
    """Lower-case words without their endings, so that `documents leakage` meets `documentation` and `leak`."""
    return tuple(_root(word) for word in re.findall(r"[a-z][a-z0-9]+", text.lower()) if word not in _STOP)


@lru_cache(maxsize=32768)
def _root(word: str) -> str:
    return re.sub(r"(ations?|ation|ments?|ings?|ers?|ed|ies|es|s|e|y)$", "", word)
