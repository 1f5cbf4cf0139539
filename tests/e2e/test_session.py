"""One whole session in the wire form, and what the design says about its numbers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.coach import Reply, Talk

pytestmark = pytest.mark.e2e

SPLICE_AFTER_MS = 1_500
REP_MS = 8_000
FIRST_REP_MS = 8_000
LEG_MS = 4_000


def _cues(reply: Reply, *kinds: str) -> list[dict[str, Any]]:
    return [cue for cue in reply.session["plan"]["cues"] if cue["kind"] in kinds]


@pytest.fixture
def started(talk: Talk) -> Reply:
    reply = talk.say("Start eight reps with the yellow band")
    assert reply.action == "start", reply.texts
    return reply


def test_start_in_the_form_of_the_design(started: Reply) -> None:
    session = started.session
    assert started.custom["v"] == 1
    assert session["rev"] == 1
    assert session["at"] is None
    assert session["prescription"] == {
        "exercise": "banded-psoas-march",
        "variation": "standing-band",
        "band": "yellow",
        "reps_per_side": 8,
        "sets": 1,
        "rest_s": 60,
        "start_side": "right",
        "tempo_s": {"lift": 1.0, "hold": 1.0, "lower": 2.0},
    }
    assert session["plan"]["duration_ms"] == 74_000


def test_the_cues_stand_where_the_design_says(started: Reply) -> None:
    cues = started.session["plan"]["cues"]
    assert {
        "at_ms": 0,
        "key": "get_ready",
        "text": "Get ready",
        "kind": "phase",
        "side": None,
        "rep": None,
        "set": 1,
    } in cues
    assert [cue["at_ms"] for cue in _cues(started, "count_in")] == [5_000, 6_000, 7_000]
    sides = _cues(started, "side")
    counts = _cues(started, "count")
    assert [FIRST_REP_MS + n * LEG_MS for n in range(16)] == [cue["at_ms"] for cue in sides]
    assert [FIRST_REP_MS + 1_000 + n * LEG_MS for n in range(16)] == [cue["at_ms"] for cue in counts]
    assert [cue["side"] for cue in sides] == ["right", "left"] * 8
    assert [n // 2 + 1 for n in range(16)] == [cue["rep"] for cue in counts]
    assert [cue["text"] for cue in sorted([*sides, *counts], key=lambda cue: cue["at_ms"])[:6]] == [
        "Right",
        "one",
        "Left",
        "one",
        "Right",
        "two",
    ]
    assert 72_000 <= _cues(started, "done")[0]["at_ms"] < 74_000
    assert {"lift", "hold", "lower"} <= {cue["key"] for cue in cues if cue["text"] is None}


def test_pause_keeps_the_place_and_resume_counts_in_and_repeats_the_rep(talk: Talk, started: Reply) -> None:
    paused = talk.say("pause", report=started.at(13_500))
    assert paused.responses == ["paused"]
    assert paused.action == "pause"
    assert paused.session["at"] == {"set": 1, "rep": 1, "side": "left", "position_ms": 13_500}
    resumed = talk.say("go on", report=paused.at(13_500))
    assert resumed.action == "resume"
    assert started.session["id"] == resumed.session["id"]
    assert started.session["rev"] < resumed.session["rev"]
    assert [cue["at_ms"] for cue in _cues(resumed, "count_in")] == [0, 1_000, 2_000]
    first = _cues(resumed, "side")[0]
    assert (first["at_ms"], first["side"], first["rep"], first["set"]) == (3_000, "left", 1, 1)
    assert len(_cues(resumed, "count")) == 15


def test_slower_splices_at_a_rep_boundary_well_ahead(talk: Talk, started: Reply) -> None:
    reply = talk.say("slower", report=started.at(13_500))
    assert reply.responses == ["tempo_changed"]
    assert reply.action == "replan"
    splice = reply.session["splice_at_ms"]
    assert splice >= 13_500 + SPLICE_AFTER_MS
    assert splice < 13_500 + SPLICE_AFTER_MS + REP_MS
    assert (splice - FIRST_REP_MS) % LEG_MS == 0
    assert reply.session["prescription"]["tempo_s"] == {"lift": 1.3, "hold": 1.3, "lower": 2.5}
    first = _cues(reply, "side")[0]
    assert first["at_ms"] == 0
    done = (splice - FIRST_REP_MS) // LEG_MS
    assert (done // 2 + 1, ["right", "left"][done % 2]) == (first["rep"], first["side"])
    assert 16 - done == len(_cues(reply, "count"))


def test_an_old_rev_and_a_foreign_id_do_not_place_the_session(talk: Talk, started: Reply) -> None:
    replanned = talk.say("slower", report=started.at(13_500))
    late = talk.say("how many left", report={"id": started.session["id"], "rev": 0, "position_ms": 70_000})
    foreign = talk.say("how many left", report={"id": "another", "rev": 9, "position_ms": 70_000})
    assert replanned.action == "replan"
    assert late.responses == foreign.responses == ["left"]
    assert not late.texts[0].startswith("0 ")


def test_a_question_pauses_and_answers_in_one_turn(talk: Talk, started: Reply) -> None:
    reply = talk.say("what should my back do", report=started.at(21_000))
    assert reply.responses == ["answer", "offer_resume"]
    assert reply.action == "pause"
    assert {part: reply.session["at"][part] for part in ("set", "rep", "side")} == {"set": 1, "rep": 2, "side": "left"}
    assert reply.answer["intent"] == "ask_back"
    resumed = talk.say("yes")
    assert resumed.action == "resume"
    assert (_cues(resumed, "side")[0]["rep"], _cues(resumed, "side")[0]["side"]) == (2, "left")


def test_pain_stops_first_and_then_asks(talk: Talk, started: Reply) -> None:
    reply = talk.say("ow", report=started.at(30_000))
    assert reply.responses[0] == "stop_pain"
    assert reply.action == "stop"
    assert "plan" not in reply.session
    assert reply.says("triage_where")
    choice = talk.say("it is a pull in my hip")
    assert choice.says("triage_choice"), choice.texts
    assert talk.say("start").says("is_pain_gone")
    assert talk.say("yes it is gone").says("pain_gone")


def test_a_red_flag_lets_no_set_start_again(talk: Talk, started: Reply) -> None:
    reply = talk.say("I feel dizzy", report=started.at(30_000))
    assert reply.responses == ["stop_red_flag", "red_flag_advice"]
    assert reply.action == "stop"
    for said in ("go on", "the pain is gone", "start eight reps", "yes"):
        assert talk.say(said).action in (None, "stop"), said
    assert talk.say("start ten reps").says("red_flag_no_set")


def test_stop_sums_up(talk: Talk, started: Reply) -> None:
    reply = talk.say("stop", report=started.at(FIRST_REP_MS + 2 * REP_MS + LEG_MS + 100))
    assert reply.responses == ["stop_now", "stopped"]
    assert reply.action == "stop"
    assert started.session["id"] == reply.session["id"]
    assert (reply.session["summary"]["done_right"], reply.session["summary"]["done_left"]) == (3, 2)


def test_the_end_asks_how_hard_it_was_and_the_log_knows_it(talk: Talk) -> None:
    assert talk.say("how am I doing").says("no_history")
    finished = talk.finish(talk.say("start two reps"))
    assert finished.responses == ["finished", "how_hard"]
    assert talk.say(finished.buttons["Easy"]).says("next_time_harder")
    log = talk.say("how am I doing")
    assert log.says("history")
    assert log.says("history_effort_easy")
    history = log.answer["history"]
    assert (history["sessions"], history["reps"], history["last_effort"]) == (1, 4, "easy")


def test_what_the_player_did_by_itself_is_answered(talk: Talk, started: Reply) -> None:
    paused = talk.say("", report=started.at(20_000, events=[{"type": "paused", "position_ms": 20_000}]))
    assert paused.responses == ["report_paused"]
    resumed = talk.say("", report=started.at(20_500, events=[{"type": "resumed", "position_ms": 20_000}]))
    assert resumed.responses == ["report_counting"]
    stopped = talk.say("", report=started.at(30_000, events=[{"type": "stopped", "position_ms": 30_000}]))
    assert stopped.says("report_noted") or stopped.says("how_hard"), stopped.texts
    assert talk.say("how many left").says("nothing_to_count")


def test_pain_by_the_players_button(talk: Talk, started: Reply) -> None:
    reply = talk.say("", report=started.at(20_000, events=[{"type": "pain", "position_ms": 20_000}]))
    assert reply.responses == ["stop_pain", "triage_where"]
    assert reply.action == "stop"
    later = talk.say("", report=started.at(20_000))
    assert later.says("report_hurt") or later.says("report_noted"), later.texts


def test_a_set_without_a_player_is_placed_by_the_clock(talk: Talk) -> None:
    talk.say("start eight reps")
    assert talk.say("how many left").texts[0].startswith("8 right and 8 left")
