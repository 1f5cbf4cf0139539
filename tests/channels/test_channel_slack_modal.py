"""The form in which a set is chosen, over HTTP: where it opens, what it refuses, and what the coach is asked for."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from rest_server import SECRET as INSTALLATION
from rest_server import says
from slack_server import stays

from countoff.channels.identity import conversation_id
from countoff.channels.slack import modal
from countoff.channels.slack.choosing import CHOOSE
from countoff.channels.slack.fake import CHANNEL, DIRECT, USER
from countoff.channels.slack.fake.requests import (
    command,
    encoded,
    event,
    home_press,
    mention,
    message,
    press,
    shortcut,
    signed,
    submission,
)
from countoff.channels.slack.parts import Place
from countoff.channels.slack.words import NAME, SlackWords
from countoff.channels.words import read_words
from countoff.exercises import load_knowledge
from countoff.history import HistoryStore, LogEntry

WORDS = read_words(SlackWords, NAME)
KNOWLEDGE = load_knowledge()
FAMILY = KNOWLEDGE.exercises[KNOWLEDGE.default_exercise]
OTHER = "U0BEN"
LYING = "Lying march"
CHOSEN = {"version": LYING, "band": "A medium band", "reps": "12", "sets": "3"}
SENTENCE = "start 3 sets of 12 reps of the banded psoas march, lying march, with a medium band"


@pytest.fixture(autouse=True)
def _answers(stage):
    stage.handler = says({"text": "Here we go."})


@pytest.fixture
def opened(slack):
    """The form that is open."""
    return lambda: slack.until(lambda: list(slack.workspace.views.values()))[-1]


@pytest.fixture
def form(send, slack, opened):
    """The form, opened for somebody's direct messages."""
    send(shortcut(slack, CHOOSE))
    return opened()


def shown(view):
    """What the form shows before anything is chosen."""
    inputs = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    return tuple(
        element["initial_option"]["text"]["text"] if "initial_option" in element else element["initial_value"]
        for element in inputs.values()
    )


def submit(client, slack, view, **filled):
    content, kind = encoded(submission(slack, view, **filled))
    return client.post("/webhooks/slack/events", content=content, headers=signed(content, kind))


def texts(stage) -> list[str]:
    return [said.text for said in stage.messages]


