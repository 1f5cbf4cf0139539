"""Noise for training sentences: what hurried typing and speech recognisers do to words.

Sound-alikes are of our vocabulary; those of stop, pause, slower, hurts, two and ten were measured with a recogniser.
"""

from __future__ import annotations

from random import Random

NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip
SOUND_ALIKES = {
    "arms": ["alms", "harms"], "back": ["bag", "pack"], "balance": ["balanced", "ballots"],
    "band": ["bend", "banned", "bad", "ban", "bands"], "bands": ["bans", "bends"], "breath": ["bread", "breathe"],
    "breathe": ["breed", "breath", "breeze"], "chest": ["chess", "just"], "colour": ["color", "caller"],
    "core": ["car", "chore", "call"], "dizzy": ["busy", "disney", "dizy"], "easier": ["easy her", "is he a"],
    "eight": ["ate", "age"], "exercise": ["exercises", "excise"], "faster": ["fast her", "master"],
    "feet": ["feed", "feats"], "foot": ["food", "put"], "four": ["for", "floor"], "glute": ["glue", "loot", "flute"],
    "glutes": ["gloots", "glues", "fluids"], "green": ["grin", "greene"], "harder": ["hard her", "heart of"],
    "high": ["hi", "hide"], "hip": ["hit", "hep", "lip"], "hips": ["hits", "lips"], "how": ["hows", "hal"],
    "hurt": ["heart", "herd", "hot"], "hurts": ["herds", "hearts", "hurt", "hurst"],
    "knee": ["need", "new", "nee", "need a"], "knees": ["needs", "nice"], "left": ["lift", "loved"],
    "leg": ["lag", "like", "egg"], "legs": ["lags", "eggs"], "loop": ["loupe", "lube", "look"],
    "march": ["much", "match", "arch"], "muscle": ["mussel", "muzzle"], "muscles": ["mussels"],
    "pain": ["pane", "plain", "payne"], "pause": ["paws", "pours", "pose"],
    "psoas": ["so as", "so us", "soas", "sauce", "sow us", "psoaz", "so is"], "rep": ["wrap", "rap", "rip"],
    "reps": ["wraps", "raps", "rips"], "rest": ["wrist", "raced"], "resume": ["president", "remove", "presume"],
    "right": ["write", "ride"], "set": ["sat", "said", "sit"], "sets": ["sits", "says"], "should": ["shed", "shoot"],
    "slower": ["lower", "slow her", "floor"], "start": ["started", "dart"], "step": ["stab", "stepped"],
    "steps": ["stabs", "staffs"], "stop": ["stopp", "top"], "stronger": ["strong her", "stranger"],
    "tempo": ["temple"], "ten": ["then", "tan"], "two": ["to", "too"], "wall": ["while", "war"], "weak": ["week"],
    "week": ["weak"], "which": ["witch", "with"], "wobble": ["wobbly", "bubble"], "yellow": ["yell oh", "hello"],
}  # fmt: skip
FILLERS = ["um", "uh", "er", "like", "so", "ok", "well", "please", "hey", "hmm", "you know", "sorry", "right", "ehm"]


def noisy(text: str, random: Random) -> str:
    """One noisy version of a lower-case sentence: typing slips, sound-alikes, fillers or a lost word."""
    words = text.split()
    change = random.choices([_slips, _mishear, _hesitate, _lose], [0.35, 0.35, 0.15, 0.15])[0]
    change(words, random)
    joined = " ".join(words)
    joined = joined.replace("?", "") if random.random() < 0.5 else joined
    return joined.replace("'", "") if random.random() < 0.4 else joined


def _slips(words: list[str], random: Random) -> None:
    for _ in range(1 if len(words) < 5 else random.choice([1, 1, 2])):
        place = random.randrange(len(words))
        words[place] = _slip(words[place], random)


def _slip(word: str, random: Random) -> str:
    if len(word) < 3:
        return word
    i = random.randrange(len(word) - 1)
    letter = word[i]
    return random.choice(
        [
            word[:i] + word[i + 1] + letter + word[i + 2 :],
            word[:i] + word[i + 1 :],
            word[:i] + letter + word[i:],
            word[:i] + random.choice(NEIGHBOURS.get(letter, letter)) + word[i + 1 :],
        ]
    )


def _mishear(words: list[str], random: Random) -> None:
    known = [i for i, word in enumerate(words) if word.strip("?.,!") in SOUND_ALIKES]
    if not known:
        _lose(words, random)
        return
    for i in random.sample(known, min(len(known), random.choice([1, 1, 2]))):
        words[i] = random.choice(SOUND_ALIKES[words[i].strip("?.,!")])


def _hesitate(words: list[str], random: Random) -> None:
    words.insert(random.randrange(len(words) + 1), random.choice(FILLERS))
    if random.random() < 0.4:
        place = random.randrange(len(words))
        words.insert(place, words[place])


def _lose(words: list[str], random: Random) -> None:
    if len(words) > 4:
        del words[random.randrange(len(words))]
