"""Sets in Slack: the recording, its message and its buttons, over HTTP, with the real session engine behind them."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from itertools import count

import pytest
from rest_server import SECRET
from slack_server import stays, stored

from countoff.channels.slack import progress
from countoff.channels.slack.fake import CHANNEL, DIRECT, USER
from countoff.channels.slack.fake.requests import choose, command, mention, message, press
from countoff.channels.slack.playback import Playback
from countoff.channels.slack.words import NAME, SlackWords
from countoff.channels.words import read_words
from countoff.exercises.cues import load_cue_book
from countoff.session import Prescription, Tempo
from countoff.session import command as engine

WORDS = read_words(SlackWords, NAME)
BOOK = load_cue_book()
VERBS = {"start": "start", "pause": "pause", "slower": "slower", "stop": "stop", "it hurts": "pain", "go on": "resume"}
LEAD_MS, REP_MS = 8_000, 4_000
_ids = count(1)


class Coachlet:
    """A coach that knows the verbs of a session and says their outcome; the sets are those of the engine."""

    def __init__(self, sets: int = 1) -> None:
        self.sets, self.state, self.notes = sets, None, []

    async def __call__(self, message) -> None:
        verb = VERBS.get(message.text, "report" if not message.text else "question")
        report = message.metadata.get("session")
        args = {}
        if verb == "start":
            wanted = Prescription(
                "banded-psoas-march", "standing-band", "yellow", 4, self.sets, 60, "right", Tempo(1.0, 1.0, 2.0)
            )
            args = {"prescription": wanted, "session_id": f"s{next(_ids)}", "restart": True}
        elif verb == "resume":
            args = {"set_up": report["by_hand"]}
        step = engine(self.state, verb, int(time.time() * 1000), BOOK, report=report, **args)
        self.state = step.state
        self.notes.append(step.note)
        custom = {"custom": {"v": 1, "session": step.wire}} if step.wire else {}
        await message.output_channel.send_response(message.sender_id, {"text": f"({step.note})", **custom})


@pytest.fixture
def coach(stage) -> Coachlet:
    stage.handler = Coachlet()
    return stage.handler


@pytest.fixture(autouse=True)
def no_set(stage):
    yield
    with closing(sqlite3.connect(stage.folder / "countoff.db")) as connection, connection:
        connection.execute("DELETE FROM notes WHERE name LIKE 'slack set %'")


@pytest.fixture
def note(stage):
    """The note about the set, and a way to let time pass in it."""

    def read(passed_ms: int = 0):
        database = stage.folder / "countoff.db"
        rows = stored(database, "SELECT name, body FROM notes WHERE name LIKE 'slack set %'")
        if not rows:
            return None
        ((name, body),) = rows
        found = json.loads(body)
        if passed_ms:
            found["at_ms"] -= passed_ms
            with closing(sqlite3.connect(database)) as connection, connection:
                connection.execute("UPDATE notes SET body = ? WHERE name = ?", (json.dumps(found), name))
        return found

    return read


@pytest.fixture
def controls(slack):
    """The message of a set, once its recording is there."""

    def find(channel: str = DIRECT, nth: int = 1):
        def shown():
            return [m for m in slack.posted(channel) if titles(m)[:1] == [WORDS.set_play]]

        return slack.until(lambda: shown()[nth - 1 :])[0]

    return find


@pytest.fixture
def playing(send, slack, coach, controls, note):
    """A set whose user has pressed play."""
    send(message("start"))
    control = controls()
    send(press(slack, dict(control), WORDS.set_play))
    slack.until(lambda: note() and note()["status"] == "playing")
    slack.until(lambda: titles(control)[:1] == [WORDS.set_pause])
    return control


def titles(posted) -> list[str]:
    blocks = posted.get("blocks") or []
    return [e["text"]["text"] for b in blocks if b["type"] == "actions" for e in b["elements"] if e["type"] == "button"]


def files(slack, channel: str = DIRECT):
    return [file for file in slack.workspace.files.values() if file.get("channel") == channel]


def test_a_set_is_a_recording_in_the_same_place_and_a_message_with_buttons(send, slack, coach, controls):
    send(message("start"))
    control = controls()
    assert titles(control) == [WORDS.set_play, WORDS.set_all, WORDS.set_drop]
    assert control["text"] == WORDS.set_waiting.format(seconds=LEAD_MS // 1000)
    (file,) = files(slack)
    # An MP3 begins with a frame: eleven bits that are set.
    assert (file["data"][0], file["data"][1] >> 5) == (0xFF, 0b111)
    seconds = len(file["data"]) * 8 / 64_000
    assert seconds == pytest.approx((LEAD_MS + 8 * REP_MS + 2_000) / 1_000, abs=0.3)


def test_a_set_that_is_asked_for_in_a_thread_is_in_that_thread(send, slack, coach, controls):
    asked = mention("start")
    send(asked)
    assert controls(CHANNEL)["thread_ts"] == asked["event"]["ts"]
    assert [file["thread_ts"] for file in files(slack, CHANNEL)] == [asked["event"]["ts"]]


def test_a_set_that_is_asked_for_with_the_command_is_in_the_direct_messages(send, slack, coach, controls):
    send(command(slack, "start"))
    controls()
    assert WORDS.set_in_direct in slack.workspace.private[0]["text"]
    assert files(slack, CHANNEL) == []


def test_until_play_is_pressed_the_set_stands_at_its_beginning(send, slack, coach, controls, note):
    send(message("start"))
    control = controls()
    send.answers(message("which band"))
    assert (coach.state.status, coach.state.position_ms) == ("paused", 0)
    send(press(slack, dict(control), WORDS.set_play))
    slack.until(lambda: coach.state.status == "counting")
    assert note()["status"] == "playing"


def test_play_may_be_pressed_before_slack_has_said_that_its_button_is_there(send, slack, coach, controls, note):
    slack.next("chat.postMessage", "answers", "does it and does not answer")
    send(message("start"))
    control = controls()
    send(press(slack, dict(control), WORDS.set_play))
    slack.until(lambda: titles(control)[:1] == [WORDS.set_pause])
    # Asked for again by who posted it, after a second without an answer.
    slack.until(lambda: slack.called("conversations.history"))
    assert stays(lambda: note()["status"]) == "playing"
    assert (note()["ts"], coach.state.status) == (control["ts"], "counting")


@pytest.mark.parametrize("button", [WORDS.set_all, WORDS.set_drop])
def test_a_set_that_is_over_before_slack_has_answered_stays_over(send, slack, coach, controls, note, button):
    slack.next("chat.postMessage", "answers", "does it and does not answer")
    send(message("start"))
    control = controls()
    send.answers(press(slack, dict(control), button))
    slack.until(lambda: slack.called("conversations.history"))
    assert stays(note) is None
    assert coach.state.status in ("finished", "stopped")
    assert control["text"] == WORDS.set_over


def test_done_at_the_very_end_asks_once_how_it_was(send, slack, coach, playing, note):
    slack.workspace.users[USER]["tz_offset"] = (12 - datetime.now(UTC).hour) * 3_600
    before = len(slack.posted(DIRECT))
    note(LEAD_MS + 8 * REP_MS + 3_000)
    send(press(slack, dict(playing), WORDS.set_done))
    slack.until(lambda: playing["text"] == WORDS.set_over)
    slack.until(lambda: len(slack.posted(DIRECT)) > before)
    assert len(stays(lambda: list(slack.posted(DIRECT)))) == before + 1
    assert [said for said in coach.notes if said.startswith("finished")] == coach.notes[-1:]


def test_the_message_shows_where_the_set_is_with_two_seconds_between_edits(send, slack, playing, note):
    assert playing["text"] == WORDS.set_ready
    note(LEAD_MS + REP_MS + 500)
    slack.until(lambda: playing["text"] == "Left leg, rep 1 of 4", within_s=6)
    began, before = time.monotonic(), len(slack.called("chat.update"))
    slack.until(lambda: playing["text"].startswith("Left leg, rep 2"), within_s=15)
    assert len(slack.called("chat.update")) - before <= (time.monotonic() - began) / 2 + 1


def test_pause_says_first_to_stop_the_recording_and_asks_for_the_last_number(send, slack, coach, playing, note):
    note(LEAD_MS + 4 * REP_MS + 500)
    (answer,) = send.answers(press(slack, dict(playing), WORDS.set_pause))
    assert answer["text"].startswith(WORDS.set_stop_it)
    assert WORDS.set_stop_it.split(".")[0].isupper()
    assert coach.state.status == "paused"
    assert titles(answer)[0] == WORDS.set_none
    assert "Left, 2" in titles(answer)
    # What a screen reader and a phone say.
    assert answer["text"].endswith(WORDS.set_heard)
    slack.until(lambda: playing["text"] == WORDS.set_paused)
    assert titles(playing) == []


def test_the_number_that_was_heard_places_the_set_and_the_rest_is_another_recording(
    send, slack, coach, playing, note, controls
):
    note(LEAD_MS + 4 * REP_MS + 500)
    (answer,) = send.answers(press(slack, dict(playing), WORDS.set_pause))
    send.answers(press(slack, dict(answer), "Left, 1"))
    assert (coach.state.position.rep, coach.state.position.side) == (1, "left")
    send(message("go on"))
    second = controls(nth=1) if titles(playing) else controls()
    assert second["ts"] != playing["ts"]
    assert second["text"] == WORDS.set_waiting.format(seconds=LEAD_MS // 1000)
    rest = files(slack)[-1]
    assert len(rest["data"]) * 8 / 64_000 == pytest.approx((LEAD_MS + 7 * REP_MS + 2_000) / 1_000, abs=0.3)
    send(press(slack, dict(second), WORDS.set_play))
    slack.until(lambda: coach.state.status == "counting")


def test_slower_needs_another_recording_that_follows_the_last_number(send, slack, coach, playing, note, controls):
    note(LEAD_MS + 2 * REP_MS + 1_500)
    (answer,) = send.answers(press(slack, dict(playing), WORDS.set_slower))
    assert answer["text"].startswith(WORDS.set_stop_it)
    slack.until(lambda: note()["status"] == "held")
    # The recording went on past the place from which the new tempo holds.
    send(press(slack, dict(answer), "Left, 2"))
    control = controls()
    assert (coach.state.position.rep, coach.state.position.side) == (2, "left")
    assert coach.state.prescription.tempo == Tempo(1.3, 1.3, 2.5)
    assert control["ts"] != playing["ts"]
    assert len(files(slack)[-1]["data"]) * 8 / 64_000 == pytest.approx(8 + 5 * 5.1 + 2, abs=0.3)


def test_it_hurts_stops_first_and_asks_for_the_last_number_which_places_the_set(send, slack, coach, playing, note):
    note(LEAD_MS + 4 * REP_MS + 500)
    (answer,) = send.answers(press(slack, dict(playing), WORDS.set_hurts))
    assert answer["text"].startswith(WORDS.set_stop_it)
    assert coach.state.hurt
    send.answers(press(slack, dict(answer), "Right, 2"))
    assert (coach.state.status, coach.state.position.rep, coach.state.position.side) == ("stopped", 2, "right")


def test_a_number_from_long_ago_can_be_chosen_from_a_list(send, slack, coach, playing, note):
    note(LEAD_MS + 7 * REP_MS)
    (answer,) = send.answers(press(slack, dict(playing), WORDS.set_pause))
    assert "Right, 1" not in titles(answer)
    send.answers(choose(slack, dict(answer), "Right, 1"))
    assert (coach.state.position.rep, coach.state.position.side) == (1, "right")


@pytest.mark.parametrize(("passed_ms", "note_said"), [(REP_MS, "stopped"), (LEAD_MS + 7 * REP_MS + 500, "finished")])
def test_done_ends_the_set_and_near_its_end_it_counts_as_whole(send, slack, coach, playing, note, passed_ms, note_said):
    note(passed_ms)
    send.answers(press(slack, dict(playing), WORDS.set_done))
    assert coach.notes[-1] == note_said
    slack.until(lambda: playing["text"] == WORDS.set_over)
    assert note() is None


def test_who_never_pressed_play_can_have_done_it_all_or_drop_it(send, slack, coach, controls, note):
    send(message("start"))
    send.answers(press(slack, dict(controls()), WORDS.set_all))
    assert (coach.state.status, coach.state.done_left, coach.state.done_right) == ("finished", 4, 4)
    assert note() is None


def test_at_the_end_it_is_asked_how_hard_it_was(slack, coach, playing, note):
    slack.workspace.users[USER]["tz_offset"] = (12 - datetime.now(UTC).hour) * 3_600
    note(LEAD_MS + 8 * REP_MS + 3_000)
    slack.until(lambda: slack.posted(DIRECT)[-1]["text"] == "(finished_unconfirmed)")
    assert playing["text"] == WORDS.set_over
    assert note() is None


def test_in_quiet_hours_the_question_comes_without_a_new_message(slack, coach, playing, note):
    slack.workspace.snoozed.add(USER)
    before = len(slack.posted(DIRECT))
    note(LEAD_MS + 8 * REP_MS + 3_000)
    slack.until(lambda: playing["text"] == "(finished_unconfirmed)")
    assert len(stays(lambda: list(slack.posted(DIRECT)))) == before


def test_somebody_else_cannot_press_and_an_old_button_does_nothing(send, slack, coach, playing, note):
    send(press(slack, dict(playing), WORDS.set_pause, user="U0BOB"))
    slack.until(lambda: [m for m in slack.workspace.private if m["text"] == WORDS.not_yours])
    assert coach.state.status == "counting"
    old = dict(playing)
    old["blocks"] = progress.waiting(Playback.from_json(note(), SECRET), WORDS)[1]
    old["blocks"][-1]["block_id"] = f"set.{USER}.another.1"
    send(press(slack, old, WORDS.set_drop))
    slack.until(lambda: [m for m in slack.workspace.private if m["text"] == WORDS.no_longer])
    assert coach.state.status == "counting"


def test_where_slack_takes_no_file_the_set_is_ended_and_said_so(send, slack, coach, note):
    slack.next("files.getUploadURLExternal", "refuses the token")
    send(message("start"))
    slack.until(lambda: [m for m in slack.posted(DIRECT) if m["text"] == WORDS.set_no_file])
    assert coach.state.status == "stopped"
    assert note() is None


@pytest.mark.parametrize("mood", ["throttles", "fails", "fails after doing it", "does it and does not answer", "cuts"])
@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal"])
def test_whatever_slack_answers_there_is_one_recording(send, slack, coach, controls, method, mood):
    slack.next(method, mood)
    send(message("start"))
    slack.until(lambda: [m for m in slack.posted(DIRECT) if titles(m)], within_s=40)
    shown = [m for m in slack.posted(DIRECT) if m.get("files")]
    assert (len(shown), len(files(slack))) == (1, 1)
    assert stays(lambda: len(slack.posted(DIRECT))) == 3


def test_a_limit_on_edits_is_waited_out(slack, playing, note):
    slack.next("chat.update", "throttles")
    note(LEAD_MS + REP_MS + 500)
    slack.until(lambda: playing["text"].startswith("Left leg"), within_s=12)
