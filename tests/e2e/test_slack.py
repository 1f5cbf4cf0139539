"""Slack as its members see it: signed requests over HTTP to the real servers, answers in a stand-in for its Web API."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest

from countoff.channels.slack.fake import CHANNEL, DIRECT, FakeSlack
from countoff.channels.slack.fake.requests import command, encoded, mention, message, press, signed
from countoff.channels.slack.modal import Choice, counted
from countoff.channels.slack.words import NAME, SlackWords
from countoff.channels.words import read_words
from countoff.exercises import load_knowledge
from countoff.session.prescription import REPS_PER_SIDE, SETS
from tests.e2e.coach import Coach
from tests.e2e.slack_member import URL, Member, over_http, titles

pytestmark = pytest.mark.e2e

SETTLED_S = 1.5


@pytest.fixture
def member(coach: Coach, slack: FakeSlack) -> Member:
    return Member(slack, over_http(coach.client))


@pytest.fixture
def killed(coach: Coach) -> Iterator[Coach]:
    yield coach
    if coach.servers.rasa is None or coach.servers.rasa.poll() is not None:
        coach.restart_rasa()


def test_a_direct_message_is_answered_with_its_source_and_four_buttons_at_most(member: Member) -> None:
    answer = member.says("which band should I use")
    kinds = [block["type"] for block in answer["blocks"]]
    assert "thread_ts" not in answer
    assert kinds.count("context") == 1
    assert 1 <= sum(len(block["elements"]) for block in answer["blocks"] if block["type"] == "actions") <= 4
    assert "band" in answer["text"]


def test_a_mention_is_answered_in_its_thread_and_the_thread_goes_on(member: Member) -> None:
    asked = mention("how deep should I go", member.user)
    thread = asked["event"]["ts"]
    member.send(asked)
    member.slack.until(lambda: member.answers(CHANNEL, thread))
    member.send(message("and which band", member.user, CHANNEL, thread_ts=thread))
    member.slack.until(lambda: len(member.answers(CHANNEL, thread)) == 2)
    other = Member(member.slack, member.send)
    other.send(message("nice one", other.user, CHANNEL, thread_ts=thread))
    member.send(message("lunch?", member.user, CHANNEL))
    time.sleep(SETTLED_S)
    assert len(member.answers(CHANNEL, thread)) == 2


def test_a_command_is_answered_for_one_person_alone(member: Member) -> None:
    before = len(member.slack.workspace.private)
    member.send(command(member.slack, "which band should I use", member.user))
    member.slack.until(lambda: len(member.slack.workspace.private) > before)
    assert member.slack.workspace.private[before]["response_type"] == "ephemeral"
    assert "band" in member.slack.workspace.private[before]["text"]


def test_a_button_is_answered_and_marked_as_pressed(member: Member) -> None:
    answer = member.says("which band should I use")
    buttons = [e["text"]["text"] for block in answer["blocks"] if block["type"] == "actions" for e in block["elements"]]
    pressed = press(member.slack, dict(answer), buttons[0], member.user, member.direct)
    member.send(pressed)
    member.slack.until(lambda: len(member.answers()) == 2)
    member.slack.until(lambda: not [block for block in member.answers()[0]["blocks"] if block["type"] == "actions"])
    assert buttons[0] in str(member.answers()[0]["blocks"])
    member.send(pressed | {"trigger_id": "another"})
    time.sleep(SETTLED_S)
    assert len(member.answers()) == 2


def test_pain_that_is_told_in_a_channel_holds_everywhere(member: Member) -> None:
    member.send(mention("ow, my knee hurts", member.user))
    member.slack.until(lambda: [m for m in member.answers(CHANNEL) if "stop" in m["text"].lower()])
    assert "pain" in member.says("start eight reps")["text"].lower()


def test_an_event_that_comes_again_is_not_answered_again_even_after_a_restart(killed: Coach, member: Member) -> None:
    asked = message("which band should I use", member.user, member.direct)
    member.send(asked)
    member.slack.until(member.answers)
    member.send(asked)
    killed.restart_rasa()
    member.send(asked)
    assert "hips" in member.says("how high should my knee go")["text"] or len(member.answers()) == 2
    time.sleep(SETTLED_S)
    assert len(member.answers()) == 2


def test_what_was_taken_is_answered_though_the_server_is_killed(killed: Coach, member: Member) -> None:
    member.slack.next("chat.postMessage", "does not answer")
    member.send(message("which band should I use", member.user, member.direct))
    member.slack.until(lambda: [c for c in member.slack.called("chat.postMessage") if c["channel"] == member.direct])
    assert killed.servers.rasa is not None
    os.kill(killed.servers.rasa.pid, signal.SIGTERM)
    killed.restart_rasa()
    member.slack.until(member.answers, within_s=30)
    time.sleep(SETTLED_S)
    assert len(member.answers()) == 1


def test_a_set_with_a_restart_in_between(killed: Coach, member: Member) -> None:
    member.says("start six reps without a band")
    control = member.slack.until(member.recordings)[0]
    member.presses(control, "I pressed play")
    member.slack.until(lambda: titles(control) == ["Pause", "Slower", "It hurts", "Done"])
    killed.restart_rasa()
    shown = control["text"]
    member.slack.until(lambda: control["text"] != shown and "leg, rep" in control["text"], within_s=30)
    posted = len(member.answers())
    member.presses(control, "Pause")
    paused = member.slack.until(lambda: member.answers()[posted:])[0]
    assert paused["text"].startswith("STOP THE RECORDING NOW")
    assert "Paused" in paused["text"]
    number = next(title for title in titles(paused) if title.startswith(("Left, ", "Right, ")))
    member.presses(paused, number)
    member.slack.until(lambda: any(f"Last heard: {number}" in m["text"] for m in member.answers()))
    side, rep = number.lower().split(", ")
    assert f"rep {rep}, {side} leg" in member.says("go on")["text"]
    rest = member.slack.until(member.recordings)[0]
    member.presses(rest, "I have done it all")
    member.slack.until(lambda: any("6 right and 6 left" in m["text"] for m in member.answers()))
    whole, after = [f for f in member.slack.workspace.files.values() if f.get("channel") == member.direct]
    done = 2 * int(rep) - (2 if side == "right" else 1)
    # Both leave eight seconds to get into place, and what is done is not counted again.
    assert (len(whole["data"]) - len(after["data"])) * 8 / 64_000 == pytest.approx(4 * done, abs=0.5)


def test_a_set_is_chosen_in_the_form_and_its_recording_comes(member: Member) -> None:
    form = member.opens_the_form()
    wrong = member.submits(form, version="Lying march", band="A very strong band")
    assert wrong["response_action"] == "errors"
    private = len(member.slack.workspace.private)
    assert member.submits(form, version="Lying march", band="A medium band", reps="5", sets="2") == {}
    member.slack.until(member.recordings)
    assert "2 sets of 5 a side, the lying march" in member.slack.workspace.private[private]["text"]
    member.says("stop")


def test_whatever_can_be_chosen_in_the_form_is_what_the_coach_counts(coach: Coach) -> None:
    knowledge, words = load_knowledge(), read_words(SlackWords, NAME)
    numbers = [(REPS_PER_SIDE[0], SETS[0]), (8, 3), (REPS_PER_SIDE[1], SETS[1])]
    choices = [
        Choice(family, variation, load, reps, sets)
        for family in knowledge.exercises.values()
        for variation in counted(family).values()
        for load in variation.loads
        for reps, sets in numbers
    ]
    for chosen in choices:
        plan = coach.talk().say(chosen.sentence(knowledge, words)).session["prescription"]
        found = plan["exercise"], plan["variation"], plan["band"], plan["reps_per_side"], plan["sets"]
        band = knowledge.bands.colour_of(chosen.load)
        assert found == (chosen.exercise.id, chosen.variation.id, band, chosen.reps, chosen.sets)


def test_forget_me_leaves_nothing_in_the_files(coach: Coach, member: Member) -> None:
    member.says("the axolotl in slack bit my knee")
    member.says("the pain is gone")
    member.says("forget me")
    assert "start from nothing" in member.says("yes")["text"]
    assert coach.files_with("axolotl in slack") == []
    # The request itself is erased once it is answered.
    member.slack.until(lambda: not coach.files_with(member.user))


def test_a_signature_that_is_wrong_or_old_is_refused(coach: Coach, slack: FakeSlack) -> None:
    content, kind = encoded(message("hello", channel=DIRECT))
    for headers in (signed(content, kind, secret="another"), signed(content, kind, age_s=600), {"Content-Type": kind}):
        assert coach.client.post(URL, content=content, headers=headers).status_code == 401
