"""A set on a speaker: where the user is when a request comes, and what the answer plays."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from countoff.channels.alexa.counted import LONGEST_MS, Piece, Playing, piece_at, whole_of
from countoff.channels.alexa.parse import Request
from countoff.channels.alexa.render import STOP, Answer, play
from countoff.channels.alexa.ssml import count_ssml, rest_ssml, spoken_ms
from countoff.channels.alexa.words import AlexaWords
from countoff.channels.custom import merge_custom
from countoff.channels.output import Message
from countoff.speech.ssml import MAX_CHARACTERS, audio
from countoff.speech.track_id import make_track_id

KEY = "playing"
NOTHING: Mapping[str, Any] = {KEY: None}
"""Nothing plays, not even what the AudioPlayer remembers."""
TRACKS = "/webhooks/audio/tracks/"
ENDS = frozenset({"pause", "stop"})
# Of an answer's characters so many are left for words around a set that Alexa counts itself.
_ROOM_FOR_WORDS = 3_000

PLAYED_OUT = "AudioPlayer.PlaybackFinished"
EVENTS = {
    "AudioPlayer.PlaybackStarted": "started",
    "AudioPlayer.PlaybackStopped": "paused",
    "AudioPlayer.PlaybackFailed": "paused",
    PLAYED_OUT: "paused",
    "SessionEndedRequest": "paused",
}
"""What an event means for the set; where the whole session has been played, it is finished and not paused."""


@dataclass(frozen=True)
class Heard:
    """A request against what was playing.

    Attributes:
        playing: what our last answer played; None where nothing did.
        place_ms: where the user is on the clock of its plan.
        on_player: whether the AudioPlayer plays it.
    """

    playing: Playing | None = None
    place_ms: int = 0
    on_player: bool = False

    @property
    def is_counting(self) -> bool:
        """Whether the set goes on unless something is said about it."""
        return self.playing is not None and not self.on_player and not self.playing.is_over_at(self.place_ms)

    @property
    def has_finished(self) -> bool:
        """Whether the whole session has been played."""
        playing = self.playing
        return playing is not None and playing.ending == "session" and self.place_ms >= playing.to_ms

    @property
    def report(self) -> dict[str, Any]:
        """``metadata.session`` of the message."""
        if self.has_finished:
            return self._told("finished")
        # Alexa holds the AudioPlayer when it listens, and what is over stands still.
        return self._told(None if self.is_counting else "paused")

    def report_of(self, kind: str) -> dict[str, Any]:
        """The report of an event without words; empty where it tells nothing."""
        event = EVENTS.get(kind)
        if event is None:
            return {}
        return self._told("finished" if event == "paused" and self.has_finished else event)

    def _told(self, event: str | None) -> dict[str, Any]:
        if self.playing is None:
            return {}
        told: dict[str, Any] = {"id": self.playing.id, "rev": self.playing.rev, "position_ms": self.place_ms}
        if event:
            told["events"] = [{"type": event, "position_ms": self.place_ms}]
        return told


class Counter:
    """Makes the answers of the channel.

    Args:
        words: of the channel.
        audio_url: where the world reaches this server; empty where it does not.
        secret: of the installation; signs tracks.
        clock: the time.
    """

    def __init__(self, words: AlexaWords, audio_url: str, secret: str, clock: Callable[[], datetime]) -> None:
        self._words = words
        self._audio_url = audio_url
        self._secret = secret
        self._clock = clock

    def heard(self, request: Request) -> Heard:
        """Where the user is, by what the speaker kept for us or by its AudioPlayer."""
        now_ms = self._now_ms()
        if KEY in request.attributes:
            kept = Playing.from_json(request.attributes[KEY], self._secret)
            return Heard() if kept is None else Heard(kept, kept.place(now_ms, None))
        playing = self._of_token(request.token)
        if playing is None or playing.is_stale(now_ms):
            return Heard()
        ms = playing.to_ms if request.kind == PLAYED_OUT else playing.place(now_ms, request.offset_ms)
        return Heard(playing, ms, on_player=True)

    def kept(self, heard: Heard) -> Mapping[str, Any]:
        """What stands still after an answer without the coach's words."""
        if heard.playing is None or heard.on_player:
            return NOTHING
        return {KEY: heard.playing.held_at(heard.place_ms).to_json(self._secret)}

    def answer(self, messages: Sequence[Message], heard: Heard, *, opens: bool = False, leaves: bool = False) -> Answer:
        """All that was said, and what is played after it.

        Args:
            messages: of the turn.
            heard: how things stood.
            opens: whether they say already what can be asked.
            leaves: whether the user takes leave; the session ends then, unless something is asked.
        """
        text = "\n\n".join(str(message["text"]) for message in messages)
        custom = _custom(messages)
        asks = any(message.get("buttons") or str(message["text"]).rstrip().endswith("?") for message in messages)
        directives = (STOP,) if heard.on_player else ()
        plain = Answer(text, card=self._card(text, custom), directives=directives, keeps=NOTHING)
        session = custom.get("session") or {}
        action = session.get("action")
        found = None if action is None and asks else self._piece(session, heard)
        if found is not None:
            return self._playing(plain, *found)
        if leaves and not asks:
            return plain
        if action == "pause" or (action is None and heard.playing is not None and not heard.on_player):
            again = self._words.again if asks else self._words.again_in_set
            return replace(plain, again=again, keeps=self.kept(heard))
        # Amazon wants a question wherever the microphone is left open; after pain it would be out of place.
        has_end = asks or opens or action == "stop"
        return replace(plain, then="" if has_end else self._words.more, again=self._words.again)

    def on_player(self, messages: Sequence[Message]) -> tuple[Mapping[str, Any], ...]:
        """The answer to a button of the device, which can be no words."""
        found = self._piece(_custom(messages).get("session") or {}, Heard())
        if found is None or not self._audio_url:
            return (STOP,)
        return (self._play(*found),)

    def _piece(self, session: Mapping[str, Any], heard: Heard) -> tuple[Mapping[str, Any], Piece] | None:
        """What is to be played, and the session that it belongs to."""
        action = session.get("action")
        if action in ENDS:
            return None
        if action is None:
            if heard.playing is None or not heard.is_counting:
                return None
            session, whole, ms = vars(heard.playing), heard.playing.whole, heard.place_ms
        else:
            made = whole_of(session)
            if made is None:
                return None
            whole, ms = made, heard.place_ms - session["splice_at_ms"] if action == "replan" else 0
        piece = piece_at(whole, ms, self._fits, bool(self._audio_url))
        return None if piece is None else (session, piece)

    def _playing(self, plain: Answer, session: Mapping[str, Any], piece: Piece) -> Answer:
        if piece.player:
            return replace(plain, directives=(self._play(session, piece),))
        playing = Playing.of(session, piece, self._now_ms() + spoken_ms(plain.text))
        then = {"session": self._words.session_done, "set": self._words.set_done, "rep": self._words.say_go_on}
        return replace(
            plain,
            sound=rest_ssml(piece) + self._sound(piece),
            then=then[piece.ending],
            again=self._words.again_in_set if piece.ending == "rep" else then[piece.ending],
            keeps={KEY: playing.to_json(self._secret)},
        )

    def _play(self, session: Mapping[str, Any], piece: Piece) -> dict[str, Any]:
        playing = Playing.of(session, replace(piece, player=True), self._now_ms())
        return play(self._address(piece), json.dumps(playing.to_json(self._secret), separators=(",", ":")))

    def _sound(self, piece: Piece) -> str:
        return audio(self._address(piece)) if self._audio_url else count_ssml(piece)

    def _address(self, piece: Piece) -> str:
        return f"{self._audio_url}{TRACKS}{make_track_id(piece.sound, self._secret)}.mp3"

    def _fits(self, piece: Piece) -> bool:
        if piece.sound_length_ms > LONGEST_MS:
            return False
        return len(rest_ssml(piece)) + len(self._sound(piece)) <= MAX_CHARACTERS - _ROOM_FOR_WORDS

    def _of_token(self, token: str) -> Playing | None:
        try:
            return Playing.from_json(json.loads(token), self._secret)
        except ValueError:
            return None

    def _card(self, text: str, custom: Mapping[str, Any]) -> tuple[str, str] | None:
        answer = custom.get("answer") or {}
        if not answer.get("source"):
            return None
        return (
            self._words.title,
            f"{answer.get('long') or text}\n\n{self._words.source.format(source=answer['source'])}",
        )

    def _now_ms(self) -> int:
        return int(self._clock().timestamp() * 1000)


def _custom(messages: Sequence[Message]) -> dict[str, Any]:
    joined: dict[str, Any] = {}
    for message in messages:
        joined = merge_custom(joined, message.get("custom") or {})
    return joined
