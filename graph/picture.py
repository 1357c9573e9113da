"""The state machine as Mermaid, drawn from the compiled graph itself."""

import re

from briefwright.graph.build import build, step_graph
from briefwright.skill.kit import SkillKit
from briefwright.skill.spec import Skill


def mermaid(skill: Skill, kit: SkillKit) -> str:
    """Two drawings: the whole, and the inside of one step (all steps are alike inside)."""
    whole = build(skill, kit).get_graph(xray=1).draw_mermaid()
    inside = step_graph(skill.steps[0]).get_graph().draw_mermaid()
    return f"%% {skill.name}: the run\n{_tidy(whole)}\n\n%% every step inside\n{_tidy(inside)}"


def _tidy(text: str) -> str:
    """LangGraph's own drawing without its styling, so that it reads well in light and in dark."""
    text = re.sub(r"^---.*?---\n", "", text, flags=re.DOTALL)
    lines = [
        re.sub(r":::\w+", "", line) for line in text.splitlines() if not line.strip().startswith("classDef")
    ]
    return "\n".join(re.sub(r"<hr/>.*?</em></small>|</?p>", "", line) for line in lines)
