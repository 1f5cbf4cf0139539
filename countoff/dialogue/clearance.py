"""Whether a doctor or a therapist has agreed, after a condition was named; in doubt they have not."""

from __future__ import annotations

import re

from countoff.dialogue import sets, wording
from countoff.dialogue.context import Context

WHO = (
    r"\b(doctors?|docs?|dr|gp|(ph|f)ysio\w*|(physical\s)?therapists?|pt|surgeon|consultant|specialist|cardiologist"
    r"|rheumatologist|orthop\w+|midwife|obstetrician|gyna?ecologist|nurse|osteo(path)?|hospital|clinic|he|she|they)\b"
)
YES = (
    r"\b(ok|okay|fine|yes|yeah|yep|good|great|safe|all\s?right|alrite|allowed|no\s(problem|issue|worrie)s?|go\sfor\sit"
    r"|go\W?ahead|green\slight|all\sclear|thumbs\sup|permission|i\s(can|could|should|may|must)|(to|me)\sdo)\b"
)
AGREES = re.compile(
    rf"{WHO}.{{0,30}}\b(agree[ds]?|approve[ds]?|cleared|ok('?e?d|ayed)|signed\s(me|it)\soff|recommend\w*|prescribed)\b"
    rf"|{WHO}.{{0,30}}\b(said|sed|says?|sez|told|tells?|reckons|thinks|gave|given)\b.{{0,30}}{YES}"
    rf"|{WHO}('?s|\sis|\sare|'?re|\swas|\swere)\s(\w+\s)?(ok|okay|fine|happy|cool|good|all\s?right)\s(with|for|about)\b"
    r"|\b(i\sam|i'?m|been|got)\s(now\s)?(cleared|signed\soff)\b"
    r"|\b(got|have|had|given)\s(the|their|his|her|an?)\s(ok|okay|all\sclear|green\slight|go\W?ahead|thumbs\sup)\b",
    re.IGNORECASE,
)
"""Somebody who can tell agrees, in the user's words."""
TO_THIS = re.compile(
    r"([^\w']*\b(to|do|doing|go|going|for|with|on|ahead|start|begin|exercis\w*|it|it's|its|this|that|these|them|the|thing|march\w*|sets?"
    r"|band|me|my|now|again|already|today|yesterday|last|week|month|and|so|too|by|from|i|can|have|a|he|she|they|said|says"
    r"|ok|okay|fine|good|yes|all|really|totally|absolutely|please|pls|thanks|ta|lol|doctor|doc|gp|physio|surgeon|cardiologist|hospital)\b)*\W*",
    re.IGNORECASE,
)
"""What may stand behind it: to walk, or with the arms alone, is another matter."""
REFUSES = re.compile(
    WHO + r".{0,40}(\bno\b|\bnot\b|n'?t\b|\bnever\b|\bforb\w+|\bbanned\b|\bagainst\b|\bavoid\b)"
    r"|\b(have|has|had|did|do)(n'?t|\snot)\s(\w+\s)?(ask|asked|see|seen|speak|spoken|talk|talked|check|checked|been|have|got)\b"
    r"|\bnot\s(yet|asked|so\sfar)\b|\bnever\s(asked|saw|seen|checked|been)\b|\bnobody\b|\bno\s?one\b",
    re.IGNORECASE,
)
"""Nobody has agreed."""
DOUBTS = re.compile(
    r"\?|\b(not|no|nor|never|nobody|cannot|\w+n'?t"
    r"|but|except|unless|until|till|if|only|without|though|although|however|as\slong|once|when|after|before|later|next"
    r"|soon|tomorrow|maybe|perhaps|probably|possibly|might|would|ask|asking|hope\w*|guess|suppose|sure\sif|whether|ago"
    r"|(i|we)\s(think|reckon)|sort\sof|kind\sof|kinda|avoid|against|stop|careful)\b",
    re.IGNORECASE,
)
"""What makes it less than a clear yes."""
NO_HARM = re.compile(r"\b(no|not\san?)\s(problem|issue|worrie)s?\b|\b(why|can'?t\ssee\swhy)\snot\b", re.IGNORECASE)
"""What takes nothing away, though a word of it would by itself."""


def agrees(text: str) -> bool:
    """Whether a message says, with nothing taken away from it, that somebody who can tell agrees to this exercise."""
    found = AGREES.search(text)
    return bool(found and TO_THIS.fullmatch(text[found.end() :])) and not _doubts(text)


def answered(ctx: Context) -> bool:
    """Read the reply to "has a doctor agreed?"; False where it is about something else."""
    intent, text = ctx.utterance.intent, ctx.utterance.text
    if _names_another(ctx):
        return False
    if agrees(text) or (intent == "affirm" and not _doubts(text)):
        sets.cleared(ctx)
    elif intent in ("affirm", "deny") or (REFUSES.search(text) and not wording.ASKS.search(text)):
        sets.not_cleared(ctx)
    else:
        return False
    return True


def told(ctx: Context) -> bool:
    """Take it, unasked, that somebody agrees with what the user was cautioned about; False for all else."""
    state = ctx.state
    waits = bool(state.conditions) and not state.cleared and state.pain is None
    text = ctx.utterance.text
    if not waits or _names_another(ctx) or wording.of_somebody_else(text) or not agrees(text):
        return False
    sets.cleared(ctx)
    return True


def _doubts(text: str) -> bool:
    return DOUBTS.search(NO_HARM.sub(" ", text)) is not None


def _names_another(ctx: Context) -> bool:
    return any(condition not in ctx.state.conditions for condition in ctx.utterance.values("condition"))
