"""Speaking and being read to: a recogniser and voices that a test plays, in the place of the browser's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from countoff.exercises.cues import load_cue_book
from tests.browser.conftest import OpenPage, Site
from tests.browser.visitor import Visitor, reply, says, without_player, word

RECOGNISER = (Path(__file__).parent / "stub_recogniser.js").read_text(encoding="utf-8")
NONE = "delete window.SpeechRecognition; delete window.webkitSpeechRecognition;"
VOICES = """
globalThis.read = [];
globalThis.voices = [
  {name: "far", lang: "en-GB", localService: false, default: true},
  {name: "near", lang: "en-GB", localService: true, default: false},
];
const Speech = class { constructor(text) { this.text = text } };
Object.defineProperty(globalThis, "SpeechSynthesisUtterance", {value: Speech});
Object.defineProperty(globalThis, "speechSynthesis", {value: Object.assign(new EventTarget(), {
  getVoices: () => globalThis.voices,
  speak: (speech) => { globalThis.read.push([speech.voice.name, speech.text]); globalThis.speech = speech },
  cancel: () => globalThis.read.push(["silence"]),
})});
"""


@pytest.fixture
def open_chat(site: Site, open_page: OpenPage) -> Callable[..., Visitor]:
    def open_one(script: str) -> Visitor:
        page = without_player(open_page("about:blank"))
        page.add_init_script(script)
        page.goto(site.url)
        visitor = Visitor(page)
        expect(visitor.field).to_be_visible()
        return visitor

    return open_one


@pytest.fixture
def visitor(open_chat: Callable[..., Visitor]) -> Iterator[Visitor]:
    """Somebody whose browser can listen; the server answers "Fine." to all."""
    found = open_chat(RECOGNISER)
    with found.server(says(reply("Fine."))):
        yield found


@pytest.fixture
def agreed(visitor: Visitor) -> Visitor:
    """One who has agreed to the recogniser of the browser."""
    visitor.button("speak").click()
    visitor.button("consent_yes").click()
    visitor.page.wait_for_function("() => microphone()")
    visitor.button("speak_end").click()
    visitor.page.wait_for_function("() => !microphone()")
    return visitor


@pytest.fixture
def watching(agreed: Visitor) -> Visitor:
    """One in a set, with "listen while counting" turned on."""
    agreed.button("options").click()
    agreed.page.get_by_label(word("listen"), exact=True).check()
    agreed.page.keyboard.press("Escape")
    agreed.player("player.become('counting'); player.did.length = 0")
    agreed.page.wait_for_function("() => microphone()?.continuous")
    return agreed


def hear(visitor: Visitor, text: str, is_final: bool = False) -> bool:
    heard: bool = visitor.page.evaluate("([text, isFinal]) => hear(text, isFinal)", [text, is_final])
    return heard


def is_open(visitor: Visitor) -> bool:
    found: bool = visitor.page.evaluate("Boolean(microphone())")
    return found


# ---------------------------------------------------------------------------------------------------------- a sentence
def test_it_is_said_once_who_may_process_the_speech(visitor: Visitor) -> None:
    visitor.button("speak").click()
    expect(visitor.page.get_by_text(word("consent_text"))).to_be_visible()
    assert not is_open(visitor)
    visitor.button("consent_no").click()
    expect(visitor.button("speak")).to_be_focused()
    assert not is_open(visitor)
    visitor.button("speak").click()
    visitor.button("consent_yes").click()
    visitor.page.wait_for_function("() => microphone()")
    visitor.page.reload()
    visitor.button("speak").click()
    visitor.page.wait_for_function("() => microphone()")
    expect(visitor.page.get_by_text(word("consent_text"))).to_be_hidden()


def test_what_is_said_is_shown_as_it_comes_and_sent_when_it_ends(agreed: Visitor) -> None:
    agreed.field.fill("half a thought")
    agreed.button("speak").click()
    expect(agreed.page.get_by_text(word("listening"))).to_be_visible()
    hear(agreed, "which band")
    expect(agreed.field).to_have_value("which band")
    hear(agreed, "which band should I use", True)
    expect(agreed.own).to_contain_text("which band should I use")
    expect(agreed.field).to_have_value("half a thought")
    expect(agreed.coach).to_contain_text("Fine.")
    assert agreed.asked == ["which band should I use"]
    assert not is_open(agreed)


REASONS = {
    "not-allowed": "mic_not_allowed",
    "no-speech": "mic_no_speech",
    "network": "mic_network",
    "odd": "mic_failed",
}


@pytest.mark.parametrize("reason", REASONS)
def test_a_microphone_that_fails_says_why(agreed: Visitor, reason: str) -> None:
    agreed.button("speak").click()
    agreed.page.wait_for_function("() => microphone()")
    agreed.page.evaluate("reason => microphone().end(reason)", reason)
    expect(agreed.page.get_by_text(word(REASONS[reason]))).to_be_visible()
    expect(agreed.button("speak")).to_be_visible()
    agreed.say("typed")
    expect(agreed.page.get_by_text(word(REASONS[reason]))).to_have_count(0)


def test_without_a_recogniser_there_is_no_button_but_a_word_about_it(open_chat: Callable[..., Visitor]) -> None:
    visitor = open_chat(NONE)
    expect(visitor.button("speak")).to_have_count(0)
    visitor.button("options").click()
    expect(visitor.page.get_by_text(word("no_microphone"))).to_be_visible()


# ------------------------------------------------------------------------------------------------------ while counting
def test_the_microphone_is_shut_while_counting(agreed: Visitor) -> None:
    agreed.button("speak").click()
    agreed.page.wait_for_function("() => microphone()")
    agreed.player("player.become('counting')")
    agreed.page.wait_for_function("() => !microphone()")
    agreed.button("speak").click(force=True)
    expect(agreed.page.get_by_text(word("mic_counting"))).to_be_visible()
    agreed.page.wait_for_timeout(500)
    assert not is_open(agreed)
    assert agreed.asked == []


def test_listening_while_counting_asks_for_leave_too(visitor: Visitor) -> None:
    visitor.button("options").click()
    visitor.page.get_by_label(word("listen"), exact=True).click()
    expect(visitor.page.get_by_text(word("consent_text"))).to_be_visible()
    visitor.button("consent_no").click()
    expect(visitor.page.get_by_label(word("listen"), exact=True)).to_be_focused()
    expect(visitor.page.get_by_label(word("listen"), exact=True)).not_to_be_checked()
    visitor.player("player.become('counting')")
    visitor.page.wait_for_timeout(400)
    assert not is_open(visitor)


HEARD = {
    "stop": ["stop"],
    "please stop": ["stop"],
    "Stop!": ["stop"],
    "pause": ["pause"],
    "wait": ["pause"],
    "ow": ["pain"],
    "ouch ouch": ["pain"],
    "it hurts": ["pain"],
    "stop it hurts": ["pain"],
    "resume": ["resume"],
    "go on": ["resume"],
    "don't stop": [],
    "unstoppable": [],
    "the pausing and the paints": [],
    "which band should I use": [],
    "right one": [],
}


@pytest.mark.parametrize("said", HEARD)
def test_only_whole_words_of_the_list_count_and_at_once(watching: Visitor, said: str) -> None:
    hear(watching, said)
    assert [call[0] for call in watching.did("heard")] == HEARD[said]
    watching.page.wait_for_timeout(50)
    assert all(len(text) < len("it hurts ") for text in watching.asked), "nothing else is sent"


def test_a_word_acts_once_and_pain_goes_before_what_came_first(watching: Visitor) -> None:
    for text in ("stop", "stop it", "stop it hurts"):
        hear(watching, text)
    hear(watching, "stop it hurts in my knee", True)
    assert watching.did("heard") == [["stop"], ["pain"]]
    expect(watching.own.last).to_contain_text("stop it hurts in my knee")


def test_pain_right_after_a_stop_is_told_though_the_set_is_over(watching: Visitor) -> None:
    hear(watching, "stop", True)
    hear(watching, "ow", True)
    expect(watching.own.last).to_contain_text("it hurts")


def test_a_lone_word_that_sounds_like_stop_counts_when_it_is_whole(watching: Visitor) -> None:
    hear(watching, "stob")
    hear(watching, "stomp", True)
    hear(watching, "star", True)
    assert [call[0] for call in watching.did("heard")] == ["stop"]


def test_the_coach_never_hears_itself(watching: Visitor) -> None:
    """Every cue that there is, as a plan may hold it."""
    cues = [cue.text for cue in load_cue_book().cues.values()]
    session = {
        "action": "start",
        "id": "a",
        "rev": 1,
        "plan": {"duration_ms": 1, "cues": [_cue(text) for text in cues]},
    }
    with watching.server(says(reply("Here we go.", custom={"v": 1, "session": session}))):
        watching.ask("start")
    watching.player("player.did.length = 0")
    for text in cues:
        hear(watching, text)
        hear(watching, text, True)
    hear(watching, " ".join(cues), True)
    assert watching.did("heard") == []
    hear(watching, "left one stop")
    assert watching.did("heard") == [["stop"]]


def test_a_word_that_a_cue_holds_triggers_nothing_even_in_half_a_cue(watching: Visitor) -> None:
    session = {"action": "start", "id": "a", "rev": 1, "plan": {"duration_ms": 1, "cues": [_cue("Hold on tight")]}}
    with watching.server(says(reply("Here we go.", custom={"v": 1, "session": session}))):
        watching.ask("start")
    watching.player("player.did.length = 0")
    hear(watching, "hold on")
    assert watching.did("heard") == []
    hear(watching, "pause")
    assert watching.did("heard") == [["pause"]]
    watching.page.reload()
    watching.page.wait_for_function("() => globalThis.player")
    watching.player("player.become('counting')")
    watching.page.wait_for_function("() => microphone()?.continuous")
    hear(watching, "hold on")
    assert watching.did("heard") == [], "after a reload too"


def test_it_listens_again_when_the_browser_ends_it_and_shuts_with_the_set(watching: Visitor) -> None:
    watching.page.evaluate("microphone().end('no-speech')")
    watching.page.wait_for_function("() => microphone()?.continuous")
    watching.player("player.become('paused')")
    assert is_open(watching)
    hear(watching, "go on")
    assert watching.did("heard") == [["resume"]]
    watching.player("player.become('idle')")
    watching.page.wait_for_function("() => !microphone()")


def test_a_microphone_that_is_taken_away_is_not_asked_for_again(watching: Visitor) -> None:
    watching.page.evaluate("microphone().end('not-allowed')")
    expect(watching.page.get_by_text(word("mic_not_allowed"))).to_be_visible()
    watching.page.wait_for_timeout(500)
    assert not is_open(watching)
    watching.button("options").click()
    expect(watching.page.get_by_label(word("listen"), exact=True)).not_to_be_checked()


def test_in_a_pause_a_sentence_can_be_said(watching: Visitor) -> None:
    watching.player("player.become('paused')")
    watching.button("speak").click()
    watching.page.wait_for_function("() => microphone() && !microphone().continuous")
    hear(watching, "how many are left", True)
    expect(watching.own.last).to_contain_text("how many are left")
    watching.page.wait_for_function("() => microphone()?.continuous")


# ----------------------------------------------------------------------------------------------------------- read aloud
@pytest.fixture
def listener(open_chat: Callable[..., Visitor]) -> Visitor:
    """Somebody who has answers read aloud."""
    found = open_chat(VOICES + RECOGNISER)
    found.button("options").click()
    box = found.page.get_by_label(word("aloud"), exact=True)
    expect(box).not_to_be_checked()
    box.check()
    found.page.keyboard.press("Escape")
    return found


def _read(visitor: Visitor) -> list[Any]:
    found: list[Any] = visitor.page.evaluate("read")
    return found


def test_answers_are_read_by_a_voice_of_this_device_only(listener: Visitor) -> None:
    with listener.server(
        says(reply("Start light.\nSource: An article.", custom={"v": 1, "answer": {"source": "An article"}}))
    ):
        listener.ask("my secret question")
    assert _read(listener) == [["near", "Start light."]]


def test_reading_ends_when_the_user_speaks_or_a_set_starts(listener: Visitor) -> None:
    with listener.server(says(reply("A long answer."))):
        listener.ask("one")
        listener.say("two")
        expect(listener.coach).to_have_count(2)
        assert [part[0] for part in _read(listener)] == ["near", "silence", "near"]
        listener.player("player.become('counting')")
        assert [part[0] for part in _read(listener)] == ["near", "silence", "near", "silence"]
        listener.say("three")
        expect(listener.coach).to_have_count(3)
    assert len(_read(listener)) == 4, "nothing is read over the count"


def test_the_coach_does_not_listen_while_it_reads(listener: Visitor) -> None:
    listener.button("speak").click()
    listener.button("consent_yes").click()
    listener.page.wait_for_function("() => microphone()")
    listener.button("speak_end").click()
    listener.button("options").click()
    listener.page.get_by_label(word("listen"), exact=True).check()
    listener.player("player.become('paused')")
    listener.page.wait_for_function("() => microphone()")
    with listener.server(says(reply("Say go on when you are ready."))):
        listener.ask("how many left")
    listener.page.wait_for_function("() => !microphone()")
    listener.page.evaluate("speech.onend()")
    listener.page.wait_for_function("() => microphone()")


def test_without_a_voice_of_this_device_nothing_is_offered(open_chat: Callable[..., Visitor]) -> None:
    visitor = open_chat(VOICES + "globalThis.voices = [globalThis.voices[0]];" + RECOGNISER)
    visitor.button("options").click()
    expect(visitor.page.get_by_label(word("listen"), exact=True)).to_be_visible()
    expect(visitor.page.get_by_label(word("aloud"), exact=True)).to_be_hidden()


def _cue(text: str) -> dict[str, Any]:
    return {"at_ms": 0, "key": "x", "text": text, "kind": "phase", "side": None, "rep": None, "set": 1}
