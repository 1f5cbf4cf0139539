"""Tells whether words of pain or stopping report something, or only ask, deny, suppose or remember it."""

from __future__ import annotations

from collections.abc import Sequence

from countoff.nlu.safety_lexicon import Lexicon
from countoff.nlu.safety_text import Clause

TOPICS = {"pregnancy": "pregnant", "calf_signs": "calf"}
"""Groups of phrases that count only in a message that also holds a word of this guard."""
A_WORD_MORE = 2
"""So many words behind a comma belong to what stands before it: "my thighs are burning, sharp"."""
_BE = frozenset({"is", "are", "was", "were", "am", "isnt", "arent"})
_THINGS = frozenset({"something", "anything", "nothing", "everything"})


class Judge:
    """Weighs one phrase of one clause."""

    def __init__(self, lexicon: Lexicon, clauses: Sequence[Clause]) -> None:
        """Keep the clauses of one message."""
        self._guards = lexicon.guards
        self._regex = lexicon.guard_regex
        self._grammar = lexicon.grammar
        self._owners = lexicon.grammar["owners"] - {"the"}
        self._mine = frozenset({"i", "im", "ive", "my", "me", "mine"})
        self._people_with = tuple(self._guards["people_with"])
        self._blocking = (
            self._guards["question_verbs"]
            | self._guards["governors"]
            | self._guards["hypotheses"]
            | self._grammar["topics"]
        )
        self._pronouns = lexicon.grammar["subjects"] - {"my", "me", "the", "our", "mah"}
        self._bodies = frozenset(word for form in lexicon.groups["body"] for word in form.split())
        self._nouns = lexicon.pain_nouns
        self._relatives = frozenset(lexicon.groups["relative"])
        self._halting = tuple(self._guards["halting"])
        self._symptoms = lexicon.symptoms
        self._happened = self._grammar["past"] - {"hurt"}
        self._clauses = clauses
        self._for_them = any(self._regex["for_them"].search(clause.text) for clause in clauses)
        self._outright_regexes = (lexicon.guard_regex["outright"], *lexicon.outright_regexes)
        self._outright: dict[int, bool] = {}
        self._muscles = lexicon.muscles
        self._worked = lexicon.worked_regex
        self._place = lexicon.place_regex
        self.topics = frozenset(
            group for group, guard in TOPICS.items() if any(self._speaks_of(guard, clause) for clause in clauses)
        )
        self._links = lexicon.grammar["links"] | self._bodies
        self._scope = self._guards["scope"] | self._bodies

    def clears(self, index: int, start: int, end: int, kind: str, soreness: bool) -> bool:
        """Tell whether the words from ``start`` to ``end`` of a clause are no report."""
        clause = self._clauses[index]
        if self._is_outright(index):
            return False
        if self._someone_else(clause, end) or (kind == "pain" and self._harmless(index, start, end)):
            return True
        if kind == "red_flag" and (self._only_winded(index, start, end) or self._tired_arms(index, start, end)):
            return True
        if kind == "stop" and start == 0 and end == len(clause.words) and not clause.asked:
            return False
        if self._denied(clause.words, start) or self._governed(clause.words, start, end):
            return True
        if self.supposed(index, start, end) or self._ended(clause, start, end):
            return True
        if self._past(index, start, end, soreness) or (kind == "pain" and self._fine_by_now(index, start, end)):
            return True
        if self._told(clause, start, end):
            return True
        if self._inverted(clause, start):
            return True
        return self.asks(index) and not self._asserted(clause, start, end)

    def _is_outright(self, index: int) -> bool:
        if index not in self._outright:
            text = self._clauses[index].text
            self._outright[index] = any(regex.search(text) for regex in self._outright_regexes)
        return self._outright[index]

    def _harmless(self, index: int, start: int, end: int) -> bool:
        clause = self._clauses[index]
        return self._theirs(clause, start) or self._worked_hard(index, start, end) or self._enjoyed(index, start, end)

    def _only_winded(self, index: int, start: int, end: int) -> bool:
        """A little short of breath, which the same breath calls normal and does not ask about."""
        words, clause = self._clauses[index].words, self._clauses[index]
        if self._winded_gladly(clause, start, end):
            return True
        mild = self._regex["winded_a_little"].search(_text(words[max(0, start - 3) : end]))
        if mild is None or clause.asked:
            return False
        after = _text(words[end:])
        if not after and index + 1 < len(self._clauses) and not self._clauses[index + 1].asked:
            after = self._clauses[index + 1].text
        said = self._regex["as_it_should_be"].match(after)
        return said is not None and said.end() + 1 == len(after)

    def _winded_gladly(self, clause: Clause, start: int, end: int) -> bool:
        """Out of breath "in a good way", in the words of the same clause."""
        if clause.asked or not self._regex["winded"].search(_text(clause.words[start:end])):
            return False
        return self._holds("the_good_way", clause)

    def _tired_arms(self, index: int, start: int, end: int) -> bool:
        """Both arms are heavy, with a laugh: "my arms feel heavy, ha". One arm never is."""
        words, clause = self._clauses[index].words[start:end], self._clauses[index]
        if "arms" not in words or "heavy" not in words or clause.asked:
            return False
        after = " ".join(
            clause.words[end:] or (self._clauses[index + 1].words if len(self._clauses) > index + 1 else ())
        )
        return after in self._guards["laughs"]

    def _holds(self, guard: str, clause: Clause) -> bool:
        """Tell whether a clause holds a phrase of a guard, not denied."""
        for match in self._regex[guard].finditer(clause.text):
            before = clause.text[: match.start()].split()[-3:]
            if not any(word in self._guards["negations"] for word in before):
                return True
        return False

    def _worked_hard(self, index: int, start: int, end: int) -> bool:
        """A muscle that is to work burns, and nothing makes more of it: "abs are burning"."""
        clause, following = self._clauses[index], self._clauses[index + 1 : index + 2]
        said = _text(clause.words[start:end])
        if not self._regex["burning"].search(said) or not self._worked.search(said):
            return False
        elsewhere = self._place.search(self._worked.sub(" ", clause.text)) is not None
        told = [clause, *(other for other in following if len(other.words) <= A_WORD_MORE)]
        return not elsewhere and not any(self._regex["harsh"].search(part.text) for part in told)

    def _speaks_of(self, guard: str, clause: Clause) -> bool:
        match = self._regex[guard].search(clause.text)
        return match is not None and not clause.text[: match.start()].endswith(("not ", "no longer ", "if "))

    def _enjoyed(self, index: int, start: int, end: int) -> bool:
        """Effort in a muscle with a kind word for it: "my quads are on fire, love it"."""
        words = self._clauses[index].words[start:end]
        worked = any(word in self._grammar["effort"] for word in words) and any(word in self._muscles for word in words)
        return worked and self.praised(index)

    def praised(self, index: int) -> bool:
        """Tell whether a clause, or one beside it, holds a kind word that is not denied."""
        return any(self._holds("positive", clause) for clause in self._clauses[max(0, index - 1) : index + 2])

    def _someone_else(self, clause: Clause, end: int) -> bool:
        """Someone else has it, lastingly, and is asked for: "my aunt gets dizzy, could she do this"."""
        if not self._for_them:
            return False
        spoken_of = any(word in self._relatives for word in clause.words[:end])
        return spoken_of and not self._regex["now"].search(clause.text)

    def _theirs(self, clause: Clause, start: int) -> bool:
        """Somebody else's lasting pain: "my husband has back pain"."""
        match = self._regex["theirs"].search(clause.text)
        if match is None or self._regex["now"].search(clause.text):
            return False
        between = clause.words[clause.text.count(" ", 0, match.end()) : start]
        return clause.text.count(" ", 0, match.start()) < start and not self._mine.intersection(between)

    def _told(self, clause: Clause, start: int, end: int) -> bool:
        """Somebody's talk about it; in "I heard it tear" the talk is part of the phrase."""
        match = self._regex["hearsay"].search(clause.text)
        if match is None or clause.words[start] in ("i", "my"):
            return False
        first = clause.text.count(" ", 0, match.start())
        return first + match.group().count(" ") + 1 <= start or first >= end

    def _inverted(self, clause: Clause, start: int) -> bool:
        """The words of a question without its mark, late in a clause: "my question is does it hurt"."""
        words = clause.words
        at = start - 1
        while at > 0 and words[at] in self._bodies:
            at -= 1
        if at < 1 or words[at] not in self._grammar["subjects"] or self._regex["presupposed"].search(clause.text):
            return False
        return words[at - 1] in self._grammar["asking_verbs"] and not self._main_verb(words, at - 1)

    @staticmethod
    def _main_verb(words: Sequence[str], at: int) -> bool:
        return words[at] == "do" and at > 0 and words[at - 1] in ("i", "we", "to", "you")

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
        if at >= 0 and words[at] in self._pronouns and at >= 2 and words[at - 1] in self._grammar["beliefs"]:
            return any(word in self._guards["negations"] for word in words[max(0, at - 3) : at])
        if at < 0 or words[at] not in self._guards["negations"]:
            return False
        fresh = self._owners | (self._pronouns if words[at] == "no" else frozenset())
        return at + 1 == start or words[at + 1] not in fresh or self._is_noun(words, start)

    def _is_noun(self, words: Sequence[str], start: int) -> bool:
        return words[start] in self._nouns

    def _governed(self, words: Sequence[str], start: int, end: int) -> bool:
        at = self._back(words, start)
        if at < 0:
            return False
        before = " ".join(words[:start])
        if before.endswith(self._people_with):
            return True
        owned = start
        while owned > 0 and words[owned - 1] in self._bodies - self._grammar["owners"]:
            owned -= 1
        if words[end - 1].endswith("ing") and " ".join(words[:owned]).endswith(self._halting):
            return True
        if words[at] not in self._guards["governors"] or (words[at] == "expecting" and "pregnancy" in self.topics):
            return False
        if words[at] == "to" and at > 0 and words[at - 1] in self._guards["starting"]:
            return False
        if words[at] in ("can", "could") and at + 1 < len(words) and words[at + 1] in ("feel", "see", "hear"):
            return False
        return at + 1 == start or words[at + 1] not in self._owners or self._is_noun(words, end - 1)

    def supposed(self, index: int, start: int, end: int | None = None) -> bool:
        """Tell whether an "if" stands over the word at ``start``."""
        words = self._clauses[index].words
        at = next((i for i in range(start - 1, -1, -1) if words[i] in self._guards["hypotheses"]), None)
        if at is None:
            return start > 1 and "in case" in " ".join(words[:start])
        if words[at] in ("until", "till") and words[(end or start + 1) - 1] in self._happened:
            return False
        if words[at] in ("before", "after") and "now" in words[at + 1 : start]:
            return False
        if any(word in ("because", "cos", "cause") for word in words[at + 1 : start]):
            return False
        moved = any(word in self._guards["movements"] for word in words[at + 1 : start])
        return not moved or self.asks(index)

    def _ended(self, clause: Clause, start: int, end: int) -> bool:
        after = clause.words[end : end + 8]
        for at, word in enumerate(after):
            over = self._regex["ended"].match(_text(after[at:])) is not None
            if word in self._guards["ended_last"] and all(w in self._grammar["closing"] for w in after[at + 1 :]):
                over = True
            if over and at and word == "over" and after[at - 1] == "all":
                return False
            if over:
                return not any(w in self._guards["not_ended"] for w in after[: at + 2])
            if word not in self._scope and word not in self._grammar["towards_end"]:
                break
        return False

    def _past(self, index: int, start: int, end: int, soreness: bool) -> bool:
        clause = self._clauses[index]
        text = self._with_neighbours(index)
        if soreness and self._regex["day_after"].search(text):
            return True
        if not self._regex["history"].search(text):
            return False
        words = clause.words
        present = any(word in self._grammar["states"] for word in words[start:end])
        if present or self._regex["now"].search(clause.text):
            return False
        return start == 0 or words[start - 1] not in self._guards["present"]

    def remembered(self, index: int) -> bool:
        """Tell whether a clause speaks of another day."""
        text = self._clauses[index].text
        return bool(self._regex["history"].search(text)) and not self._regex["now"].search(text)

    def _with_neighbours(self, index: int) -> str:
        """The clause with what stands beside it between commas: "last year, I had a fall"."""
        parts = [self._clauses[index]]
        if index and parts[0].joined and not parts[0].contrast:
            parts.append(self._clauses[index - 1])
        if index + 1 < len(self._clauses) and self._clauses[index + 1].joined and not self._clauses[index + 1].contrast:
            parts.append(self._clauses[index + 1])
        asides = (p for p in parts[1:] if len(p.words) <= 3 and p.words[0] not in self._grammar["subjects"])
        return parts[0].text + "".join("| " + aside.text for aside in asides)

    def _fine_by_now(self, index: int, start: int, end: int) -> bool:
        clause = self._clauses[index]
        if not any(word in self._grammar["past"] for word in clause.words[max(0, start - 4) : end]):
            return False
        later = [other.text for other in self._clauses[index + 1 :]]
        return any(self._regex["fine_now"].search(text) for text in [_text(clause.words[end:]), *later])

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
            about_doing = following.endswith("ing") and word not in _BE and following not in _THINGS
            return judged or about_doing or following in self._guards["question_subjects"]
        if word in ("have", "had"):
            return following in ("i", "you", "we", "people", "they")
        return self._regex["asking"].search(clause.text) is not None

    def _asserted(self, clause: Clause, start: int, end: int) -> bool:
        """A statement inside a question: "what do I do my knee hurts", "why does my knee hurt"."""
        if self._regex["presupposed"].search(clause.text):
            return True
        words = clause.words
        at = start if words[start] in self._grammar["subjects"] else self._subject(words, start, end)
        if at is None:
            return False
        if at >= 2 and words[at - 1].endswith("ing") and words[at - 2] in self._grammar["asking_verbs"]:
            return False  # "does doing this hurt"
        return at == 0 or self._main_verb(words, at - 1) or words[at - 1] not in self._blocking

    def _subject(self, words: Sequence[str], start: int, end: int) -> int | None:
        """Where the subject of a statement stands of which the phrase is the predicate; None where it is none."""
        at = start - 1
        while at >= 0 and words[at] in self._links and words[at] not in self._grammar["owners"]:
            at -= 1
        if at < 0 or words[at] not in self._grammar["subjects"]:
            return None
        linked = words[at] == "i" or (at + 1 < start and words[start - 1] not in self._bodies)
        finite = any(word in self._grammar["finite"] for word in words[start:end])
        return at if linked or finite else None


def _text(words: Sequence[str]) -> str:
    return "".join(word + " " for word in words)
