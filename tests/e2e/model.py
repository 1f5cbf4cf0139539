"""The trained model in this process, loaded once for all tests that ask it."""

from __future__ import annotations

import asyncio
import logging
import warnings
from functools import cache
from typing import Any

from countoff.training import ensure_model


@cache
def agent() -> Any:
    """Rasa's agent with the model of the present inputs, trained first where there is none."""
    with warnings.catch_warnings():
        # What Rasa imports warns of its own old age.
        warnings.simplefilter("ignore")
        from rasa.core.agent import Agent  # noqa: PLC0415  # it takes seconds, and most tests need no model
        from rasa.utils.log_utils import configure_structlog  # noqa: PLC0415

        # Or it would write every state of every story to the screen.
        configure_structlog(logging.ERROR)
        return Agent.load(str(ensure_model()))


@cache
def understood(text: str) -> dict[str, Any]:
    """What the pipeline makes of a message: intent, entities, questions, safety."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found: dict[str, Any] = asyncio.run(agent().parse_message(text))
    return found
