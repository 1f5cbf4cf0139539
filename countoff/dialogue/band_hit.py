"""The reply to "did it hit you?", after a band broke."""

from __future__ import annotations

import re

from countoff.dialogue import triage, wording
from countoff.dialogue.context import Context
from countoff.dialogue.pain_words import IN_THE_FACE, NOT_HIT


def answered(ctx: Context) -> bool:
    """Read the reply to "did it hit you?"; in doubt it did. False where it is about something else."""
    utterance = ctx.utterance
    missed = NOT_HIT.search(utterance.text) is not None and not re.search(r"\b(but|except|only)\b", utterance.text)
    if not missed and IN_THE_FACE.search(utterance.text) and utterance.intent != "deny":
        ctx.turn.say("utter_stop_red_flag")
        triage.red_flag(ctx)
    elif (utterance.intent == "deny" or missed) and not ctx.in_set:
        ctx.state.pending = None
        ctx.turn.say("utter_band_missed", *ctx.offers(["start_session", "ask_band"]))
    elif utterance.intent == "deny" or missed:
        ctx.ask("offer_resume")
        ctx.turn.say("utter_still_paused")
    elif utterance.intent == "affirm" or utterance.first("body_part") or wording.HIT.search(utterance.text):
        triage.report(ctx)
    else:
        return False
    return True
