"""Starting a set and steering it: the dialogue side of the session engine."""

from __future__ import annotations

from dataclasses import replace

from countoff.dialogue import answering, triage, versions, walk, wishes, wording
from countoff.dialogue.context import Context
from countoff.dialogue.running import run
from countoff.exercises import allowed, rung_for

A_SHORT_QUESTION = 6
"""About what is proposed one asks in so many words at most; a longer question is a general one."""


def start(ctx: Context) -> None:
    """Start a set, or ask the one question that names what would be counted."""
    if _must_wait(ctx):
        return
    details = wishes.has_details(ctx)
    if versions.names_unknown(ctx):
        wishes.take(ctx)
        ctx.ask("version")
        versions.say_unknown(ctx, "utter_version_unknown_to_count")
        return
    if ctx.status == "paused" and not details:
        ctx.ask("restart_or_resume")
        ctx.turn.say("utter_resume_or_restart")
        return
    if ctx.running or ctx.status == "paused":
        ctx.ask("restart")
        ctx.turn.say("utter_restart_sure")
        wishes.take(ctx)
        return
    if not wishes.take(ctx):
        return
    if details:
        begin(ctx)
    else:
        _take_what_was_explained(ctx)
        offer(ctx)


def _take_what_was_explained(ctx: Context) -> None:
    """A start after the instructions of a version in another place is a start of that one."""
    read = ctx.state.steps
    explained = ctx.exercise.variations.get(read.variation) if read else None
    if explained is None or explained.place == ctx.exercise.variations[ctx.rung.variation].place:
        return
    rung = rung_for(ctx.exercise, explained.id, ctx.rung.load)
    if rung is not None and allowed(ctx.exercise, rung, ctx.state.constraints, ctx.state.needs_care):
        walk.stand_on(ctx, rung)


def _must_wait(ctx: Context) -> bool:
    """Whether nothing may be counted yet: pain, a condition just named, or one that nobody has cleared."""
    state = ctx.state
    if state.pain is not None:
        triage.ask_gone(ctx)
        return True
    if ctx.turn.cautions:
        return True
    if any(condition not in state.conditions for condition in ctx.utterance.values("condition")):
        answering.caution(ctx)
        return True
    if state.conditions and not state.cleared:
        ask_clearance(ctx)
        return True
    return False


def ask_clearance(ctx: Context) -> None:
    """After a condition was named: has somebody who can tell agreed?"""
    ctx.ask("clearance")
    ctx.turn.say("utter_ask_clearance")


def cleared(ctx: Context) -> None:
    """A doctor or therapist has agreed: go on with what was paused, or offer a set."""
    ctx.state.cleared = True
    ctx.state.pending = None
    if ctx.status == "paused":
        resume(ctx)
    else:
        offer(ctx)


def not_cleared(ctx: Context) -> None:
    """Nobody has agreed yet, so nothing starts."""
    ctx.state.pending = None
    ctx.turn.say("utter_not_cleared", *ctx.offers(["ask_safety", "ask_stop_rule"]))


def offer(ctx: Context) -> None:
    """Name what would be counted and ask for a yes."""
    if _must_wait(ctx):
        return
    ctx.ask("offer_start")
    wanted = wishes.prescription(ctx)
    _say_both_legs(ctx)
    buttons = ctx.offers(["ask_how_to", "ask_band"])
    response = wishes.variant("utter_offer_start", wanted)
    ctx.turn.say(response, *buttons, **wishes.words(ctx, wanted))


def explain_offer(ctx: Context) -> bool:
    """Say sets, reps and rest of what is proposed; False where the question is a general one."""
    text = ctx.utterance.text
    if not wording.ABOUT_THE_OFFER.search(text) or len(text.split()) > A_SHORT_QUESTION:
        return False
    wanted = wishes.prescription(ctx)
    ctx.turn.say("utter_offer_details" if wanted.sets > 1 else "utter_offer_one_set", **wishes.words(ctx, wanted))
    return True


def begin(ctx: Context, *, restart: bool = False) -> None:
    """Start the set that is wished for, after the one breath of preparation before a first set."""
    if _must_wait(ctx):
        return
    state = ctx.state
    state.pending = state.steps = state.in_use = state.proposal = None
    wanted = wishes.prescription(ctx)
    if not state.preflight_given:
        state.preflight_given = True
        ctx.turn.say("utter_preflight", preflight=ctx.exercise.preflight)
    note = run(
        ctx,
        "start",
        silent=True,
        prescription=wanted,
        session_id=ctx.new_id(),
        restart=restart,
        form_cues=_form_cues(ctx),
    )
    _say_both_legs(ctx)
    response = wishes.variant(f"utter_{note}", wanted)
    ctx.turn.say(response, **wishes.words(ctx, wanted))


def _say_both_legs(ctx: Context) -> None:
    """One leg alone is not counted: a user who asks for it is told."""
    if ctx.utterance.first("side") and wording.ONE_LEG.search(ctx.utterance.text):
        ctx.turn.say("utter_both_legs")


