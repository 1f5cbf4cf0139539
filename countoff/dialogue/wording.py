"""Small readings of the raw text where the intent alone does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from countoff.dialogue.utterance import Utterance

RESTART = re.compile(
    r"\b(restart|re-start|start\s(again|over)|from\sthe\s(top|beginning|start)|begin\sagain)\b", re.IGNORECASE
)
DONE = re.compile(r"\b(done|finished|all\sdone|completed?)\b", re.IGNORECASE)
TOO_HARD = re.compile(r"\btoo\s(hard|heavy|much|difficult|tough|strong)\b", re.IGNORECASE)
CHANGES_BAND = re.compile(
    r"\b(use|make\sit|switch|swap|change|take|put|keep|go\s(back\s)?to|with|i'?m\s(on|using)|i\s(use|have|got|only\shave))\b",
    re.IGNORECASE,
)
USES_BAND = re.compile(
    r"\b(i'?m|i\sam|been)\s((already|now|currently)\s)?(on|using)\b|\bmine\sis\b"
    r"|\bi\s((already|now|currently)\s)?(use|have|got|own|only\shave)\b",
    re.IGNORECASE,
)
STANDS_WITH = re.compile(
    r"\b(i'?m|i\sam|been)\s((already|now|currently)\s)?(on|using)\b|\balready\b|\bi\s((now|currently)\s)?use\b",
    re.IGNORECASE,
)
"""The band that is named is the one in use, and not the one to take."""
DOES_NOT_SUIT = re.compile(
    r"\b(is|feels|it'?s|was|got|gets)\s((way|far|much|a\sbit)\s)?too\s|\b(is|are)n'?t?\s(not\s)?\w+\senough\b"
    r"|\b(done|finished|bored)\s(with|of)\b|\btoo\s(easy|light|soft|weak|hard|heavy|strong|stiff|tight)\b",
    re.IGNORECASE,
)
TAKES = re.compile(r"\b(give|take|switch|change|swap|try|want|move|go|put|let'?s|have|use)\b", re.IGNORECASE)
LEAVE = re.compile(r"\b(can|could|may|should)\si\b|\b(ok|okay|safe|fine|allowed|alright)\b", re.IGNORECASE)
"""Asking leave: "may I do the lying one"."""
GOING_ON = re.compile(
    r"\b(go|carry|keep)\s(on|going)\b|\bcontinue\b|\bresume\b|\b(re)?start\b|\bdo\s(it|this|more|another)\b|\btry\b",
    re.IGNORECASE,
)
GO = re.compile(r"\b(go|let'?s|lets|start|begin|ready|hit it)\b", re.IGNORECASE)
"""A yes that, where nothing was asked, asks to begin."""
CLEAR_YES = re.compile(r"^\W*(yes|yeah|yep|yup|sure|please|definitely)\b|\bdo (it|that)\b|\bgo ahead\b", re.IGNORECASE)
NOD = re.compile(
    r"\b(ok|okay|ready|here|go|good|fine|great|cool|nice|right|alright|perfect|thanks?|mm+|uh huh|got it)\b",
    re.IGNORECASE,
)
"""Less than a clear yes: not enough to throw a running set away."""
SAME = re.compile(r"\bsame\b(?!\s+again)|\bas\s(it\s)?(was|before)\b|\bleave\s(it|that)\b", re.IGNORECASE)
"""Leave the version as it is."""
AGAIN = re.compile(
    r"^\W*((ok|okay|yes|yeah|so|once|one|do|it|go|and|the|same)\W+)*(again|(once|one)\smore|another)"
    r"(\W+(please|pls|then|set|one))*\W*$",
    re.IGNORECASE,
)
"""The same set again, not the same words."""
ASKS = re.compile(
    r"^\W*((and|so|but|ok)\s)?((how|what|which|who|why|when|where)\b"
    r"|(was|were|is|are|am|did|do|does|should|would|could|can)\s(it|that|this|i|we|you|my|the|there|they)\b)|\?\W*$",
    re.IGNORECASE,
)
ASKS_ABOUT_ME = re.compile(r"\b(am|was)\si\b|\bdo\si\slook\b|\b(is|was|how'?s)\smy\sform\b|\bdid\si\b", re.IGNORECASE)
"""Asks for a judgement of what the coach cannot see."""
FEELS_GOOD = re.compile(
    r"\b(feel|feels|feeling|breathe|breathing|i'?m|am|is|all)\s((so|really|pretty|just|quite|very|absolutely)\s)?"
    r"(great|good|fine|ok|okay|well|better|amazing|lovely)\b",
    re.IGNORECASE,
)
NOT = re.compile(r"\b(not|no|isn'?t|doesn'?t|don'?t|can'?t|but|hurts?|pain|except|if|when)\b", re.IGNORECASE)
SOMEBODY_ELSE = re.compile(
    r"\b(my|our|a|one of my)\s((late|older?|younger|little|big|best|good)\s)?"
    r"(mum|mom|mother|dad|father|husband|wife|partner|nan|gran|granny|grandma|grandmother|grandpa|grandad|grandfather"
    r"|sister|brother|son|daughter|aunt|uncle|cousin|niece|nephew|neighbou?r|friend|mate|colleague|boss|flatmate"
    r"|boyfriend|girlfriend|teammate)(\s(of\smine|in\slaw)|-in-law)?(?='?s?\b)",
    re.IGNORECASE,
)
"""Family and friends; clients and patients are left out, since it is they who are counted then."""
OF_MINE = re.compile(r"\b(i|i'?(m|ve|d|ll)|me|mine|myself|my|our|we|us)\b", re.IGNORECASE)
BARE_HOW = re.compile(r"^\W*((ok|okay|and|but|so)\W+)*how(\s(then|exactly|to|do\si|does\sit\sgo))?\W*$", re.IGNORECASE)
BROKE = re.compile(r"\b(snapp?ed|broken?|ripped|tore|torn|burst|split|popped)\b", re.IGNORECASE)
HIT = re.compile(r"\b(hit|struck|slapped|whipped|smacked|caught|stung)\b", re.IGNORECASE)
RESTS = re.compile(r"\brest\b(?!\sof)|\bbreak\b", re.IGNORECASE)
COMES_BACK = re.compile(r"\b(again|still|back|same|returned)\b", re.IGNORECASE)
"""Pain that was told of before."""
WHAT_IS_DONE = re.compile(r"\b(have|has|had|did|'ve)\s(i|we)\s(done|do|did)\b|\bso\sfar\b|\bdone\b", re.IGNORECASE)
WHERE_WE_ARE = re.compile(
    r"\b(which|what|whose)\s(side|leg|foot|number|rep|set|one)\b|\bwhere\s(are|am|were)\b|\b(am|are)\s(i|we)\s(on|at)\b",
    re.IGNORECASE,
)
ABOUT_THE_OFFER = re.compile(
    r"\b(is|are|was|does|do|would)\s(that|it|this|there|we)\b|\bthe\s(rest|break|sets?|reps?)\b", re.IGNORECASE
)
"""A question about what was just proposed, not about what is advised."""
ONE_LEG = re.compile(
    r"\b(only|just)\b(?!.*\bfirst\b)[^,.]*\b(leg|side|left|right)\b|\b(leg|side|left|right)\s(only|alone|just)\b",
    re.IGNORECASE,
)
WITH_A_BAND = re.compile(
    r"^(?!.*\b(not|no|never|without|cannot|\w+n't|dont|doesnt|cant|wont)\b)"
    r".*\b(with|wiv|w/|using|use)\s(a|an|the|my|this|that)\s((loop|mini|resistance|exercise|rubber)\s)?band\b",
    re.IGNORECASE,
)
"""Wants one, whichever: in a sentence with a "not" in it, rather none."""
SPEAKS_OF_A_BAND = re.compile(r"\b(band|banded|loop|resistance|elastic)\b", re.IGNORECASE)
WHICH_STRENGTH = re.compile(r"\b(colou?rs?|strength|resistance|how\s(strong|light|heavy))\b", re.IGNORECASE)
"""Asks which of the bands, and not where they are sold."""
HOPES = re.compile(
    r"\b((want|wanna|wish|hop(e|es|ing)|pray(ing)?|like|love|prefer|need|aim(ing)?|try(ing)?)(ed|s)?)\s(to\s)?"
    r"(be|become|get(?!\s(going|on|back|started))|feel|have|stay|live|see|it|this|that|i|nothing|no|none|for|my|the"
    r"\s(pain|ache|soreness))\b|\bhopefully\b",
    re.IGNORECASE,
)
"""Wishes for something, which is then not so yet: "I'd like to be free of pain"."""
AUTHOR = re.compile(r"\b(lindberg|sara)\b", re.IGNORECASE)
COMPARES = re.compile(
    r"\b(which|better|best|harder|hardest|easier|easiest|difference|different|differ|versus|vs|compare[ds]?|or|than)\b",
    re.IGNORECASE,
)
DIFFERS = re.compile(r"\b(difference|different|differs?|versus|vs|compare[ds]?|than)\b", re.IGNORECASE)
"""Compares one thing that is named with what is being talked about."""
DESCRIBES = re.compile(
    r"\b(what'?s|what\s(is|are|about)|tell\sme|describe|explain|how\s(about|does|do|is)|show\sme|more\s(about|on))\b",
    re.IGNORECASE,
)
"""Asks what a thing is, or for more about it."""
TO_EASIER = re.compile(r"\b(easier|easiest|simpler|gentler|less\s(difficult|hard))\b", re.IGNORECASE)
TO_HARDER = re.compile(r"\b(harder|hardest|tougher|more\s(difficult|challenging)|stronger)\b", re.IGNORECASE)
LEANS_ON = re.compile(r"\b(lean|leaning|rest|hold)\s(myself\s)?(up\s)?(on|onto|against)\b", re.IGNORECASE)
"""Asks for something to hold, and not about a trunk that leans."""
WHAT_REMAINS = re.compile(r"\b(left|remain(s|ing)?|more|to\sgo|done|so\sfar)\b", re.IGNORECASE)
ASKS_SOURCE = re.compile(
    r"\b(sources?|says?|said|from|according|evidence|stud(y|ies)|research|proof|prove[ds]?|who|whose|trust|reference|cite)\b",
    re.IGNORECASE,
)
WHICH_ONE = re.compile(
    r"\b(?P<place>first|second|third|fourth|fifth|last|final)\s(one|mistake|thing|point|of\s(them|those|these))\b",
    re.IGNORECASE,
)
VERSION = re.compile(
    r"\b(?:the|a|an|my|this|that)\s+(?:"
    r"(?P<named>[a-z'-]+(?:\s+[a-z'-]+)?)\s+(?:version|variation|variant|style)"
    r"|(?P<done>[a-z-]+(?:ing|ed))\s+march(?:es)?)\b",
    re.IGNORECASE,
)
"""A name of a version. Before "march" only a way of doing it counts: all else may be a mis-heard exercise."""
PLAIN = frozenset(
    {"usual", "normal", "regular", "standard", "same", "full", "whole", "basic", "plain", "simple", "easy", "easier"}
    | {"easiest", "hard", "harder", "hardest", "tough", "tougher", "other", "next", "last", "first", "second", "new"}
    | {"old", "short", "long", "slow", "slower", "quick", "fast", "gentle", "light", "lighter", "heavy", "proper"}
    | {"good", "nice", "real", "little", "big", "right", "left", "wrong", "best", "very", "more", "most", "least"}
    | {"special", "upright", "daily", "morning", "missing", "different", "certain", "interesting", "exciting"}
    | {"of", "and", "or", "to", "do", "me", "my", "the", "a", "an", "one", "for", "about", "which", "any", "own"}
)
"""Words before "version" that name none."""
POSSIBLE = re.compile(r"\b(can|could|may)\s(i|you|it|this|that)\b.{0,24}\b(do|done|be\sdone)\b", re.IGNORECASE)
"""Asking whether there is a version: "can I do it lying down"."""
PHASES = {
    "lift": re.compile(r"\b(up|lift|lifting|raise|rise)\b", re.IGNORECASE),
    "hold": re.compile(r"\b(hold|holding|pause|top)\b", re.IGNORECASE),
    "lower": re.compile(r"\b(down|lower|lowering)\b", re.IGNORECASE),
}
WHETHER_IT_IS = re.compile(r"\b(is|was|are|am|did|were|have)\s(this|that|it|we|i)\b", re.IGNORECASE)
"""Asks whether this is a certain step, and not for that step."""
STEP_NUMBER = re.compile(
    r"\bstep\s(number\s|no\.?\s)?(?P<after>\d+|one|two|three|four|five|six|seven|eight|nine|ten)\b"
    r"|\b(?P<before>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final)\s(step|bit|part)\b",
    re.IGNORECASE,
)
PLACES = (
    ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
)
LAST_STEP = -1
NEAR = 14
"""How many characters may lie between a number and the phase it is about."""


def tempo_in(utterance: Utterance) -> dict[str, float]:
    """Seconds by phase where the message gives a tempo ("two up, one hold, three down"); empty otherwise."""
    found: dict[str, float] = {}
    for entity in utterance.entities:
        if entity.kind != "number" or entity.role not in ("seconds", None):
            continue
        after, before = utterance.text[entity.end : entity.end + NEAR], utterance.text[: entity.start][-NEAR:]
        phase = _nearest(after, first=True) or _nearest(before, first=False)
        if phase and phase not in found:
            found[phase] = float(entity.value)
    return found


def step_in(text: str) -> int | None:
    """The number of the step that is named ("step four", "the first step"); ``LAST_STEP`` for the last, or None."""
    found = STEP_NUMBER.search(text)
    if found is None:
        return None
    named = (found["after"] or found["before"]).lower()
    if named.isdecimal():
        return int(named)
    places = [words.index(named) + 1 for words in PLACES if named in words]
    return places[0] if places else LAST_STEP


def stands_with(text: str) -> bool:
    """Whether a text that names a band says that it is the one in use: it is used, or it does not suit."""
    return bool(STANDS_WITH.search(text)) or (bool(DOES_NOT_SUIT.search(text)) and not TAKES.search(text))


def place_in(text: str) -> int | None:
    """The place in a list of the thing that is meant ("the second one"); -1 for the last, or None."""
    found = WHICH_ONE.search(text)
    if found is None:
        return None
    named = found["place"].lower()
    return PLACES[1].index(named) if named in PLACES[1] else -1


def versions_in(text: str) -> Iterator[tuple[int, str]]:
    """The words that stand before "version" or "march", with their place in the text."""
    for found in VERSION.finditer(text):
        name = "named" if found["named"] else "done"
        yield found.start(name), found[name]


def _nearest(piece: str, *, first: bool) -> str | None:
    """The phase that is named first (or last) in a piece of text without another number between."""
    words = re.split(r"\d", piece)[0 if first else -1]
    places = {phase: match.start() for phase, pattern in PHASES.items() for match in pattern.finditer(words)}
    if not places:
        return None
    return min(places, key=lambda p: places[p]) if first else max(places, key=lambda p: places[p])


def of_somebody_else(text: str) -> bool:
    """Tell whether a message speaks of family or a friend and not of the user: "my mum has a bad knee"."""
    rest, found = SOMEBODY_ELSE.subn("", text)
    return found > 0 and OF_MINE.search(rest) is None
