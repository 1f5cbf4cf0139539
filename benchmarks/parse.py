"""Has a trained model read texts, in whichever environment this is run: `python parse.py MODEL < texts.json`.

Prints JSON: what the model made of each text, and how long each took in milliseconds. Imports nothing of Countoff, so
that the environment of a stock Rasa can run it too.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from typing import Any

WARM_UP = 20
KEYS = ("intent", "entities", "questions", "safety")


async def read(model: str, texts: list[str]) -> dict[str, Any]:
    """Parse each text once, after some to warm up."""
    from rasa.core.agent import Agent  # noqa: PLC0415  # logging is to be quiet first
    from rasa.utils.log_utils import configure_structlog  # noqa: PLC0415

    configure_structlog(logging.ERROR)
    agent = Agent.load(model)
    for text in texts[:WARM_UP]:
        await agent.parse_message(text)
    parses, times_ms = {}, []
    for text in texts:
        begun = time.perf_counter()
        found = await agent.parse_message(text)
        times_ms.append(1000 * (time.perf_counter() - begun))
        parses[text] = {key: found[key] for key in KEYS if key in found}
    return {"parses": parses, "times_ms": times_ms}


if __name__ == "__main__":
    answer = asyncio.run(read(sys.argv[1], json.load(sys.stdin)))
    json.dump(answer, sys.stdout)
