"""What interrupts a set though nothing hurts, and the way back to it: winded, tired, called away, and back again."""

from __future__ import annotations

import re

from countoff.dialogue import wording
from countoff.dialogue.context import Context

KEEPS_ITS_READING = frozenset({"stop", "report_pain", "report_red_flag", "start_session", "easier", "harder", "skip"})
"""These ask for more than a pause, or report what no word of tiredness takes back."""
OPENS = (
    r"^\W*((ok|okay|right|hey|hi|oh|phew|well|so|and|now|just|sorry|please|pls|wait|hold\son|hang\son|one\ssec)\W+)*"
)
CLOSES = (
    r"(\W+(now|already|again|today|too|please|pls|sorry|thanks|mate|lol|haha"
    r"|for\sa\s(sec|second|bit|moment|minute)))*\W*$"
)
BREATHER = re.compile(
    OPENS + r"((i|we|i'?m|have|got|gotta|ne+d|to|2|want|wanna|going|gonna|must|let|lemme|me|us|give|take|taking)\s)*"
    r"((a|quick|short|little|wee)\s)*"
    r"(bre+a?th?er|(catch|ketch|get|catching|getting)\s(my|me|a|some)\sbreath(\sback)?)" + CLOSES,
    re.IGNORECASE,
)
"""Time to breathe, which is what a pause is for. Of a breath that *cannot* be caught the safety net knows before."""
TIRED = re.compile(
    OPENS + r"((i'?m|i\sam|we'?re|feeling|i\sfeel|(my\s)?(legs|thighs|quads|glutes|arms)\s(are|r|feel))\s)?"
    r"((so|too|very|really|all|pretty|quite|a\sbit|getting|totally|absolutely|completely|bloody)\s)*"
    r"(tired|tierd|fatigued|k?nack(ere?|ar)d|exh?austed|shatte?re?d|wo?re?n\sout|wiped(\sout)?|tuckered\sout|pooped"
    r"|bushed|(dead\s)?beat|spent|cream\scrackered|running\son\sempty|out\sof\s(energy|steam|juice))" + CLOSES,
    re.IGNORECASE,
)
"""Tired, and nothing besides."""
CALLED_AWAY = re.compile(
    r"\b(at|answer|get)\s(the|my)\s(front\s)?doo?r\b|\bdoor\s?bell\b|(\bis|'?s)\s(calling|crying)\b"
    r"|\b(phone|fone|mobile|cell|bell)('?s)?\s(is\s)?(ringin?g?|buzzin?g?|going)\b"
    r"|\b(answer|get|take)\s(the|my|this|a)\s(phone|fone|mobile|call)\b|\bb\W?r\W?b\b|\bbbl\b|\bbe\sright\sback\b"
    r"|\bback\s(soon|shortly|in\s(a|one|two|five|ten|\d+)\s(couple\sof\s)?(s|sec|second|m|mo|min|minute|bit|tick|jiffy)s?)\b",
    re.IGNORECASE,
)
BACK = re.compile(OPENS + r"(?P<who>(i'?m|i\sam|we'?re)\s)?(bac?k|bk)(\sfrom\s(the\s)?\w+)?" + CLOSES, re.IGNORECASE)
"""Here again. The bare word is also a part of the body, and a wish for the step before."""


def wants_a_pause(ctx: Context) -> bool:
    """Whether a message that nobody would call a command is a reason to wait."""
    utterance = ctx.utterance
    if ctx.state.pain is not None or utterance.intent in KEEPS_ITS_READING:
        return False
    if BREATHER.match(utterance.text):
        return True
    if ctx.status not in ("counting", "resting", "paused") or wording.ASKS.search(utterance.text):
        return False
    if CALLED_AWAY.search(utterance.text) and not utterance.intent.startswith("ask_"):
        return True
    # In a rest the same words say how hard the set was.
    return ctx.status != "resting" and TIRED.match(utterance.text) is not None


def is_back(ctx: Context) -> bool:
    """Whether the user says, while the count waits, to be back: "I'm back"."""
    said = _says_back(ctx)
    return said is not None and said["who"] is not None


def may_be_back(ctx: Context) -> bool:
    """Whether a bare "back" comes while the count waits, and answers nothing: neither "where" nor "which step"."""
    pending = ctx.state.pending
    answers = ctx.state.steps is not None or (pending is not None and pending.kind != "offer_resume")
    return not answers and ctx.utterance.intent != "resume" and _says_back(ctx) is not None


def _says_back(ctx: Context) -> re.Match[str] | None:
    waits = ctx.status == "paused" and ctx.state.pain is None and ctx.utterance.intent not in KEEPS_ITS_READING
    return BACK.match(ctx.utterance.text) if waits else None