class TestWhereItOpens:
    def test_by_the_command_with_the_answer_for_one_person(self, send, client, slack, stage, opened):
        send(command(slack, "set"))
        assert submit(client, slack, opened(), **CHOSEN).status_code == 200
        slack.until(lambda: slack.workspace.private)
        assert slack.workspace.private[0]["text"] == "Here we go."
        assert (texts(stage), slack.posted()) == ([SENTENCE], [])

    def test_by_a_button_below_the_help_of_the_command(self, send, client, slack, opened):
        send(command(slack, ""))
        slack.until(lambda: slack.workspace.private)
        help_ = {**slack.workspace.private[0], "ts": "7.0"}
        container = {"type": "message", "message_ts": "7.0", "channel_id": CHANNEL, "is_ephemeral": True}
        send(press(slack, help_, WORDS.form_title, channel=CHANNEL, container=container, message=None))
        submit(client, slack, opened(), **CHOSEN)
        slack.until(lambda: len(slack.workspace.private) == 2)
        assert slack.posted() == []

    @pytest.mark.parametrize("said", ["set", "Set", "Set up a set"])
    def test_in_a_thread_by_a_button_and_it_is_answered_in_that_thread(self, send, client, slack, stage, opened, said):
        asked = mention(said)
        (offer,) = send.answers(asked, CHANNEL)
        assert (offer["text"], texts(stage)) == (WORDS.form_here, [])
        send(press(slack, offer, WORDS.form_title, channel=CHANNEL))
        submit(client, slack, opened(), **CHOSEN)
        slack.until(lambda: len(slack.posted(CHANNEL)) == 2)
        assert slack.posted(CHANNEL)[1]["thread_ts"] == asked["event"]["ts"]

    @pytest.mark.parametrize("where", ["home", "shortcut"])
    def test_from_the_home_and_by_a_shortcut_it_is_answered_in_the_direct_messages(
        self, send, client, slack, stage, opened, where
    ):
        if where == "home":
            send(event({"type": "app_home_opened", "user": USER, "tab": "home", "channel": DIRECT}))
            view = slack.until(lambda: slack.workspace.homes.get(USER))
            send(home_press(slack, view, WORDS.form_title))
        else:
            send(shortcut(slack, CHOOSE))
        submit(client, slack, opened(), **CHOSEN)
        slack.until(lambda: [m["text"] for m in slack.posted(DIRECT)] == ["Here we go."])
        assert texts(stage) == [SENTENCE]

    def test_nobody_opens_it_by_somebody_elses_button(self, send, slack):
        (offer,) = send.answers(mention("set"), CHANNEL)
        send(press(slack, offer, WORDS.form_title, user=OTHER, channel=CHANNEL))
        slack.until(lambda: [m["text"] for m in slack.workspace.private] == [WORDS.not_yours])
        assert slack.workspace.views == {}

    def test_where_slack_no_longer_opens_it_the_user_is_told(self, send, slack):
        send(command(slack, "set") | {"trigger_id": "old.1"})
        slack.until(lambda: [m["text"] for m in slack.workspace.private] == [WORDS.form_late])

    def test_where_it_is_open_already_nothing_more_is_said(self, send, slack, opened):
        send(command(slack, "set") | {"trigger_id": "twice"})
        opened()
        send(shortcut(slack, CHOOSE) | {"trigger_id": "twice", "type": "message_action"})
        slack.next("views.open", "fails after doing it")
        send(command(slack, "set"))
        slack.until(lambda: len(slack.called("views.open")) >= 3)
        assert stays(lambda: (len(slack.workspace.views), slack.workspace.private)) == (2, [])

    def test_a_form_that_slack_refuses_fails_no_request(self, send, slack):
        slack.next("views.open", "refuses the token")
        refused = send(command(slack, "set"))
        assert (refused.status_code, refused.elapsed.total_seconds() < 1) == (200, True)
        assert len(send.answers(message("hello"))) == 1


class TestWhatItShowsAtFirst:
    def test_what_a_beginner_starts_with(self, form):
        start = FAMILY.variations[FAMILY.start_variation].names.canonical
        assert shown(form) == (start[0].upper() + start[1:], "No band", str(FAMILY.dosage.reps_per_side.default), "1")

    def test_the_version_and_the_band_of_the_last_set(self, send, slack, opened):
        store, name = HistoryStore(f"sqlite:///{send.database}"), conversation_id("slack", USER, INSTALLATION)
        last = LogEntry("s1", FAMILY.id, "lying", "green", 3, 3, 1, 1, 2)
        store.save(name, {}, [], [last], None, 2)
        try:
            send(shortcut(slack, CHOOSE))
            assert shown(opened())[:2] == (LYING, "A medium band")
        finally:
            store.forget(name)

    @pytest.mark.parametrize(
        ("entry", "variation", "load"),
        [
            ({"band": "strong"}, "lying", "strong"),
            ({"band": "pink"}, "lying", "none"),
            ({"band": "black"}, "lying", "none"),
            ({"band": None}, "lying", "none"),
            ({"variation": "of old"}, FAMILY.start_variation, "none"),
            ({"exercise": "of old", "variation": "of old"}, FAMILY.start_variation, "none"),
        ],
    )
    def test_of_a_last_set_what_can_still_be_had(self, entry, variation, load):
        last = replace(LogEntry("s1", FAMILY.id, "lying", "green", 3, 3, 1, 1, 2), **entry)
        usual = modal.usual(KNOWLEDGE, last)
        assert (usual.variation.id, usual.load) == (variation, load)

    def test_every_version_that_can_be_counted_and_every_band_is_there(self, form):
        version, band = (block["element"] for block in form["blocks"][:2])
        values = [option["value"] for group in version["option_groups"] for option in group["options"]]
        assert f"{FAMILY.id}/lying" in values
        assert not [value for value in values if value.endswith("/bridge-hold")]
        assert [option["value"] for option in band["options"]] == list(KNOWLEDGE.bands.loads)


