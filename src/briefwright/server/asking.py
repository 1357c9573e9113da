"""What a caller may ask for → a Request. The one place where an outside word becomes a skill or a model: by lookup, never as a path or an address."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from briefwright.briefs import MOST_BYTES, sound, too_long
from briefwright.errors import UsageError
from briefwright.notes import recent
from briefwright.records import Request
from briefwright.server.errors import RequestError
from briefwright.server.views import NewRun, Usage
from briefwright.settings import ServerSettings, Settings


@dataclass
class Desk:
    """The skills and models this server has, found once when it starts."""

    settings: Settings
    server: ServerSettings

    @cached_property
    def skills(self) -> dict[str, Any]:
        from briefwright.catalogue import found_skills

        return {skill.slug: skill for skill in found_skills()[0]}

    @cached_property
    def router(self) -> Any:
        from briefwright.catalogue import router

        return router()

    @property
    def models(self) -> tuple[str, ...]:
        """Who may write: the planner, the server's own model, and those it allows beside it."""
        return tuple(dict.fromkeys(("planner", *filter(None, (self.settings.model,)), *self.server.models)))

    @property
    def default_model(self) -> str:
        return self.settings.model or "planner"

    @cached_property
    def _prices(self) -> tuple[str, dict[str, Any]]:
        from briefwright.graph.budget import prices

        return prices(self.settings.prices)

    def cost(self, model: str, used: Usage) -> str:
        """What calls cost by the dated table, in words; nothing where it has no price for the model."""
        from briefwright.graph.budget import cost

        day, table = self._prices
        price = table.get(model)
        if price is None:
            return ""
        return f"USD {cost([used], price):.4f}, prices of {day}"

    def request(self, asked: NewRun, run_id: str = "") -> Request:
        """Raises RequestError for a skill or a model this server does not have, and for a brief it cannot take."""
        skill = self.skill(asked.skill)
        model = self._model(asked.model or self.default_model)
        judge = self._model(asked.judge) if asked.judge else ""
        if not self._plans(skill.slug):
            if model == "planner":
                raise RequestError(409, "needs_model", f"skill '{skill.slug}' needs a model: it has no planner. This server has {', '.join(self.models)}.")  # fmt: skip
            judge = judge or model
        return Request(
            run_id=run_id or asked.run_id or new_id(), brief=brief(asked.brief), skill=skill.slug, model=model, base_url=self.settings.base_url,
            max_attempts=asked.max_attempts, ask=asked.ask, as_of=datetime.now(UTC).date().isoformat(), judge="" if judge == "planner" else judge,
            max_tokens=asked.max_tokens or 0, deadline_s=float(asked.deadline_s or 0),
            notes=recent(self.settings.notes, skill.slug, readers=False) if model != "planner" else [],  # one owner's words are not another's
        )  # fmt: skip

    def skill(self, name: str) -> Any:
        slug = name.strip().lower().replace("_", "-").replace(" ", "-")
        if slug not in self.skills:
            raise RequestError(404, "unknown_skill", f"skill '{name[:60]}' is unknown. This server has {', '.join(self.skills)}.")  # fmt: skip
        return self.skills[slug]

    def _model(self, name: str) -> str:
        if name not in self.models:
            raise RequestError(404, "unknown_model", f"model '{name[:60]}' is not allowed here. This server has {', '.join(self.models)}.")  # fmt: skip
        return name

    def _plans(self, slug: str) -> bool:
        from briefwright.catalogue import PACKAGED

        return slug in PACKAGED


def brief(text: str) -> str:
    """The text as the reader takes it. Raises RequestError for what is no brief."""
    size = len(text.encode("utf-8", "replace"))
    if size > MOST_BYTES:
        raise RequestError(413, "too_large", too_long("the brief", size))
    try:
        return sound(text, "the brief")
    except UsageError as fault:
        raise RequestError(422, "no_brief", str(fault)) from None


def new_id() -> str:
    """When it was made, and 64 bits of chance."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(8)}"
