"""After a set: how hard it was, what comes next time, how it has gone so far, and forgetting it all."""

from __future__ import annotations

from countoff.dialogue import running, wording
from countoff.dialogue.context import Context
from countoff.exercises import AtEnd, step

EFFORTS = ("easy", "moderate", "hard")
MAX_BARS = 8


def ask_effort(ctx: Context) -> None:
    """One question on a word scale, where a rep was done."""
    if not any(ended.reps for ended in ctx.turn.ended):
        return
    ctx.ask("effort")
    ctx.turn.say("utter_how_hard")


def rate(ctx: Context) -> bool:
    """Log the effort of the latest session and propose the next rung or the same one; False where none was named."""
    effort = ctx.utterance.first("effort")
    if effort not in EFFORTS or wording.ASKS.search(ctx.utterance.text):
        return False
    if _nothing_to_rate(ctx):
        return True
    ctx.ask("proposal")
    ctx.turn.effort = effort
    if effort == "easy" and ctx.state.pain is None and not ctx.state.after_pain:
        move = step(ctx.exercise, ctx.rung.id, "harder", ctx.state.constraints)
        if not isinstance(move, AtEnd):
            ctx.state.proposal = move.rung.id
            ctx.turn.say("utter_next_time_harder", *ctx.offers(["harder", "start_session"]), why=move.why)
            return True
    ctx.state.proposal = None
    ctx.turn.say(
        f"utter_next_time_{effort}", *ctx.offers(["easier" if effort == "hard" else "start_session", "ask_history"])
    )
    return True


def rate_unasked(ctx: Context) -> None:
    """An effort that nobody asked for is kept all the same; one without a word of the scale is asked for."""
    if ctx.status == "resting" and ctx.utterance.first("effort") in EFFORTS:
        # A speaker asks after every set. Only the last one's effort is logged.
        ctx.turn.say("utter_going_on")
        return
    if ctx.in_set:
        ctx.turn.say("utter_effort_later")
        return
    if rate(ctx):
        return
    asks = wording.ASKS.search(ctx.utterance.text) is not None
    if asks and (ctx.state.pending is None or ctx.state.pending.kind != "effort"):
        history(ctx)
        return
    if _nothing_to_rate(ctx):
        return
    ctx.ask("effort")
    ctx.turn.say("utter_effort_yours" if asks else "utter_effort_unclear")


def _nothing_to_rate(ctx: Context) -> bool:
    """Say so where no rep was done: that set is not in the log, and the word would be kept for the one before it."""
    if ctx.session is not None and ctx.session.done_left + ctx.session.done_right:
        return False
    ctx.turn.say("utter_nothing_to_rate" if ctx.session else "utter_no_history", *ctx.offers(["start_session"]))
    return True


def history(ctx: Context) -> None:
    """What the log holds, in words and, on a screen, as bars."""
    log = ctx.history(ctx.now_ms)
    if not log["sessions"]:
        ctx.turn.say("utter_no_history", *ctx.offers(["start_session"]))
        return
    ctx.turn.say("utter_history", sessions=log["sessions"], week=log["this_week"], reps=log["reps"])
    if log["last_effort"]:
        ctx.turn.say(f"utter_history_effort_{log['last_effort']}")
    if not ctx.utterance.voice:
        most = max(day["reps"] for day in log["days"]) or 1
        bars = [
            f"{d['day']}  {'█' * max(1, round(12 * d['reps'] / most))} {d['reps']}" for d in log["days"][-MAX_BARS:]
        ]
        ctx.turn.say("utter_history_picture", picture="\n".join(bars))
    ctx.turn.answer = {"intent": "ask_history", "facts": [], "source": "", "history": log}


def ask_forget(ctx: Context) -> None:
    """Erasing is asked about once."""
    ctx.ask("forget")
    ctx.turn.say("utter_forget_sure")


def forget_answered(ctx: Context) -> bool:
    """Erase on a yes; keep on a no; False where the reply is about something else."""
    intent = ctx.utterance.intent
    if intent in ("affirm", "forget_me"):
        if ctx.status != "idle":
            running.run(ctx, "stop", silent=True)
        ctx.turn.forget = True
        ctx.turn.say("utter_forgotten")
    elif intent == "deny":
        ctx.state.pending = None
        ctx.turn.say("utter_not_forgotten")
    else:
        return False
    return True
