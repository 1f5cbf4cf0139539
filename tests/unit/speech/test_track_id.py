"""Ids of tracks: whatever is signed comes back as it was, and nothing else comes in."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from countoff.errors import TrackIdError
from countoff.exercises.cues import load_cue_book
from countoff.session import Position, Prescription, SessionState, Tempo, command
from countoff.session.grid import LeadIn
from countoff.speech import track_id
from countoff.speech.encode import FORMATS
from countoff.speech.track_id import LONGEST, TrackSpec, make_track_id, read_track_id, spec_from_session

BOOK = load_cue_book()
SECRET = "a secret of the tests"
MARCH = Prescription("banded-psoas-march", "standing-band", "yellow", 8, 3, 30, "right", Tempo(1, 1, 2))
SPEC = TrackSpec(MARCH, Position(2, 3, "left"), "resume", ("core", "lean"), "mp3_16k", True)

phases = st.integers(5, 60).map(lambda tenths: tenths / 10)
prescriptions = st.builds(
    Prescription,
    exercise=st.text(min_size=1, max_size=8).filter(str.strip),
    variation=st.sampled_from(["standing-band", "bench-elevated-feet"]),
    band=st.sampled_from([None, "yellow", "grün"]),
    reps_per_side=st.integers(1, 30),
    sets=st.integers(1, 5),
    rest_s=st.integers(10, 300),
    start_side=st.sampled_from(["left", "right"]),
    tempo=st.builds(Tempo, phases, phases, phases),
)


@st.composite
def specs(draw: Any) -> TrackSpec:
    made = draw(prescriptions)
    side = draw(st.sampled_from(["left", "right"]))
    place = Position(draw(st.integers(1, made.sets)), draw(st.integers(1, made.reps_per_side)), side)
    return TrackSpec(
        made,
        draw(st.sampled_from([None, place])),
        draw(st.sampled_from(["get_ready", "resume", "none"])),
        tuple(draw(st.lists(st.sampled_from(BOOK.form_keys()), max_size=4))),
        draw(st.sampled_from(list(FORMATS))),
        draw(st.booleans()),
    )


@example_settings(max_examples=50, deadline=None)
@given(specs())
def test_an_id_comes_back_as_what_it_was_made_from(spec: TrackSpec) -> None:
    made = make_track_id(spec, SECRET)
    assert read_track_id(made, SECRET) == spec
    assert re.fullmatch(r"[A-Za-z0-9_-]{60,512}", made)


def test_a_track_may_end_before_the_plan_does() -> None:
    short = replace(SPEC, until=Position(3, 1, "right"))
    assert read_track_id(make_track_id(short, SECRET), SECRET) == short
    assert short.plan() == SPEC.plan().before(Position(3, 1, "right"))


@pytest.mark.parametrize("until", [SPEC.start, Position(1, 1, "right"), Position(9, 1, "left"), "later"])
def test_a_track_cannot_end_before_it_begins(until: Any) -> None:
    with pytest.raises(TrackIdError):
        replace(SPEC, until=until)


def test_the_same_track_has_the_same_id_everywhere() -> None:
    again = TrackSpec(Prescription.from_wire(json.loads(json.dumps(MARCH.to_wire()))), *(SPEC.start, SPEC.lead_in))
    assert make_track_id(replace(SPEC, form_cues=(), format="mp3", tick=False), SECRET) == make_track_id(again, SECRET)


def test_an_id_has_room_for_the_longest_names_that_there_are() -> None:
    longest = replace(MARCH, exercise="x" * 32, variation="v" * 40, band="multicoloured")
    form_cues = sorted(BOOK.form_keys(), key=len)[-5:]
    assert len(make_track_id(TrackSpec(longest, SPEC.start, "get_ready", tuple(form_cues)), SECRET)) <= LONGEST


def test_names_that_no_id_can_hold_are_refused() -> None:
    with pytest.raises(TrackIdError, match="at most 512"):
        make_track_id(TrackSpec(replace(MARCH, exercise="x" * 400)), SECRET)


def signed(body: bytes, version: bytes = b"\x01") -> str:
    """An id with the right signature, whatever it holds: only the server itself could make it."""
    content = version + body
    return base64.urlsafe_b64encode(track_id._mac(content, SECRET) + content).decode().rstrip("=")


def changed(**fields: Any) -> str:
    body = {**track_id._to_json(SPEC), **fields}
    return signed(json.dumps(body).encode())


FIELDS = ("exercise", "variation", "band", "reps_per_side", "sets", "rest_s", "start_side", "lift", "hold", "lower")


def prescribed(**fields: Any) -> str:
    right = {**MARCH.to_wire(), **MARCH.tempo.to_wire()}
    assert set(fields) <= set(FIELDS)
    return changed(p=[{**right, **fields}[name] for name in FIELDS])


GOOD = make_track_id(SPEC, SECRET)


def flipped(place: int) -> str:
    letter = "A" if GOOD[place] != "A" else "B"
    return GOOD[:place] + letter + GOOD[place + 1 :]


def test_what_this_file_signs_is_taken_where_nothing_is_wrong() -> None:
    assert read_track_id(prescribed(), SECRET) == SPEC


class TestRefused:
    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("", id="empty"),
            pytest.param("A", id="one letter"),
            pytest.param("A" * 20, id="shorter than a signature"),
            pytest.param("A" * LONGEST, id="zeros"),
            pytest.param("A" * (LONGEST + 1), id="too long"),
            pytest.param(GOOD + "=", id="padded"),
            pytest.param(GOOD + "\n", id="with a line end"),
            pytest.param(" " + GOOD, id="with a space"),
            pytest.param(GOOD[:-1] + "/", id="with a slash"),
            pytest.param("ü" + GOOD[1:], id="not ASCII"),
            pytest.param(GOOD[:-4], id="cut off"),
            pytest.param(GOOD + "AAAA", id="longer than signed"),
            pytest.param("../../etc/passwd", id="a path"),
            pytest.param(make_track_id(SPEC, SECRET + "."), id="signed with another secret"),
            pytest.param(signed(zlib.compress(b"[" * 10_000_000)), id="a bomb"),
            pytest.param(signed(b"[" * 300), id="nested lists"),
            pytest.param(signed(b"\xff\xfe"), id="not UTF-8"),
            pytest.param(signed(b"null"), id="nothing"),
            pytest.param(signed(b"{}"), id="an empty object"),
            pytest.param(signed(json.dumps(track_id._to_json(SPEC)).encode(), b"\x02"), id="another version"),
            pytest.param(prescribed(reps_per_side=31), id="31 reps"),
            pytest.param(prescribed(reps_per_side=1e9), id="a billion reps"),
            pytest.param(prescribed(reps_per_side=True), id="reps are a truth"),
            pytest.param(prescribed(sets=6), id="6 sets"),
            pytest.param(prescribed(rest_s=86_400), id="a rest of a day"),
            pytest.param(prescribed(lift=0.01), id="too fast"),
            pytest.param(prescribed(hold=float("nan")), id="no tempo"),
            pytest.param(prescribed(start_side="up"), id="a side that there is not"),
            pytest.param(prescribed(exercise=["a"]), id="an exercise that is a list"),
            pytest.param(changed(p=["march"]), id="half a prescription"),
            pytest.param(changed(s=[4, 1, "left"]), id="a set that there is not"),
            pytest.param(changed(s=[1, 9, "left"]), id="a rep that there is not"),
            pytest.param(changed(s=[1, 1.0, "left"]), id="a rep that is no whole number"),
            pytest.param(changed(s=[1, 1, "up"]), id="a start on no side"),
            pytest.param(changed(s=[1]), id="half a start"),
            pytest.param(changed(s=None, i="rest"), id="a rest before the first set"),
            pytest.param(changed(i="drum_roll"), id="a lead-in that there is not"),
            pytest.param(changed(i=["rest"]), id="a list of lead-ins"),
            pytest.param(changed(c="core"), id="form cues in one string"),
            pytest.param(changed(c=["core"] * 17), id="too many form cues"),
            pytest.param(changed(c=[1]), id="form cues that are numbers"),
            pytest.param(changed(f="exe"), id="a format that there is not"),
            pytest.param(changed(f=["mp3"]), id="a list of formats"),
            pytest.param(changed(t=1), id="a tick that is a number"),
            pytest.param(changed(l="xx"), id="a language that there is not"),
            pytest.param(changed(l=".."), id="a language that is a path"),
        ],
    )
    def test_what_is_not_an_id_of_ours(self, text: str) -> None:
        with pytest.raises(TrackIdError):
            read_track_id(text, SECRET)

    def test_a_change_anywhere(self) -> None:
        for place in range(len(GOOD)):
            with pytest.raises(TrackIdError, match="not made here"):
                read_track_id(flipped(place), SECRET)

    @example_settings(max_examples=100)
    @given(st.text(max_size=600))
    def test_any_text(self, text: str) -> None:
        with pytest.raises(TrackIdError):
            read_track_id(text, SECRET)

    def test_nothing_is_parsed_before_the_signature_is_right(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def never(*_: object, **__: object) -> None:
            raise AssertionError("parsed")

        monkeypatch.setattr(track_id.json, "loads", never)
        with pytest.raises(TrackIdError, match="not made here"):
            read_track_id(flipped(40), SECRET)
        with pytest.raises(AssertionError, match="parsed"):
            read_track_id(GOOD, SECRET)

    @pytest.mark.parametrize("ask", [lambda: make_track_id(SPEC, ""), lambda: read_track_id(GOOD, "")])
    def test_an_empty_secret_signs_nothing(self, ask: Callable[[], object]) -> None:
        with pytest.raises(ValueError, match="secret of the installation is empty"):
            ask()


@pytest.mark.parametrize(
    ("field", "value"),
    [("prescription", {}), ("start", (1, 1, "left")), ("lead_in", None), ("form_cues", ["core"]), ("rest_ms", "5")],
)
def test_a_spec_of_the_wrong_types_is_refused_at_once(field: str, value: Any) -> None:
    with pytest.raises(TrackIdError, match="a track cannot have this"):
        replace(SPEC, **{field: value})


class Talk:
    """A session, word by word, on the real engine."""

    def __init__(
        self, sets: int = 3, form_cues: tuple[str, ...] = ("core", "lean"), tempo: Tempo | None = None
    ) -> None:
        self.state: SessionState | None = None
        prescription = replace(MARCH, sets=sets, tempo=tempo or MARCH.tempo)
        self.wire = self.say("start", 0, session_id="one", prescription=prescription, form_cues=form_cues)

    def say(self, verb: str, now_ms: int, **args: Any) -> dict[str, Any]:
        """What a client gets, after it went through JSON."""
        step = command(self.state, verb, now_ms, BOOK, **args)
        assert step.wire is not None
        assert step.state is not None
        self.state = step.state
        wire = {"form_cues": list(step.state.form_cues), **step.wire}
        self.wire = json.loads(json.dumps(wire))
        return self.wire


def started(talk: Talk) -> LeadIn:
    return "get_ready"


def resumed(talk: Talk) -> LeadIn:
    talk.say("pause", 27_500)
    talk.say("resume", 60_000)
    return "resume"


def resumed_in_a_rest(talk: Talk) -> LeadIn:
    talk.say("pause", 80_000)
    talk.say("resume", 90_000)
    return "rest"


def resumed_when_a_rest_is_over(talk: Talk) -> LeadIn:
    talk.say("pause", 80_000)
    talk.say("resume", 900_000)
    return "resume"


def resumed_in_a_new_place(talk: Talk) -> LeadIn:
    talk.say("pause", 27_500)
    talk.say("resume", 60_000, set_up=True)
    return "get_ready"


def rest_skipped(talk: Talk) -> LeadIn:
    talk.say("skip", 80_000)
    return "resume"


def set_skipped(talk: Talk) -> LeadIn:
    talk.say("skip", 20_000)
    return "rest"


def slowed(talk: Talk) -> LeadIn:
    talk.say("slower", 21_000)
    return "none"


def quickened_twice(talk: Talk) -> LeadIn:
    talk.say("faster", 21_000)
    talk.say("faster", 22_000)
    return "none"


def slowed_in_a_rest(talk: Talk) -> LeadIn:
    talk.say("slower", 80_000)
    return "none"


def slowed_then_resumed(talk: Talk) -> LeadIn:
    slowed(talk)
    return resumed(talk)


@pytest.mark.parametrize("form_cues", [(), ("core", "lean"), ("back_rounds",), BOOK.form_keys()], ids=len)
@pytest.mark.parametrize(
    "happens",
    [
        started, resumed, resumed_in_a_rest, resumed_when_a_rest_is_over, resumed_in_a_new_place, rest_skipped,
        set_skipped, slowed, quickened_twice, slowed_in_a_rest, slowed_then_resumed,
    ],
)  # fmt: skip
def test_the_track_of_a_reply_is_the_sound_of_its_plan(
    happens: Callable[[Talk], LeadIn], form_cues: tuple[str, ...]
) -> None:
    talk = Talk(form_cues=form_cues)
    lead_in = happens(talk)
    spec = spec_from_session(talk.wire, "flac", tick=True)
    assert spec is not None
    assert spec.plan().to_wire() == talk.wire["plan"]
    assert (spec.lead_in, spec.format, spec.tick) == (lead_in, "flac", True)
    assert read_track_id(make_track_id(spec, SECRET), SECRET) == spec


def test_the_form_cues_are_in_the_plan_that_this_compares() -> None:
    assert {"core", "lean"} <= {cue["key"] for cue in Talk().wire["plan"]["cues"]}


WIRE = Talk().wire


@pytest.mark.parametrize(
    "session",
    [
        pytest.param({}, id="empty"),
        pytest.param({"action": "stop"}, id="a bare stop"),
        pytest.param({**WIRE, "plan": None}, id="no plan"),
        pytest.param({**WIRE, "plan": {"duration_ms": 1000, "cues": []}}, id="no cues"),
        pytest.param({**WIRE, "plan": {"duration_ms": 1000, "cues": [{"at_ms": 0}]}}, id="half a cue"),
        pytest.param({**WIRE, "prescription": None}, id="no prescription"),
        pytest.param({**WIRE, "form_cues": None}, id="form cues are nothing"),
        pytest.param({**WIRE, "form_cues": []}, id="form cues that are not told"),
        pytest.param({**WIRE, "prescription": {**WIRE["prescription"], "rest_s": 31}}, id="the plan of another"),
    ],
)
def test_no_track_rather_than_a_wrong_one(session: dict[str, Any]) -> None:
    assert spec_from_session(session) is None


@pytest.mark.parametrize("verb", ["pause", "stop"])
def test_a_reply_without_a_plan_has_no_track(verb: str) -> None:
    assert spec_from_session(Talk().say(verb, 20_000)) is None
