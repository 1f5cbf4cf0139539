"""Tells whether words of pain or stopping report something, or only ask, deny, suppose or remember it."""

from __future__ import annotations

from collections.abc import Sequence

from countoff.nlu.safety_lexicon import Lexicon
from countoff.nlu.safety_text import Clause

_SUBJECTS = frozenset(
    "i im ive it its this that thats something there theres he she hes shes we they my me mah the our everything".split()
)
_OWNERS = frozenset({"my", "me", "his", "her", "the", "their", "our", "mi", "mah"})
_PRONOUNS = _SUBJECTS - {"my", "me", "the", "our", "mah"}
_LINKS = frozenset(
    "am is are s feel feels felt have has got get gets getting went gone been was were ve just now really so a an the bit very some "
    "still starting started to start starts keep keeps having feeling going becoming quite rather pretty super kind of sort all suddenly "
    "bad sharp big slight left right in on back more too also actually definitely again cannot terrible horrible little no".split()
)
_BELIEFS = frozenset({"think", "believe", "mean", "say", "suppose", "reckon", "feel"})
_TOPIC = frozenset({"with", "in", "of", "or", "from", "the", "a", "there"})
_ASKING_VERBS = frozenset("do does did will would should can could might may wil dose".split())
_STATES = frozenset({"hurts", "aches", "kills", "throbs", "stings", "pinches"})
_CLOSING = frozenset({"now", "again", "thanks", "today", "thank", "god", "completely", "already"})
_TOWARDS_END = frozenset("is has have was went just it all now completely totally finally since mostly already s thats seems here there i had".split())
_PAST = frozenset("was were hurt felt had got hurted cramped pinched went started ached did twinged pulled popped".split())