def steer(ctx: Context, verb: str) -> None:
    """Pause, slower, faster, skip, what is next, how long."""
    if ctx.state.pain is not None and verb in ("pause", "slower", "faster", "skip"):
        ctx.turn.say("utter_nothing_after_pain")
        return
    if verb in ("slower", "faster") and wording.tempo_in(ctx.utterance):
        if wishes.take(ctx):
            set_tempo(ctx)
        return
    wanted = wishes.prescription(ctx)
    note = run(ctx, verb, prescription=wanted, tempo=wanted.tempo)
    if note == "tempo_next_time":
        new = wanted.tempo.slower() if verb == "slower" else wanted.tempo.faster()
        ctx.state.wishes.tempo = new.to_wire()


def set_tempo(ctx: Context) -> None:
    """Count at the tempo that was named from the next rep on."""
    if ctx.state.pain is not None:
        ctx.turn.say("utter_nothing_after_pain")
        return
    run(ctx, "tempo", tempo=wishes.prescription(ctx).tempo)


def rest_here(ctx: Context) -> bool:
    """How long the rest of this session is; False where the question is a general one."""
    session, text = ctx.session, ctx.utterance.text
    if session is None or session.prescription.sets == 1 or len(text.split()) > A_SHORT_QUESTION:
        return False
    if not wording.ABOUT_THE_OFFER.search(text):
        return False
    ctx.turn.say("utter_rest_here", rest_s=session.prescription.rest_s)
    return True


def left(ctx: Context) -> None:
    """Where the set stands: what is done, which rep and leg it is, or what is left, as it was asked."""
    text = ctx.utterance.text
    response = None
    if wording.WHAT_IS_DONE.search(text):
        response = "utter_done_so_far"
    elif wording.WHERE_WE_ARE.search(text):
        response = "utter_where"
    run(ctx, "left", response=response)


def resume(ctx: Context) -> None:
    """Go on after a pause; after pain, only once it is gone; with nothing paused, offer a start."""
    if _must_wait(ctx):
        return
    ctx.state.pending = None
    if ctx.status == "idle":
        offer(ctx)
        return
    if ctx.running:
        run(ctx, "resume")
        return
    ctx.state.in_use = None
    moved = walk.has_new_place(ctx)
    by_hand = (ctx.utterance.report or {}).get("by_hand") is True
    note = run(ctx, "resume", silent=moved, set_up=moved or by_hand)
    if moved:
        response = "utter_rest_goes_on_in_new_place" if note == "rest_goes_on" else "utter_resumed_in_new_place"
        place = ctx.session.position.to_json() if ctx.session else {}
        ctx.turn.say(response, rung=walk.rung_words(ctx, ctx.rung), **place)


def stop(ctx: Context) -> None:
    """End the set, with one line of summary; inside a triage, finish for today."""
    if ctx.state.pain is not None:
        triage.finish(ctx)
        return
    was_idle = ctx.status == "idle"
    ctx.state.pending = None
    ctx.state.steps = None
    if not was_idle:
        run(ctx, "stop")
        return
    run(ctx, "stop", silent=True)
    ctx.turn.session = ctx.turn.session or {"action": "stop"}
    if ctx.turn.ended:
        # The player stopped by itself a moment ago and said so, or the plan had come to its end.
        ctx.turn.say("utter_stopped", **ctx.turn.ended[-1].summary)
        return
    ctx.turn.say("utter_nothing_to_stop", *ctx.offers(["start_session", "ask_how_to"]))


def stay_paused(ctx: Context) -> None:
    """A no while the count is paused: it stays so, and is said to."""
    ctx.state.pending = None
    ctx.turn.say("utter_going_on" if ctx.running else "utter_still_paused")


def keep(ctx: Context) -> None:
    """The rung that was proposed is not wanted: back to the one in use, and an offer to go on with it."""
    walk.put_back(ctx)
    ctx.state.pending = None
    rung = walk.rung_words(ctx, ctx.rung)
    if ctx.utterance.intent == "resume":
        resume(ctx)
    elif ctx.in_set:
        ctx.ask("offer_resume")
        ctx.turn.say("utter_kept_in_set", *ctx.offers(["resume", "stop"]), rung=rung)
    else:
        ctx.turn.say("utter_kept", *ctx.offers(["start_session", "ask_how_to"]), rung=rung)


def same_again(ctx: Context) -> None:
    """Another set of what was done last."""
    ctx.utterance = replace(ctx.utterance, intent="start_session")
    ctx.state.pending = None
    start(ctx)


def take_proposal(ctx: Context) -> None:
    """A yes to the rung proposed after a set: stand on it, and name what would be counted."""
    ctx.state.pending = None
    if ctx.state.proposal in ctx.exercise.rungs:
        walk.stand_on(ctx, ctx.exercise.rungs[ctx.state.proposal])
    offer(ctx)


def _form_cues(ctx: Context) -> list[str]:
    """The cues of those faults that the user asked about and that this exercise knows."""
    return [m.cue for m in ctx.exercise.mistakes if m.cue and m.id in ctx.state.faults]
