"""The words around a number that say what it counts, or that it is no number at all."""

from __future__ import annotations

import re
from typing import Literal

Role = Literal["reps", "sets", "seconds", "age"]

_PER_SIDE = (
    r"(?:on |for |to |with )?(?:a|per|each|every|either|both)\s+(?:left |right )?"
    r"(?:sides?|legs?|foot|feet|knees?|way)\b|on (?:the|my) (?:left|right)\b|"
    r"(?:on )?each\b|per\b(?!\s+(?:second|minute|day|week|month))|aside\b|apiece\b|/\s*(?:side|leg)\b"
)
# Speech recognition writes "wraps" and "rips" for reps, "sits" for sets.
_REPS = r"(?:reps?|repetitions?|w?raps?|wreps?|reaps|rips|knee lifts|lifts|marches)\b"
_SETS = r"(?:sets?|rounds?|sits)\b"
_TIMES = r"times\b(?!\s+(?:daily|weekly|(?:a|per|each|every|this|last)\s+(?:day|week|month|year)))"
_GAP = r"[\s-]*(?:(?:more|full|good|slow|quick|extra|whole|proper|single|solid|of (?:them|those|these))\s+)*"
AFTER = re.compile(
    rf"{_GAP}(?:(?P<age>-?(?:years?|yrs?)[\s-]+(?:old|of age|young)\b|y/?o\b)"
    rf"|(?P<sets>{_SETS})|(?P<reps>{_REPS}|{_TIMES}|{_PER_SIDE})"
    r"|(?P<minutes>(?:minutes?|mins?|min's|minute's)\b)|(?P<seconds>(?:seconds?|secs?|s)\b)"
    r"|(?P<rest>(?:of |between )?(?:rest|break|sets)\b)"
    r"|(?P<other>(?:years?|months?|weeks?|days?|hours?|pounds?|kilos?|percent|degrees?|miles?|out of|times|"
    r"in|into|through|down|done|left)\b|%))"
)
THINGS = re.compile(
    r"\s*(?:more )?(?:questions?|things?|points?|people|ways?|options?|exercises?|variations?|versions?|kinds?|types?|"
    r"bands?|loops?|words?|sentences?|packs?|different)\b"
)
LIMBS = re.compile(r"[\s-]*(?:legs?|foot|feet|knees?|arms?|hands?|hips?|sides?|legged|handed)\b")

# Below this a bare "I'm 10" is more likely a count than an age; below this a bare "rest 2" is no rest in seconds.
ADULT = 14
SHORTEST_REST = 5

_LINK = r"\s*(?:to|at|is|as|be|=|:)?\s*$"
BEFORE: tuple[tuple[Role, float, re.Pattern[str]], ...] = (
    ("reps", 0, re.compile(r"\b(?:sets?|rounds?|sits) of\s+$")),
    ("reps", 0, re.compile(rf"\b(?:reps|repetitions|wraps){_LINK}")),
    ("sets", 0, re.compile(rf"\bsets{_LINK}")),
    (
        "seconds",
        SHORTEST_REST,
        re.compile(
            r"\b(?:rest|break|resting)\s*(?:(?:me|time|period|for|of|to|is|at|be|about|between sets)\s+)*:?\s*$"
        ),
    ),
    ("seconds", 0, re.compile(r"\b(?:hold|holding|hold it|hold that)\s+(?:(?:for|of|to|about)\s+)*$")),
)
_RELATIVES = r"(?:mum|mom|mother|dad|father|gran|nan|wife|husband)"
SPEAKER = re.compile(
    rf"\b(?:i'm|im|i am|aged?|age is|turning|turned|he's|she's|he is|she is|{_RELATIVES} is|{_RELATIVES}'s)\s+"
    r"(?:(?:only|nearly|almost|about|over|now|just)\s+)*$"
)
AGED = re.compile(r"\b(?:old|older|age|aged|elderly)\b")
RANGE = re.compile(r"\s*(?:-|to|through|until)\s*")
# "3-1-3" is a tempo; "how of ten" is how speech recognition hears "how often".
TEMPO = re.compile(r"\d\s*-\s*\d\s*-\s*\d")
OFTEN = re.compile(r"\bhow of\s+$")
CHOICE = re.compile(r"\s*(?:or|and|/)\s*")
BY = re.compile("\\s*(?:x|\u00d7|\\*|by|times)\\s*")
AND_A_HALF = re.compile(r"\s+and a half\b")

RESTING = re.compile(r"\b(?:rest|break|between|resting|hold(?! on)|lift|lower|tempo)\b")
_SMALL = (
    r"(?:just|only|um+|uh+|please|ok(?:ay)?|er+|so|maybe|about|make it|make that|let's do|let's say|i'll do|say|then|"
    r"go for)"
)
ONE_ALONE = re.compile(rf"\W*(?:{_SMALL}\W+)*one(?:\W+{_SMALL})*\W*")
BEFORE_ONE = re.compile(
    r"(?:^|[,.;:!?]|\b(?:just|only|for|do|did|of|to|it|say|and|or|by|x|minus|about|rest|hold|in|actually|at|with|me|"
    r"need|want|left|is|per|start|count|me))\s*$"
)
SETS_OF = re.compile(r"\b(?:sets?|rounds?|sits) of\s+$")
AFTER_ONE = re.compile("\\s+more\\b(?!\\s+time)|\\s*(?:x|\u00d7|by|to|or)\\s+(?:\\d|[a-z])")

SOUND_ALIKES = {
    "dove": 2, "taylor": 2, "to": 2, "too": 2, "tree": 3, "free": 3, "for": 4, "fore": 4, "bye": 5, "sicks": 6,
    "ate": 8, "tin": 10, "tan": 10, "won": 1,
}  # fmt: skip
SOUND_ALIKE = re.compile(
    rf"\b(?:dove|taylor|bye|ate|won|tree|free|sicks|tin|tan)(?=\s+(?:{_REPS}|{_SETS}|aside\b|(?:a|per|each)\s+(?:side|leg)\b))"
    r"|(?<=sets of )(?:ate|tin|tan)\b"
    r"|(?:^|(?<=start )|(?<=do )|(?<=say )|(?<=and )|(?<=make it )|(?<=give me ))(?:for|fore|to|too)"
    rf"(?=\s+(?:{_REPS}|{_SETS}))"
)
A_MINUTE = re.compile(r"\ba(?=\s+(?:minute|min)\b(?P<half>\s+and a half\b|\s+(?:and\s+)?(?:thirty|30)\b)?)")
ONLY_A_MINUTE = re.compile(r"\W*(?:about |maybe |just )?a min(?:ute)?\W*")
IDIOM = re.compile(r"\b(?:wait|just|give me|hang on|hold on|in|back in|got)\s+$")
CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):([0-5]\d)(?![\d:])(?!\s*[ap]m)")
