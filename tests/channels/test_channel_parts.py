"""The parts that channels share: rate, identity, metadata, words, payloads."""

from __future__ import annotations

import re

import pytest
from channel_rows import read, rows

from countoff.channels.custom import merge_custom
from countoff.channels.identity import conversation_id
from countoff.channels.metadata import MAX_STRING, MAX_VALUES, known_metadata
from countoff.channels.rate import RateLimiter
from countoff.channels.refusal import RefusalError
from countoff.channels.words import NAME, load_words
from countoff.errors import KnowledgeError


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_a_burst_passes_and_a_flood_does_not(clock):
    limiter = RateLimiter(10, clock)
    assert [limiter.wait_s("anna") for _ in range(10)] == [0.0] * 10
    assert pytest.approx(limiter.wait_s("anna")) == 0.1


def test_waiting_as_told_lets_one_more_in(clock):
    limiter = RateLimiter(2, clock)
    for _ in range(2):
        limiter.wait_s("anna")
    clock.now += limiter.wait_s("anna")
    assert limiter.wait_s("anna") == 0.0
    assert pytest.approx(limiter.wait_s("anna")) == 0.5


def test_refused_messages_do_not_prolong_the_wait(clock):
    limiter = RateLimiter(1, clock)
    limiter.wait_s("anna")
    assert [limiter.wait_s("anna") for _ in range(50)] == [1.0] * 50


def test_one_sender_does_not_slow_another(clock):
    limiter = RateLimiter(1, clock)
    assert [limiter.wait_s(sender) for sender in ("anna", "anna", "ben")] == [0.0, 1.0, 0.0]


def test_a_long_pause_saves_up_no_more_than_a_burst(clock):
    limiter = RateLimiter(3, clock)
    limiter.wait_s("anna")
    clock.now += 3_600
    assert [limiter.wait_s("anna") for _ in range(5)].count(0.0) == 3


def test_a_slow_rate_still_lets_one_in(clock):
    limiter = RateLimiter(0.5, clock)
    assert [limiter.wait_s("anna") for _ in range(2)] == [0.0, 2.0]


def test_a_burst_may_be_larger_than_a_second(clock):
    limiter = RateLimiter(0.5, clock, burst=3)
    assert [limiter.wait_s("anna") for _ in range(4)] == [0.0, 0.0, 0.0, 2.0]
    clock.now += 3_600
    assert [limiter.wait_s("anna") for _ in range(5)].count(0.0) == 3


def test_the_limiter_forgets_who_was_quiet_longest(clock):
    limiter = RateLimiter(1, clock, max_senders=2)
    for sender in ("anna", "ben", "anna", "cleo"):
        limiter.wait_s(sender)
    assert limiter.senders == 2
    assert [limiter.wait_s(sender) for sender in ("anna", "ben")] == [1.0, 0.0]


@pytest.mark.parametrize("per_second", [0, -1])
def test_a_rate_must_be_above_zero(per_second):
    with pytest.raises(ValueError, match="above 0"):
        RateLimiter(per_second)


def test_an_id_is_namespaced_and_shows_nothing_of_the_user():
    found = conversation_id("alexa", "amzn1.account.ANNA", "secret")
    assert re.fullmatch(r"alexa-[0-9a-f]{32}", found)
    assert found == conversation_id("alexa", "amzn1.account.ANNA", "secret")


@pytest.mark.parametrize(
    ("channel", "who", "secret"),
    [("slack", "U1", "secret"), ("alexa", "U2", "secret"), ("alexa", "U1", "other")],
    ids=["another channel", "another user", "another installation"],
)
def test_ids_differ_by(channel, who, secret):
    ours = conversation_id("alexa", "U1", "secret").partition("-")[2]
    assert ours != conversation_id(channel, who, secret).partition("-")[2]


def test_an_id_needs_a_secret():
    with pytest.raises(ValueError, match="secret"):
        conversation_id("alexa", "U1", "")


@pytest.mark.parametrize("row", rows(read("metadata")))
def test_metadata(row):
    if "known" in row:
        assert row["known"] == known_metadata(row["raw"])
        return
    with pytest.raises(RefusalError) as refused:
        known_metadata(row["raw"])
    assert (400, row["field"]) == (refused.value.status, refused.value.field)


@pytest.mark.parametrize(
    "session",
    [
        pytest.param({"events": [0] * MAX_VALUES}, id="too many values"),
        pytest.param({"id": "a" * (MAX_STRING + 1)}, id="a long text"),
        pytest.param({"a" * (MAX_STRING + 1): 1}, id="a long key"),
        pytest.param({"rev": 10**400}, id="a number beyond any float"),
        pytest.param({"id": object()}, id="what JSON does not have"),
    ],
)
def test_metadata_is_bounded(session):
    with pytest.raises(RefusalError, match=r"metadata\.session"):
        known_metadata({"session": session})


@pytest.mark.parametrize("row", rows(read("custom")))
def test_payloads_of_a_turn_become_one(row):
    merged: dict[str, object] = {}
    for payload in row["given"]:
        merged = merge_custom(merged, payload)
    assert row["merged"] == merged


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(None, id="missing"),
        pytest.param("apology: [", id="not YAML"),
        pytest.param("- a\n- b", id="a list"),
        pytest.param("apology: Sorry.", id="a key is missing"),
        pytest.param("apology: 1\ndone: b\nshown: c\ntoo_many_messages: d", id="not a text"),
        pytest.param("apology: ''\ndone: b\nshown: c\ntoo_many_messages: d", id="an empty text"),
    ],
)
def test_words_that_cannot_be_said_are_an_error(tmp_path, text):
    file = tmp_path / NAME
    file.parent.mkdir()
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=re.escape(str(file))):
        load_words(tmp_path)
