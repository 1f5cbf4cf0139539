"""How a user says that it hurts, where, how, and that it is gone; patterns on what was said, never said themselves."""

from __future__ import annotations

import re

from countoff.dialogue import wording

CHARACTER = re.compile(
    r"\b(sharp|dull|ach\w*|pull\w*|burn\w*|stab\w*|throb\w*|pinch\w*|cramp\w*|sting\w*|shoot\w*|tight|sore)\b",
    re.IGNORECASE,
)
"""Words for what a pain is like."""
SHOOTS = re.compile(
    r"\b(shoot\w*|shot\s(down|up|through|into)|stab\w*|radiat\w*|zap\w*|zing\w*|jolt\w*|electric\w*|lightning|kni(fe|ves)|dagger\w*|searing|sharp\w*"
    r"|(runs?|running|goes|going|travel\w*|spread\w*|moves?|moving|pain|all\sthe\sway|right|straight|from\s[\w\s]{2,20})"
    r"\sdown\s(in)?(to\s)?(my|the|one)(\s(left|right|whole))?\s(legs?|thigh|calf|shin|foot|feet|buttock|arm))\b",
    re.IGNORECASE,
)
"""Pain that is sharp, stabs, or runs down a leg: for somebody who can examine it, and nothing to be made easier."""
NOT_SO = re.compile(
    r"\b(not|no|isn'?t|doesn'?t|never)\s(\w+\s)?(shoot|stab|radiat|electric|sear|zap|zing|jolt|sharp)", re.IGNORECASE
)
"""Denies that it is sharp, shoots or stabs."""
WHERE_UNKNOWN = re.compile(
    r"\b(no\s?where|any\s?where|every\s?where|some\s?where|all\sover|not\ssure|no\sidea|dunno|"
    r"(don'?t|do\snot|can'?t|cannot)\s(really\s)?(know|say|tell)|hard\sto\s(say|tell))\b",
    re.IGNORECASE,
)
"""No place, in reply to "where does it hurt"."""
TAKEN_BACK = re.compile(
    r"\b(kidding|joking|joke|false\salarm|my\smistake|didn'?t\smean|never\s?mind|"
    r"no,?\s(it'?s|i'?m)\s(fine|ok|okay|all\sright|alright|nothing))\b",
    re.IGNORECASE,
)
"""A report taken back: it is asked once more whether anything hurts."""
WHAT_NOW = re.compile(
    r"\bwhat\s(should|do|can|shall|must|could)\s(i|we)\s(do|take|try)\b|\bwhat\snow\b|\bnow\swhat\b|"
    r"\bwhat\s(would|do)\syou\s(advise|recommend|suggest)\b|^\W*(any\s)?advice\b",
    re.IGNORECASE,
)
IN_THE_FACE = re.compile(
    r"\b(eyes?|eyeball|face|head|forehead|temple|nose|mouth|lips?|teeth|tooth|cheek|jaw|throat|ear|chest)\b",
    re.IGNORECASE,
)
NOT_HIT = re.compile(
    r"\b(did|has|does|was)(n'?t|\snot)\s(really\s)?(hit|touch|get|catch|caught|reach|strike)\b|\bmissed\b"
    r"|\bno\sharm\b|\bunhurt\b",
    re.IGNORECASE,
)
DENIES = re.compile(
    r"\b(does|do|did|is|are|am|was|i'?m)(n'?t|\snot)\s(really\s)?(feel\s|in\s|have\s)?(any\s)?"
    r"(hurt(s|ing)?|sore|ach(e|es|ing)|pain(ful)?)\b"
    r"|\bno\s(more\s|longer\s)?(any\s)?(pain|hurts?|hurting|ache|aching|soreness|discomfort|sore)\b"
    r"|\bnothing\s(hurts|is\shurting|is\ssore|is\swrong)\b|\bnot\s(hurting|sore|aching|painful)\b|\bpain[\s-]free\b",
    re.IGNORECASE,
)
"""Says in so many words that nothing hurts; what else the message says is weighed without it."""
GONE = re.compile(
    r"\b(gone|passed|disappeared|vanished|healed|cleared(\sup)?|went\saway|worn\soff"
    r"|back\sto\snormal|painless|(is|'s)\sover|over\snow|all\sclear"
    r"|(has\s|have\s|'?s\s|it\s)?stopped(\shurting|\saching)?|(fine|ok|okay|all\sright|alright|good)\s(now|again))\b",
    re.IGNORECASE,
)
QUALIFIES = re.compile(
    r"\?|^\W*(is|has|was|did)\s(it|the|that)\b|\b(not|never|no|nor|cannot"
    r"|(is|are|was|has|have|had|does|do|did|wo|ca|could|would|ai)n'?t|from\smy|now\s(it'?s\s|it\sis\s)?(in\s)?my"
    r"|as|badly|almost|nearly|mostly|partly|partially|largely|practically"
    r"|virtually|basically|bit|little|slight(ly)?|much|less|lesser|better|worse|eas(es|ing|ed|ier)|sort"
    r"|kind(a|\sof)|sorta"
    r"|except|excepting|unless|until|till|apart|aside|besides|other|others|but|only|when|whenever|while|if"
    r"|as\slong|though"
    r"|although|however|(come|comes|came|coming|is|it'?s)\sback|returns?|well|yet|still|maybe|perhaps"
    r"|probably|possibly|think"
    r"|thought|guess|suppose|hope(fully)?|should|might|may|could|soon|half|some|somewhat|most|far|hardly"
    r"|barely|fading"
    r"|faded|getting|going|goes|for\snow|for\sa|more\sor\sless|more\sof|lot|feels?\slike|seems?|ish|a\stouch|a\stad"
    r"|trace|hint"
    r"|so-so|(left|(?<!all\s)right)(?!\s(knee|hip|ankle|foot|leg|shoulder|calf|thigh|groin|shin|wrist|arm"
    r"|hand)))\b",
    re.IGNORECASE,
)
"""What makes "it is gone" less than that."""
LIMITS = re.compile(
    r"(?<!^)\b(not|never|cannot|(is|are|was|has|does|do|did|wo|ca|ai)n'?t|except|unless|until|but|apart"
    r"|aside|other\sthan|only|more\sof|much)\b|^\W*not\b",
    re.IGNORECASE,
)
"""In mid-set these make "all is well" a report."""
YES = re.compile(
    r"^\W*((oh|ah|um|uh|well|mm+),?\s)?(yes+|yeah|yep|yup|yea|aye|ya|affirm(ative)?|definitely|absolutely|completely|"
    r"totally|entirely|fully|sure|of\scourse|certainly|indeed|correct|it\sis|it\shas|100)\b",
    re.IGNORECASE,
)
"""A clear yes to "is the pain gone?"; "ok" and "go" are none."""
EMPHASIS = re.compile(
    r"\b(any\s?more|no\smore|any\slonger|at\sall|no\slonger|all\sright|well\sdone)\b",
    re.IGNORECASE,
)
"""What takes nothing away, though a word of it would by itself."""


def is_gone(text: str) -> bool:
    """Whether a message says, with nothing taken away from it, that the pain is gone."""
    plain = text.replace("_", " ")
    rest, denied = DENIES.subn(" ", plain)
    rest = EMPHASIS.sub(" ", rest)
    if wording.HOPES.search(plain):
        return False
    return bool(denied or GONE.search(plain)) and not QUALIFIES.search(rest)


def is_yes(text: str) -> bool:
    """Whether a message is a clear yes to "is the pain gone?"."""
    return YES.search(text) is not None and not QUALIFIES.search(DENIES.sub(" ", text))
