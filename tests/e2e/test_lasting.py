"""Restarts, an action server that is down, several users at once, being forgotten, and long conversations."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.e2e.coach import Coach, Talk

pytestmark = pytest.mark.e2e

MORE_WAIT_S = 0.5
SLOWER_AT_MOST = 2.0
NOISE_S = 0.005


@pytest.fixture
def without_actions(coach: Coach) -> Iterator[Coach]:
    yield coach
    coach.start_actions()


def test_a_set_in_progress_survives_a_restart_of_the_action_server(coach: Coach, talk: Talk) -> None:
    started = talk.say("start eight reps with the yellow band")
    coach.start_actions()
    paused = talk.say("pause", report=started.at(21_000))
    assert paused.responses == ["paused"]
    assert (paused.session["at"]["rep"], paused.session["at"]["side"]) == (2, "left")
    coach.start_actions()
    assert talk.say("go on").action == "resume"


def test_a_set_in_progress_survives_a_restart_of_rasa(coach: Coach, talk: Talk) -> None:
    started = talk.say("start eight reps with the yellow band")
    coach.restart_rasa()
    paused = talk.say("pause", report=started.at(21_000))
    assert paused.responses == ["paused"]
    assert (paused.session["at"]["rep"], paused.session["at"]["side"]) == (2, "left")


def test_pain_is_remembered_over_restarts(coach: Coach, talk: Talk) -> None:
    talk.tell("start eight reps", "ow")
    coach.start_actions()
    coach.restart_rasa()
    assert talk.say("start").says("is_pain_gone")


@pytest.mark.parametrize(
    ("said", "words"),
    [("ow, my knee hurts", "stop_pain"), ("I feel dizzy", "stop_red_flag"), ("stop", "stop_now")],
)
def test_stop_words_come_without_an_action_server(without_actions: Coach, talk: Talk, said: str, words: str) -> None:
    started = talk.say("start eight reps")
    without_actions.stop_actions()
    reply = talk.say(said, report=started.at(25_000))
    assert [words] == reply.responses
    assert reply.action == "stop"
    talk.actions_are_down = True
    assert talk.say("which band should I use").action is None
    talk.actions_are_down = False
    without_actions.start_actions()
    assert talk.say("how many left").says("nothing_to_count"), "what was said in between is folded in"
    again = talk.say("start ten reps")
    expected = {"stop_now": "started", "stop_pain": "is_pain_gone", "stop_red_flag": "red_flag_no_set"}
    assert again.says(expected[words]), again.texts


def test_two_messages_at_once_wait_for_each_other_and_no_longer(coach: Coach, talk: Talk) -> None:
    talk.say("hello")
    ended: list[float] = []

    def ask() -> None:
        assert talk.say("which band should I use").answer["intent"] == "ask_band"
        ended.append(time.perf_counter())

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert len(ended) == 2
    assert ended[1] - ended[0] < MORE_WAIT_S


def test_users_never_see_each_others_state(coach: Coach) -> None:
    talks = [coach.talk() for _ in range(6)]

    def converse(number: int) -> tuple[int, int]:
        talk = talks[number]
        started = talk.say(f"start {number + 3} reps")
        talk.say("which band should I use")
        left = talk.say("how many left").texts[0]
        return int(started.session["prescription"]["reps_per_side"]), int(left.split()[0])

    with ThreadPoolExecutor(len(talks)) as pool:
        found = list(pool.map(converse, range(len(talks))))
    assert [(n + 3, n + 3) for n in range(len(talks))] == found


def test_forget_me_erases_every_trace(coach: Coach, talk: Talk) -> None:
    other = coach.talk()
    other.say("start eight reps")
    talk.tell("start two reps", "ow", "the axolotl bit my knee", "the pain is gone", "which band for an axolotl")
    assert coach.files_with("axolotl"), "the word was never stored, so this test would prove nothing"
    assert coach.files_with(talk.sender)
    assert talk.say("forget me").says("forget_sure")
    assert talk.say("yes").says("forgotten")
    assert coach.files_with("axolotl") == []
    assert coach.files_with(talk.sender) == []
    assert talk.say("say that again").says("nothing_to_repeat")
    assert talk.say("how am I doing").says("no_history")
    assert talk.say("start eight reps").action == "start", "the pain is forgotten too"
    assert other.say("how many left").says("left"), "others are not"


def test_logs_hold_nothing_that_was_said(coach: Coach, talk: Talk) -> None:
    talk.tell("which band for a wolpertinger", "start eight reps, wolpertinger", "stop", "/wolpertinger")
    logs = [path for path in coach.written() if path.suffix == ".log"]
    assert {"actions.log", "rasa.log"} <= {path.name for path in logs}
    assert [path.name for path in logs if b"wolpertinger" in path.read_bytes().lower()] == []


def test_the_sixtieth_turn_costs_what_the_fifth_does(coach: Coach) -> None:
    old = coach.talk()
    old.tell(*["which band should I use"] * 58)
    early: list[float] = []
    late: list[float] = []
    # One beside the other, so that whatever else this machine does slows both.
    for _ in range(9):
        new = coach.talk()
        new.tell(*["which band should I use"] * 4)
        early.append(new.say("which band should I use").seconds)
        late.append(old.say("which band should I use").seconds)
    assert statistics.median(late) <= SLOWER_AT_MOST * statistics.median(early) + NOISE_S


def test_both_servers_listen_on_this_machine_only(coach: Coach) -> None:
    wanted = {coach.servers.settings.port, coach.servers.settings.action_port}
    found: dict[int, set[str]] = {}
    for name in ("tcp", "tcp6"):
        table = Path("/proc/net", name)
        if not table.exists():
            pytest.skip("this system does not list its sockets in /proc/net")
        for line in table.read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, _, port = local.partition(":")
            if state == "0A" and int(port, 16) in wanted:
                found.setdefault(int(port, 16), set()).add(address)
    assert {port: {"0100007F"} for port in wanted} == found
