"""Which voice speaks, and what becomes of those that are lost."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from countoff.errors import CountoffError, VoiceError
from countoff.settings import VOICES, settings
from countoff.speech import espeak, google
from countoff.speech.cache import audio_cache
from countoff.speech.chain import LazyVoice, voice_by_name
from countoff.speech.pcm import Pcm
from countoff.speech.speaker import BUDGETS_S, LONGEST, Speaker, speaker_from_settings
from countoff.speech.tones import TonesVoice
from countoff.speech.voice import Voice

NOW = [0.0]


class Mouth:
    """A voice that speaks as long as it has no trouble, and remembers what."""

    def __init__(self, name: str, trouble: Exception | None = None) -> None:
        self.name = name
        self.trouble = trouble
        self.said: list[tuple[str, str]] = []
        self.sound = Pcm(np.ones(10, dtype=np.int16))

    def speak(self, text: str, language: str = "en") -> Pcm:
        self.said.append((text, language))
        if self.trouble:
            raise self.trouble
        return self.sound


class Hangs(Mouth):
    def __init__(self, name: str, end: Event) -> None:
        super().__init__(name)
        self.end = end

    def speak(self, text: str, language: str = "en") -> Pcm:
        self.said.append((text, language))
        self.end.wait(20)
        return self.sound


def trouble(lasting: bool = True, cause: str = "no network") -> VoiceError:
    return VoiceError("gtts", cause, lasting=lasting)


@pytest.fixture
def end() -> Iterator[Event]:
    """Lets every call that hangs end."""
    event = Event()
    yield event
    event.set()


def speaker(*voices: Voice, **options: object) -> Speaker:
    NOW[0] = 0.0
    return Speaker(voices, clock=lambda: NOW[0], **options)  # type: ignore[arg-type]


def logged(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(record.levelname, record.getMessage()) for record in caplog.records if record.levelno >= logging.INFO]


class TestOrder:
    def test_the_first_that_can_speaks(self) -> None:
        first, second = Mouth("clips"), Mouth("espeak")
        assert speaker(first, second).speak("Stand tall.") is first.sound
        assert second.said == []

    def test_what_one_cannot_say_the_next_says_and_nothing_is_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO)
        first, second = Mouth("gtts", trouble(lasting=False, cause="no such clip")), Mouth("espeak")
        coach = speaker(first, second)
        assert coach.speak("Stand tall.") is second.sound
        first.trouble = None
        assert coach.speak("Stand tall.") is first.sound
        assert logged(caplog) == []

    def test_where_all_are_lost_every_cause_is_told(self) -> None:
        coach = speaker(Mouth("gtts", trouble()), Mouth("espeak", VoiceError("espeak", "no program")))
        with pytest.raises(VoiceError, match="gtts: no network; espeak: no program") as told:
            coach.speak("Stand tall.")
        assert told.value.lasting

    def test_tones_are_the_last_resort(self) -> None:
        assert speaker(Mouth("gtts", trouble()), TonesVoice()).speak("Stand tall.").duration_ms > 0


class TestLoss:
    def test_it_rests_for_a_minute_and_its_loss_and_return_are_each_told_once(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        lost, other = Mouth("gtts", trouble()), Mouth("espeak")
        coach = speaker(lost, other)
        tries = []
        for moment, mended in [
            (0, False),
            (1, False),
            (59.9, False),
            (60, False),
            (61, False),
            (120, True),
            (121, True),
        ]:
            NOW[0] = moment
            lost.trouble = None if mended else trouble()
            coach.speak(f"At {moment}.")
            tries.append(len(lost.said))
        assert tries == [1, 1, 1, 2, 2, 3, 4]
        assert logged(caplog) == [
            ("WARNING", "the voice gtts cannot speak: no network; the next voice speaks meanwhile"),
            ("INFO", "the voice gtts speaks again"),
        ]

    def test_the_next_outage_is_told_anew(self, caplog: pytest.LogCaptureFixture) -> None:
        lost = Mouth("gtts", trouble())
        coach = speaker(lost, Mouth("espeak"))
        for moment, now in [(0, trouble()), (60, None), (61, trouble(cause="throttled"))]:
            NOW[0], lost.trouble = moment, now
            coach.speak("Stand tall.")
        assert [message.split(": ")[1].split(";")[0] for _, message in logged(caplog)] == ["no network", "throttled"]

    def test_while_all_rest_the_cause_is_still_told(self) -> None:
        coach = speaker(Mouth("gtts", trouble()))
        for _ in range(2):
            with pytest.raises(VoiceError, match="gtts: no network"):
                coach.speak("Stand tall.")

    @pytest.mark.parametrize(
        ("error", "cause"),
        [(ZeroDivisionError("by nought"), "it broke .ZeroDivisionError: by nought.; please report it"),
         (MemoryError(), "it broke .MemoryError"), (CountoffError("the pack is damaged"), "the pack is damaged")],
        ids=["a fault", "no memory", "another error of ours"],
    )  # fmt: skip
    def test_one_that_breaks_is_lost_as_any_other(
        self, caplog: pytest.LogCaptureFixture, error: Exception, cause: str
    ) -> None:
        broken, other = Mouth("clips", error), Mouth("espeak")
        coach = speaker(broken, other)
        assert [coach.speak("Stand tall.") for _ in range(2)] == [other.sound, other.sound]
        assert len(broken.said) == 1
        with pytest.raises(VoiceError, match=cause):
            speaker(broken).speak("Stand tall.")


class TestHanging:
    def test_one_that_hangs_is_left_behind_in_time_and_tried_again_when_its_call_has_ended(
        self, end: Event, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        hung, other = Hangs("gtts", end), Mouth("espeak")
        coach = speaker(hung, other, budgets_s={"gtts": 0.05})
        began = time.monotonic()
        assert coach.speak("one") is other.sound
        assert time.monotonic() - began < 1
        NOW[0] = 1000
        assert coach.speak("two") is other.sound
        assert hung.said == [("one", "en")]
        end.set()
        until = time.monotonic() + 5
        while coach.speak("three") is not hung.sound and time.monotonic() < until:
            time.sleep(0.01)
        assert coach.speak("four") is hung.sound
        assert [level for level, _ in logged(caplog)] == ["WARNING", "INFO"]
        assert "has not answered in 0.05 s" in caplog.text

    @pytest.mark.parametrize(("name", "own_s"), [("gtts", google.DEADLINE_S), ("espeak", espeak.LONGEST_S)])
    def test_one_that_ends_itself_in_time_is_not_left_behind(self, name: str, own_s: float) -> None:
        assert own_s < BUDGETS_S[name] <= 8


class TestBadText:
    @pytest.mark.parametrize("text", ["", " \n\t", "\x00\x1b\x07", "\u200b\u200e", "😀", "…"])
    def test_one_that_is_empty_is_refused(self, text: str) -> None:
        mouth = Mouth("clips")
        with pytest.raises(VoiceError, match="empty; there is nothing to say") as told:
            speaker(mouth).speak(text)
        assert not told.value.lasting
        assert mouth.said == []

    @pytest.mark.parametrize("length", [LONGEST + 1, 100_000])
    def test_one_that_is_too_long_is_refused_at_once(self, length: int) -> None:
        mouth = Mouth("clips")
        began = time.monotonic()
        with pytest.raises(VoiceError, match=f"{length} characters; at most 5000"):
            speaker(mouth).speak("a" * length)
        assert time.monotonic() - began < 1
        assert mouth.said == []

    def test_the_longest_is_spoken(self) -> None:
        mouth = Mouth("clips")
        speaker(mouth).speak("a" * LONGEST)
        assert len(mouth.said) == 1

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("Stand\x00 tall\x1b.", "Stand tall."),
            ("Stand\ud800 tall.", "Stand tall."),
            ("Do 8-10 reps", "Do 8 to 10 reps"),
            ("Поднимите колено.", "Поднимите колено."),
            ("膝を上げて。", "膝を上げて。"),
            ("می‌روم", "می‌روم"),
        ],
        ids=["control characters", "half a character", "text rules", "Cyrillic", "Japanese", "joiner"],
    )
    def test_every_voice_gets_what_should_be_said(self, text: str, said: str) -> None:
        mouth = Mouth("clips")
        speaker(mouth).speak(text)
        assert mouth.said == [(said, "en")]

    def test_a_language_without_text_rules_is_refused(self) -> None:
        with pytest.raises(VoiceError, match="xx"):
            speaker(Mouth("clips")).speak("Stand tall.", "xx")


def test_many_threads_may_share_it(caplog: pytest.LogCaptureFixture) -> None:
    lost, other = Mouth("gtts", trouble()), Mouth("espeak")
    coach = speaker(lost, other)
    with ThreadPoolExecutor(16) as pool:
        sounds = list(pool.map(coach.speak, [f"Text {number}." for number in range(200)]))
    assert all(sound is other.sound for sound in sounds)
    assert {text for text, _ in other.said} == {f"Text {number}." for number in range(200)}
    assert len(logged(caplog)) == 1


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[str], None]]:
    def choose(voices: str) -> None:
        monkeypatch.setenv("COUNTOFF_VAR", str(tmp_path))
        monkeypatch.setenv("COUNTOFF_VOICES", voices)

    caches = (settings, audio_cache, speaker_from_settings)
    for cached in caches:
        cached.cache_clear()
    yield choose
    for cached in caches:
        cached.cache_clear()


class TestFromSettings:
    def test_the_setting_gives_the_order(self, environment: Callable[[str], None], tmp_path: Path) -> None:
        environment("espeak, tones")
        spoken = speaker_from_settings().speak("Hello there.")
        assert 500 < spoken.duration_ms < 3_000
        assert len(list((tmp_path / "audio").iterdir())) == 1
        speaker_from_settings.cache_clear()
        settings.cache_clear()
        environment("tones,espeak")
        assert speaker_from_settings().speak("Hello there.") is TonesVoice().speak("Hello there.")

    def test_there_is_one_for_all(self, environment: Callable[[str], None]) -> None:
        environment("tones")
        assert speaker_from_settings() is speaker_from_settings()

    def test_every_voice_of_the_setting_can_be_made(self) -> None:
        assert [voice_by_name(name).name for name in VOICES] == list(VOICES)

    def test_a_missing_extra_costs_its_voice_only(
        self, environment: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        environment("gtts,tones")
        monkeypatch.setitem(sys.modules, "gtts", None)
        monkeypatch.delitem(sys.modules, "countoff.speech.google", raising=False)
        assert speaker_from_settings().speak("Hello there.") is TonesVoice().speak("")
        assert "the package gtts is missing; install the extra `gtts`" in caplog.text


class TestLazyVoice:
    def test_it_is_made_once_for_each_language_and_when_it_first_speaks(self) -> None:
        made: list[str] = []

        def make(language: str) -> Voice:
            made.append(language)
            return Mouth("clips")

        voice = LazyVoice("clips", make, "")
        assert made == []
        for language in ("en", "de", "en"):
            voice.speak("Stand tall.", language)
        assert made == ["en", "de"]

    def test_after_a_failure_it_is_made_again(self) -> None:
        makes: Iterator[VoiceError | Mouth] = iter([VoiceError("clips", "no pack", lasting=True), Mouth("clips")])

        def make(_language: str) -> Voice:
            made = next(makes)
            if isinstance(made, VoiceError):
                raise made
            return made

        voice = LazyVoice("clips", make, "")
        with pytest.raises(VoiceError, match="no pack"):
            voice.speak("Stand tall.")
        assert voice.speak("Stand tall.").duration_ms > 0