class Judge:
    """Weighs one phrase of one clause."""

    def __init__(self, lexicon: Lexicon, clauses: Sequence[Clause]) -> None:
        """Keep the clauses of one message."""
        self._guards = lexicon.guards
        self._regex = lexicon.guard_regex
        self._bodies = frozenset(word for form in lexicon.groups["body"] for word in form.split())
        self._nouns = lexicon.pain_nouns
        self._symptoms = lexicon.symptoms
        self._clauses = clauses
        self._scope = self._guards["scope"] | self._bodies

    def clears(self, index: int, start: int, end: int, kind: str, soreness: bool) -> bool:
        """Tell whether the words from ``start`` to ``end`` of a clause are no report."""
        clause = self._clauses[index]
        if self._denied(clause.words, start) or self._governed(clause.words, start, end):
            return True
        if self.supposed(index, start) or self._ended(clause, start, end):
            return True
        if self._past(clause, start, end, soreness) or (kind == "pain" and self._fine_by_now(index, start, end)):
            return True
        if self._regex["hearsay"].search(clause.text) and not clause.words[start] in ("i", "my"):
            return True
        if self._inverted(clause, start):
            return True
        return self.asks(index) and not self._asserted(clause, start, end)

    def _inverted(self, clause: Clause, start: int) -> bool:
        """The words of a question without its mark, late in a clause: "my question is does it hurt"."""
        words = clause.words
        at = start - 1
        while at > 0 and words[at] in self._bodies:
            at -= 1
        if at < 1 or words[at] not in _SUBJECTS or self._regex["presupposed"].search(clause.text):
            return False
        return words[at - 1] in _ASKING_VERBS and not self._main_verb(words, at - 1)

    @staticmethod
    def _main_verb(words: Sequence[str], at: int) -> bool:
        return words[at] == "do" and at > 0 and words[at - 1] in ("i", "we", "to", "you")

    def _subject_at(self, words: Sequence[str], at: int, end: int) -> bool:
        """A new subject begins here, so that what stands before it says nothing about the phrase."""
        word = words[at]
        if word in _PRONOUNS:
            return True
        return word in _OWNERS - {"the"} and words[end - 1] not in self._nouns

    def _back(self, words: Sequence[str], start: int) -> int:
        """Index of the nearest word before the phrase that is not skipped, or -1."""
        at = start - 1
        while at >= 0 and words[at] not in self._guards["negations"]:
            listed = words[at] in self._symptoms and words[at + 1] in ("or", "and", "nor")
            if words[at] not in self._scope and not listed:
                break
            at -= 1
        return at

    def _denied(self, words: Sequence[str], start: int) -> bool:
        at = self._back(words, start)
        if at >= 0 and words[at] in _PRONOUNS and at >= 2 and words[at - 1] in _BELIEFS | {"that"}:
            return any(word in self._guards["negations"] for word in words[max(0, at - 3) : at])
        if at < 0 or words[at] not in self._guards["negations"]:
            return False
        return at + 1 == start or words[at + 1] not in _OWNERS - {"the"} or self._is_noun(words, start)

    def _is_noun(self, words: Sequence[str], start: int) -> bool:
        return words[start] in self._nouns

    def _governed(self, words: Sequence[str], start: int, end: int) -> bool:
        at = self._back(words, start)
        if at < 0:
            return False
        before = " ".join(words[:start]) + " "
        if any(before.rstrip().endswith(words_of) for words_of in self._guards["people_with"]):
            return True
        if words[at] not in self._guards["governors"]:
            return False
        if words[at] == "to" and at > 0 and words[at - 1] in self._guards["starting"]:
            return False
        if words[at] in ("can", "could") and at + 1 < len(words) and words[at + 1] in ("feel", "see", "hear"):
            return False
        return at + 1 == start or words[at + 1] not in _OWNERS - {"the"} or self._is_noun(words, end - 1)

    def supposed(self, index: int, start: int) -> bool:
        """Tell whether an "if" stands over the word at ``start``."""
        words = self._clauses[index].words
        at = next((i for i in range(start - 1, -1, -1) if words[i] in self._guards["hypotheses"]), None)
        if at is None:
            return start > 1 and "in case" in " ".join(words[:start])
        moved = any(word in self._guards["movements"] for word in words[at + 1 : start])
        return not moved or self.asks(index)

    def _ended(self, clause: Clause, start: int, end: int) -> bool:
        after = clause.words[end : end + 8]
        for at, word in enumerate(after):
            if self._regex["ended"].match("".join(w + " " for w in after[at:])):
                word = "gone"
            last = word in self._guards["ended_last"] and all(w in _CLOSING for w in after[at + 1 :])
            if last or word in self._guards["ended"]:
                return not any(w in self._guards["not_ended"] for w in after[: at + 2])
            if word not in self._scope and word not in _TOWARDS_END:
                break
        return False

    def _past(self, clause: Clause, start: int, end: int, soreness: bool) -> bool:
        if soreness and self._regex["day_after"].search(clause.text):
            return True
        if not self._regex["history"].search(clause.text):
            return False
        words = clause.words
        present = any(word in _STATES for word in words[start:end]) or self._regex["now"].search(clause.text)
        return not present and not (start > 0 and words[start - 1] in self._guards["present"])

    def _fine_by_now(self, index: int, start: int, end: int) -> bool:
        clause = self._clauses[index]
        if not any(word in _PAST for word in clause.words[max(0, start - 4) : end]):
            return False
        later = [other.text for other in self._clauses[index + 1 :]]
        rest = "".join(word + " " for word in clause.words[end:])
        return any(self._regex["fine_now"].search(text) for text in [rest, *later])

    def asks(self, index: int) -> bool:
        """Tell whether a clause is a question."""
        clause = self._clauses[index]
        return clause.asked or self.opens_question(clause)

    def opens_question(self, clause: Clause) -> bool:
        """Tell whether a clause begins as a question does, punctuation aside."""
        words = clause.words
        at = 0
        while at < len(words) - 1 and words[at] in self._guards["fillers"]:
            at += 1
        word, following = words[at], words[at + 1] if at + 1 < len(words) else ""
        if word in self._guards["question_words"]:
            return following not in ("the", "a") or word != "what"
        if word in self._guards["question_when"]:
            return following in self._guards["question_verbs"] | {"to"}
        if word in self._guards["question_verbs"] - {"no", "have", "had"}:
            judged = word in ("is", "are") and any(w in self._guards["judging"] for w in words[at + 1 :])
            return judged or following in self._guards["question_subjects"]
        if word in ("have", "had"):
            return following in ("i", "you", "we", "people", "they")
        return self._regex["asking"].search(clause.text) is not None

    def _asserted(self, clause: Clause, start: int, end: int) -> bool:
        """A statement inside a question: "what do I do my knee hurts", "why does my knee hurt"."""
        if self._regex["presupposed"].search(clause.text):
            return True
        words = clause.words
        at = start
        if words[start] not in _SUBJECTS:
            at -= 1
            while at >= 0 and words[at] in _LINKS | self._bodies and words[at] not in _OWNERS:
                at -= 1
            if at < 0 or words[at] not in _SUBJECTS:
                return False
            linked = words[at] == "i" or (at + 1 < start and words[start - 1] not in self._bodies)
            if not linked and not any(word in _STATES or word in ("hurt", "my") for word in words[start:end]):
                return False
        before = words[at - 1] if at > 0 else ""
        if before == "" and clause.asked and words[at] in ("the", "this", "that", "it"):
            return True
        if at > 0 and self._main_verb(words, at - 1):
            return True
        blocking = self._guards["question_verbs"] | self._guards["governors"] | self._guards["hypotheses"]
        return before not in blocking | _TOPIC