class TestWhatIsFilledIn:
    @pytest.mark.parametrize(
        ("filled", "field", "said"),
        [
            ({"reps": "0"}, "reps", WORDS.form_bounds.format(low=1, high=30)),
            ({"reps": "31"}, "reps", WORDS.form_bounds.format(low=1, high=30)),
            ({"reps": ""}, "reps", WORDS.form_bounds.format(low=1, high=30)),
            ({"reps": "2.5"}, "reps", WORDS.form_bounds.format(low=1, high=30)),
            ({"reps": "9" * 5_000}, "reps", WORDS.form_bounds.format(low=1, high=30)),
            ({"sets": "6"}, "sets", WORDS.form_bounds.format(low=1, high=5)),
            ({"sets": "-1"}, "sets", WORDS.form_bounds.format(low=1, high=5)),
            ({"version": LYING, "band": "A very strong band"}, "band", "a strong band"),
            ({"version": "Standing march with a band"}, "band", "a light band"),
        ],
    )
    def test_what_cannot_be_had_is_said_beside_the_field_and_the_form_stays(
        self, client, slack, stage, form, filled, field, said
    ):
        reply = submit(client, slack, form, **filled)
        assert (reply.status_code, reply.json()["response_action"]) == (200, "errors")
        assert list(reply.json()["errors"]) == [field]
        assert said in reply.json()["errors"][field]
        assert stays(lambda: texts(stage)) == []

    def test_it_can_be_mended_and_sent_again(self, client, slack, stage, form):
        submit(client, slack, form, **CHOSEN | {"reps": "99"})
        assert submit(client, slack, form, **CHOSEN).content == b""
        slack.until(lambda: texts(stage) == [SENTENCE])

    def test_a_version_that_is_gone_by_now_is_said_so(self, client, slack, stage, form):
        sent = submission(slack, form)
        sent["view"]["state"]["values"]["version"]["version"]["selected_option"]["value"] = "of/old"
        content, kind = encoded(sent)
        reply = client.post("/webhooks/slack/events", content=content, headers=signed(content, kind))
        assert reply.json()["errors"] == {"version": WORDS.form_no_version}

    @pytest.mark.parametrize("values", [{}, {"version": None}, {"version": {"version": {"selected_option": None}}}])
    def test_a_form_of_another_version_fails_nothing(self, client, slack, stage, form, values):
        sent = submission(slack, form)
        sent["view"]["state"]["values"] = values
        content, kind = encoded(sent)
        reply = client.post("/webhooks/slack/events", content=content, headers=signed(content, kind))
        assert reply.json()["errors"] == {"version": WORDS.form_no_version}

    @pytest.mark.parametrize("kept", ["", "nothing", "[]", json.dumps({"channel": "C1", "of_old": 1})])
    def test_where_it_does_not_say_its_place_it_goes_to_the_direct_messages(self, client, slack, form, kept):
        submit(client, slack, {**form, "private_metadata": kept}, **CHOSEN)
        slack.until(lambda: [m["text"] for m in slack.posted(DIRECT)] == ["Here we go."])

    def test_the_acknowledgement_does_not_wait_for_the_coach(self, client, slack, stage, form):
        slack.next("chat.postMessage", "does not answer")
        assert submit(client, slack, form, **CHOSEN).elapsed.total_seconds() < 1
        slack.until(lambda: slack.posted(DIRECT))


def test_a_place_comes_back_as_it_went_in():
    place = Place(CHANNEL, "1.0", "https://hooks.slack.test/1")
    view = modal.view(KNOWLEDGE, WORDS, modal.usual(KNOWLEDGE, None), place)
    assert modal.place_of(view) == place
