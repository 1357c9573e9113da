"""`route --model`: a model's choice laid over a decision that would have been a question."""

import asyncio
from dataclasses import replace

from briefwright.settings import Settings
from briefwright.skill.routing.route import Decision


def broken(decision: Decision, message: str, name: str, base_url: str) -> Decision:
    """The decision with the model's choice in it, or as it was when the model makes none. Raises EndpointError."""
    from briefwright.catalogue import found_skills
    from briefwright.graph.choose import NONE, choose
    from briefwright.graph.journal import Journal
    from briefwright.graph.model import Endpoint, Model
    from briefwright.local import at_hand
    from briefwright.settings import endpoint_url, from_environment

    settings = from_environment()
    wanted = [candidate.skill for candidate in decision.candidates]
    skills = [skill for skill in found_skills()[0] if skill.slug in wanted]

    async def asked(url: str, patient: Settings) -> str:
        model = Model(Endpoint(name, url, patient.api_key, patient.timeout_s), Journal(None), [])
        try:
            return await choose(model, message, skills)
        finally:
            await model.close()

    with at_hand((name,), endpoint_url(base_url or settings.base_url), settings) as (url, patient):
        chosen = asyncio.run(asked(url, patient))
    if chosen == NONE:
        return replace(
            decision, action="none", question="", reason=f"{name} chose none of {', '.join(wanted)}"
        )
    if not chosen:
        return decision
    first = sorted(decision.candidates, key=lambda candidate: candidate.skill != chosen)
    return Decision("run", tuple(first), f"{name} chose it among {', '.join(wanted)}")
