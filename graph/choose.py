"""Between skills the router could not tell apart, a model may choose; whatever else it says leaves the question open."""

from collections.abc import Sequence
from typing import Any

from briefwright.graph.errors import UnusableReply
from briefwright.graph.model import Model
from briefwright.graph.reply import object_in
from briefwright.prompts.fill import fill
from briefwright.skill.spec import Skill

NONE = "none"
MOST_OF_MESSAGE = 4000


async def choose(model: Model, message: str, skills: Sequence[Skill]) -> str:
    """The slug of one of the skills, `none`, or nothing where the reply is no choice. Raises EndpointError when nobody can be asked."""
    names = [skill.slug for skill in skills]
    described = "\n".join(f"- {skill.slug}: {skill.description} {skill.purpose[:400]}" for skill in skills)
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"skill": {"type": "string", "enum": [*names, NONE]}},
        "required": ["skill"],
        "additionalProperties": False,
    }
    prompt = fill("choose", skills=described, message=message[:MOST_OF_MESSAGE])
    try:
        said = object_in(await model.ask([("user", prompt)], schema, "choose", 1)).get("skill")
    except UnusableReply:
        return ""
    return said if said in (*names, NONE) else ""
