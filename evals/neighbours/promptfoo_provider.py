"""Briefwright as a promptfoo provider: a brief in, the document out, so that promptfoo's assertions hold it.

providers: [ "file://evals/neighbours/promptfoo_provider.py" ]
prompts: [ "{{brief}}" ]
tests: [ { vars: { brief: "Predict churn …" }, assert: [ { type: contains, value: "## Problem Definition" } ] } ]
"""

import asyncio
from typing import Any

from briefwright.evals.cases import Case
from briefwright.evals.produce import packaged


def call_api(prompt: str, options: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """What promptfoo calls for each test. `config.model` and `config.base_url` choose a model; without them the planner writes."""
    config = options.get("config") or {}
    if not prompt.strip():
        return {"error": "the prompt is empty; it has to be a brief"}
    produce = packaged(
        str(config.get("model", "")), str(config.get("base_url", "")), str(config.get("api_key", ""))
    )
    record, document = asyncio.run(produce(Case(id="promptfoo", brief=prompt), 1))
    usage = record["usage"]
    tokens = {
        "prompt": sum(use["input_tokens"] for use in usage),
        "completion": sum(use["output_tokens"] for use in usage),
    }
    metadata = {
        "outcome": record["outcome"],
        "reason": record["reason"],
        "verdicts": {v["check"]: v["outcome"] for v in record["verdicts"]},
    }
    return {
        "output": document or f"{record['outcome']}: {record['reason']}",
        "tokenUsage": {**tokens, "total": sum(tokens.values())},
        "metadata": metadata,
    }
