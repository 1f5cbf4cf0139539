"""The id of a track: signed, and all that any server of this installation needs to render it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args

from countoff.errors import CountoffError, TrackIdError
from countoff.exercises.cues import load_cue_book
from countoff.session.grid import Grid, LeadIn, Position, make_grid
from countoff.session.plan import Plan, make_plan
from countoff.session.prescription import SIDES, Prescription, Tempo
from countoff.speech.encode import FORMATS

LONGEST = 512
"""The longest id, in characters: it fits into an address of SSML and into every proxy's log line."""

_MOST_FORM_CUES = 16
_VERSION = b"\x01"
_MAC_BYTES = 16


@dataclass(frozen=True)
class TrackSpec:
    """All that decides what is heard in a track.

    Attributes:
        prescription: what is to be done.
        start: the first rep; None for the first of the session.
        lead_in: what comes before it.
        form_cues: ids of the form cues that may be spoken, at most sixteen.
        format: a name of ``encode.FORMATS``.
        tick: whether a click marks every phase.
        language: two letters, of a cue book that there is.
        rest_ms: how much of its rest a lead-in ``rest`` still has, in milliseconds; None for the whole.
        until: the first rep that is not heard; None for the whole plan.

    Raises:
        TrackIdError: a value cannot be used, or there is no such rep.
    """

    prescription: Prescription
    start: Position | None = None
    lead_in: LeadIn = "get_ready"
    form_cues: tuple[str, ...] = ()
    format: str = "mp3"
    tick: bool = False
    language: str = "en"
    rest_ms: int | None = None
    until: Position | None = None

    def __post_init__(self) -> None:
        for is_right, what in self._checks():
            if not is_right:
                raise TrackIdError(f"a track cannot have this {what}")
        try:
            _ = self.grid
            load_cue_book(language=self.language)
            if self.until is not None:
                self.plan()
        except (ValueError, CountoffError) as error:
            raise TrackIdError(str(error)) from error

    @cached_property
    def grid(self) -> Grid:
        """The reps and rests of the whole plan."""
        return make_grid(self.prescription, self.start, self.lead_in, self.rest_ms)

    def plan(self) -> Plan:
        """The plan that the track is the sound of."""
        book = load_cue_book(language=self.language)
        plan = make_plan(self.prescription, book, self.start, self.lead_in, self.form_cues, self.rest_ms)
        return plan if self.until is None else plan.before(self.until)

    def _checks(self) -> Iterator[tuple[bool, str]]:
        yield isinstance(self.prescription, Prescription), "prescription"
        yield self.start is None or _is_place(self.start), "start"
        yield self.until is None or _is_place(self.until), "end"
        yield self.lead_in in get_args(LeadIn), "lead-in"
        # Before the first set there is nothing to rest from.
        yield self.lead_in != "rest" or (self.start is not None and self.start.set > 1), "rest before it"
        yield _are_names(self.form_cues), "list of form cues"
        yield isinstance(self.format, str) and self.format in FORMATS, "format"
        yield isinstance(self.tick, bool), "tick"
        yield _is_language(self.language), "language"
        yield self.rest_ms is None or self._is_left(self.rest_ms), "rest that is left"

    def _is_left(self, rest_ms: Any) -> bool:
        return self.lead_in == "rest" and type(rest_ms) is int and 0 < rest_ms <= self.prescription.rest_s * 1000


def make_track_id(spec: TrackSpec, secret: str) -> str:
    """The id of a track: letters, digits, ``-`` and ``_``, at most ``LONGEST`` characters.

    The same spec has the same id on every server with the same secret. It holds nothing about a person, and whoever
    has it can read it.

    Args:
        spec: what is heard.
        secret: the secret of the installation.

    Raises:
        TrackIdError: the names in the prescription are so long that no id can hold them.
        ValueError: the secret is empty.
    """
    signed = _VERSION + json.dumps(_to_json(spec), separators=(",", ":")).encode()
    made = base64.urlsafe_b64encode(_mac(signed, secret) + signed).decode().rstrip("=")
    if len(made) > LONGEST:
        raise TrackIdError(f"the id of this track would have {len(made)} characters; at most {LONGEST} are allowed")
    return made


