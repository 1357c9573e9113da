"""What operators look at: whether it lives, whether it can work, what it has counted, who did what."""

import asyncio
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response

from briefwright import __version__
from briefwright.server.errors import RequestError
from briefwright.server.fleet import living
from briefwright.server.runs_api import caller_of, engine_of, faults

router = APIRouter(tags=["operations"])


@router.get("/healthz")
async def healthy() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok", "version": __version__}


@router.get("/readyz", responses=faults(503))
async def ready(request: Request) -> dict[str, Any]:
    """The database answers, and at least one worker is there to take runs."""
    engine = engine_of(request)
    try:
        workers = await asyncio.to_thread(living, engine.store)
    except sa.exc.SQLAlchemyError:
        raise RequestError(503, "database_away", "the database cannot be reached.", 2.0) from None
    if not workers:
        raise RequestError(503, "no_worker", "no worker is there. Start one: briefwright worker", 2.0)
    return {"status": "ready", "workers": workers}


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}, **faults()})
async def metrics(request: Request) -> Response:
    """Counters over all workers, for Prometheus."""
    caller_of(request, "metrics")
    engine = engine_of(request)
    return Response(await asyncio.to_thread(_exposed, engine.store), media_type="text/plain; version=0.0.4; charset=utf-8")  # fmt: skip


@router.get("/audit", responses=faults())
async def audit(request: Request, limit: Annotated[int, Query(ge=1, le=1000)] = 200) -> dict[str, Any]:
    """Who started, cancelled, resumed and revised which run, the latest first."""
    caller_of(request, "admin")
    return {"entries": list(await asyncio.to_thread(engine_of(request).store.audit, limit))}


LABELS = {"runs": "outcome", "llm_tokens": "kind", "check_failures": "check"}
HELP = {
    "runs": "Runs that have ended", "llm_calls": "Model calls", "llm_tokens": "Tokens of model calls", "llm_seconds": "Seconds spent in model calls",
    "check_failures": "Attempts at a section that failed a check",
}  # fmt: skip


def _exposed(store: Any) -> bytes:
    """The counters of the database and how things stand, in Prometheus' format by its own library."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    class FromStore:
        def collect(self) -> Any:
            families: dict[str, Any] = {}
            for name, label, value in store.counters():
                labels = [LABELS[name]] if name in LABELS else []
                family = families.setdefault(name, CounterMetricFamily(f"briefwright_{name}", HELP[name], labels=labels))  # fmt: skip
                family.add_metric([label] if labels else [], value)
            yield from families.values()
            counts = store.counts()
            yield GaugeMetricFamily("briefwright_runs_open", "Runs that have not ended", counts.get("", 0))
            yield GaugeMetricFamily("briefwright_workers", "Workers heard of lately", living(store))

    registry = CollectorRegistry()
    registry.register(FromStore())
    return bytes(generate_latest(registry))
