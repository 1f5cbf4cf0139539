"""Gives the session engine its commands and says their outcome."""

from __future__ import annotations

from typing import Any

from countoff.dialogue.context import Context
from countoff.dialogue.turn import Ended
from countoff.session import Step, command

A_LONG_TIME_S = 100
"""From here on a duration is said in minutes."""


def run(ctx: Context, verb: str, *, silent: bool = False, response: str | None = None, **args: Any) -> str:
    """Give the engine a command, keep its events and say its outcome; returns the outcome's key.

    ``response`` says the figures of a live session in other words than usual.
    """
    before = ctx.session
    step = command(ctx.session, verb, ctx.now_ms, ctx.cues, report=ctx.report, **args)
    ctx.session = step.state
    ctx.turn.events.extend(step.events)
    if step.wire is not None:
        ctx.turn.session = step.wire
    if before is not None and "stopped" in step.data:
        ctx.turn.ended.append(Ended(before, step.data["stopped"]))
    elif step.data.get("ended_now") and step.state is not None:
        ctx.turn.ended.append(Ended(step.state, step.data["summary"]))
    if not silent:
        _say(ctx, step, response if step.state is not None and step.state.live else None)
    return step.note


def _say(ctx: Context, step: Step, response: str | None = None) -> None:
    """Say the outcome of a command, in its own response unless another is given; its figures fill the blanks."""
    data = step.data
    params = {name: value for name, value in data.items() if isinstance(value, str | int | float)}
    params |= {phase: _plain(seconds) for phase, seconds in data.get("tempo_s", {}).items()}
    params |= data.get("summary") or {}
    if "text" in params:
        # "text" is how the action server names the whole utterance.
        params["wording"] = params.pop("text")
    response = response or _response(step, params)
    ctx.turn.say(response, **params)


def _response(step: Step, params: dict[str, Any]) -> str:
    data, response = step.data, f"utter_{step.note}"
    if step.note == "left" and data["sets_left"]:
        response += "_in_sets"
    elif step.note == "whats_next":
        response += f"_{data['next']}"
    elif step.note == "how_long" and data["seconds"] >= A_LONG_TIME_S:
        response += "_minutes"
        params["minutes"] = round(data["seconds"] / 60)
    elif step.note == "stopped" and not data["done_left"] + data["done_right"]:
        response += "_before_the_first"
    return response


def _plain(seconds: float) -> float:
    """Two rather than 2.0."""
    return int(seconds) if seconds == int(seconds) else seconds


def last_cue(ctx: Context) -> bool:
    """Say the last cue of the plan that plays; False where none has been spoken yet."""
    step = command(ctx.session, "repeat", ctx.now_ms, ctx.cues)
    if step.note != "last_cue":
        return False
    _say(ctx, step)
    return True