def read_track_id(text: str, secret: str) -> TrackSpec:
    """What an id asks for. Nothing in it is looked at before its signature is found right.

    Args:
        text: the id, from outside.
        secret: the secret of the installation.

    Raises:
        TrackIdError: it is too long, malformed, forged, of another version, or asks for what is not allowed.
        ValueError: the secret is empty.
    """
    given = _bytes(text)
    mac, signed = given[:_MAC_BYTES], given[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(signed, secret)):
        raise TrackIdError("this id was not made here")
    if signed[:1] != _VERSION:
        raise TrackIdError("this id is of another version; ask for a new one")
    try:
        return _from_json(json.loads(signed[1:]))
    except TrackIdError:
        raise
    except (CountoffError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise TrackIdError(f"this id asks for what is not allowed: {error}") from error


def spec_from_session(session: Mapping[str, Any], form: str = "mp3", tick: bool = False) -> TrackSpec | None:
    """The track of the plan that a reply carries.

    Args:
        session: ``custom.session`` of a reply.
        form: a name of ``encode.FORMATS``.
        tick: whether a click marks every phase.

    Returns:
        A spec whose plan is exactly the plan of the reply; None where the reply has no plan, or where no spec gives
        the same one.
    """
    try:
        wired = Plan.from_wire(session["plan"])
        return _spec(session, wired, form, tick)
    except (CountoffError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None


def _spec(session: Mapping[str, Any], plan: Plan, form: str, tick: bool) -> TrackSpec:
    prescription = Prescription.from_wire(session["prescription"])
    first = plan.sides[0]
    start = plan.position_at(first.at_ms)
    form_cues = _tuple(session.get("form_cues", []))
    # Most lead-ins have a length of their own; a rest that was held may have any, so the plan itself decides.
    for lead, rest_ms in _lead_ins(prescription, start, first.at_ms):
        spec = TrackSpec(prescription, start, lead, form_cues, form, tick, rest_ms=rest_ms)
        if spec.plan() == plan:
            return spec
    raise TrackIdError("no track sounds like this plan")


def _lead_ins(prescription: Prescription, start: Position, length_ms: int) -> Iterator[tuple[LeadIn, int | None]]:
    for lead in get_args(LeadIn):
        if make_grid(prescription, start, lead).slots[0].start_ms == length_ms:
            yield lead, None
    if start.set > 1:
        yield "rest", length_ms


def _to_json(spec: TrackSpec) -> dict[str, Any]:
    made = spec.prescription
    names = [made.exercise, made.variation, made.band]
    # Without the names of the fields an id is a third shorter.
    numbers = [made.reps_per_side, made.sets, made.rest_s, made.start_side, *made.tempo.to_wire().values()]
    return {
        "p": [*names, *numbers],
        "s": _place(spec.start),
        "i": spec.lead_in,
        "c": list(spec.form_cues),
        "f": spec.format,
        "t": spec.tick,
        "l": spec.language,
        "r": spec.rest_ms,
        **({"u": _place(spec.until)} if spec.until else {}),
    }


def _place(position: Position | None) -> list[Any] | None:
    return None if position is None else [position.set, position.rep, position.side]


def _from_json(data: Any) -> TrackSpec:
    start, until = (Position(*place) if place is not None else None for place in (data["s"], data.get("u")))
    exercise, variation, band, reps, sets, rest_s, side, *tempo = data["p"]
    prescription = Prescription(exercise, variation, band, reps, sets, rest_s, side, Tempo(*tempo))
    return TrackSpec(
        prescription, start, data["i"], _tuple(data["c"]), data["f"], data["t"], data["l"], data["r"], until
    )


def _tuple(names: Any) -> tuple[Any, ...]:
    if not isinstance(names, list):
        raise TypeError(f"form cues are a list, not {type(names).__name__}")
    return tuple(names)


def _mac(signed: bytes, secret: str) -> bytes:
    if not secret:
        raise ValueError("the secret of the installation is empty")
    # A key for this purpose alone: nothing else that is signed with the secret can pass for an id.
    key = hmac.digest(secret.encode(), b"countoff track id", hashlib.sha256)
    return hmac.digest(key, signed, hashlib.sha256)[:_MAC_BYTES]


def _bytes(text: str) -> bytes:
    if len(text) > LONGEST:
        raise TrackIdError(f"an id has at most {LONGEST} characters")
    try:
        given = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise TrackIdError("an id has only letters, digits, - and _") from error
    # One track has one id: the spare bits of the last character are nobody's to choose.
    if base64.urlsafe_b64encode(given).decode().rstrip("=") != text:
        raise TrackIdError("this id was not made here")
    return given


def _is_place(place: Any) -> bool:
    return isinstance(place, Position) and type(place.set) is type(place.rep) is int and place.side in SIDES


def _are_names(names: Any) -> bool:
    return isinstance(names, tuple) and len(names) <= _MOST_FORM_CUES and all(isinstance(name, str) for name in names)


def _is_language(name: Any) -> bool:
    # It becomes a part of a file name.
    return isinstance(name, str) and len(name) == 2 and name.isascii() and name.isalpha() and name.islower()
