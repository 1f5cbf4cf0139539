"""The network voice, against a server that answers and fails as Google's does."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
import trustme
from gtts import gTTS

from countoff.errors import VoiceError
from countoff.speech.cache import AudioCache
from countoff.speech.google import BACK_OFF_S, GoogleVoice
from countoff.speech.google_answer import retry_after_s
from countoff.speech.google_fake import MS_PER_CHARACTER, FakeGoogle

TEXT = "Stand tall."


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(autouse=True)
def trust(authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[trustme.CA], None]:
    """Nothing goes through a proxy, and one authority is trusted; calling it trusts another instead."""

    def trust(authority: trustme.CA) -> None:
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))

    trust(authority)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return trust


class Waits:
    """A clock that stands still but for the waits; what was waited is written down."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def clock(self) -> float:
        return sum(self.waited)

    def voice(self, server: FakeGoogle, chance: float = 0.0) -> GoogleVoice:
        return GoogleVoice(
            address=server.address, clock=self.clock, sleep=self.waited.append, chance=lambda: chance
        )  # fmt: skip


def test_a_text_becomes_sound_without_silence_around_it() -> None:
    with FakeGoogle() as server:
        sound = GoogleVoice(address=server.address).speak(TEXT)
    assert (sound.rate, sound.channels, sound.samples.dtype) == (24_000, 1, np.dtype(np.int16))
    assert sound.duration_ms == pytest.approx(len(TEXT) * MS_PER_CHARACTER, abs=60)
    assert server.asked == [(TEXT, "en")]


@pytest.mark.parametrize(
    ("mood", "cause", "lasting", "asked"),
    [
        ("throttles", "429, too many requests.*wait some minutes", True, 4),
        ("fails", r"out of order \(503\).*later", True, 4),
        ("refuses", "403.*newer gTTS", True, 1),
        ("does not understand", "400.*newer gTTS", True, 1),
        ("is new", "status 418", True, 1),
        ("sends on", r"another page \(302\)", True, 1),
        ("gives half", "half an answer", False, 1),
        ("gives half as if it were all", "half an answer", False, 1),
        ("gives nothing", "holds no sound", False, 1),
        ("gives empty sound", "holds no sound", False, 1),
        ("gives silence", "holds no sound", False, 1),
        ("gives no MP3", "no MP3 that can be read", False, 1),
        ("gives too much", "not that of Google's voice", True, 1),
        ("is a hotel", "log in", True, 1),
        ("cuts", "cut without an answer", False, 1),
    ],
)
def test_a_failure_says_the_probable_cause_and_whether_it_lasts(
    mood: str, cause: str, lasting: bool, asked: int
) -> None:
    with FakeGoogle(mood) as server, pytest.raises(VoiceError, match=cause) as told:
        Waits().voice(server).speak(TEXT)
    assert (told.value.voice, told.value.lasting, len(server.asked)) == ("gtts", lasting, asked)


@pytest.mark.parametrize("mood", ["does not answer", "drips"])
def test_one_deadline_ends_a_text_that_takes_too_long(mood: str) -> None:
    began = time.monotonic()
    with FakeGoogle(mood) as server, pytest.raises(VoiceError, match="no answer in time") as told:
        GoogleVoice(address=server.address, deadline_s=0.2).speak(TEXT)
    assert told.value.lasting
    assert time.monotonic() - began < 2


def test_the_deadline_is_for_all_pieces_together() -> None:
    clock = iter(range(100))
    with FakeGoogle() as server, pytest.raises(VoiceError, match="no answer in time"):
        GoogleVoice(address=server.address, clock=lambda: float(next(clock))).speak("Stand tall. " * 50)
    assert 1 <= len(server.asked) < 6


def test_where_nobody_listens_the_network_is_named() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        address = f"https://127.0.0.1:{unheard.getsockname()[1]}/"
        with pytest.raises(VoiceError, match=r"no connection.*firewall") as told:
            GoogleVoice(address=address).speak(TEXT)
    assert told.value.lasting


def test_a_proxy_that_refuses_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeGoogle() as server:
        monkeypatch.setenv("HTTPS_PROXY", server.address)
        with pytest.raises(VoiceError, match="check HTTPS_PROXY") as told:
            GoogleVoice().speak(TEXT)
    assert told.value.lasting
    assert server.asked == []


def test_without_a_name_service_the_network_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", lost)
    with pytest.raises(VoiceError, match="name of Google's server is not found") as told:
        GoogleVoice().speak(TEXT)
    assert told.value.lasting


class TestBackingOff:
    @pytest.mark.parametrize("mood", ["throttles", "fails"])
    def test_it_tries_again(self, mood: str) -> None:
        waits = Waits()
        with FakeGoogle(mood, "speaks") as server:
            assert waits.voice(server).speak(TEXT).duration_ms > 0
        assert waits.waited == [BACK_OFF_S]
        assert server.asked == [(TEXT, "en")] * 2

    @pytest.mark.parametrize(("chance", "waited"), [(0.0, [0.5, 1.0, 2.0]), (1.0, [0.25, 0.5, 1.0, 2.0])])
    def test_each_wait_is_twice_the_last_with_jitter_and_all_keep_the_deadline(
        self, chance: float, waited: list[float]
    ) -> None:
        waits = Waits()
        with FakeGoogle("throttles") as server, pytest.raises(VoiceError, match="429"):
            waits.voice(server, chance).speak(TEXT)
        assert waits.waited == waited

    @pytest.mark.parametrize(
        ("header", "waited"),
        [("2", [2.0]), ("0", [0.5]), ("soon", [0.5]), ("3600", []), ("6", [])],
        ids=["honoured", "shorter than ours", "nonsense", "an hour", "all that is left"],
    )
    def test_a_retry_after_is_honoured_where_the_deadline_allows(self, header: str, waited: list[float]) -> None:
        waits = Waits()
        with FakeGoogle("throttles", "speaks", retry_after=header) as server:
            if waited:
                waits.voice(server).speak(TEXT)
            else:
                with pytest.raises(VoiceError, match="429"):
                    waits.voice(server).speak(TEXT)
        assert waits.waited == waited

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [
            (None, 0),
            ("", 0),
            ("7", 7),
            ("Sun Nov  6 08:49:37 1994", 0),
            ("-5", 0),
            ("Mon, 99 Nov", 0),
        ],
    )
    def test_a_retry_after_is_seconds_or_nothing(self, header: str | None, seconds: int) -> None:
        assert retry_after_s(header) == seconds

    def test_a_retry_after_may_be_a_date(self) -> None:
        in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
        assert retry_after_s(in_a_minute) == pytest.approx(60, abs=30)


class Library(gTTS):  # type: ignore[misc]
    """The library itself, sent to another address."""

    def _prepare_requests(self) -> list[requests.PreparedRequest]:
        found: list[requests.PreparedRequest] = super()._prepare_requests()
        for request in found:
            request.url = self.tld
        return found


class TestCertificates:
    def server(self, authority: trustme.CA, host: str = "127.0.0.1") -> FakeGoogle:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host).configure_cert(context)
        return FakeGoogle(tls=context)

    def test_one_of_a_trusted_authority_is_accepted(self, authority: trustme.CA) -> None:
        with self.server(authority) as server:
            assert GoogleVoice(address=server.address).speak(TEXT).duration_ms > 0
        assert server.asked == [(TEXT, "en")]

    @pytest.mark.parametrize("host", ["127.0.0.1", "elsewhere.example"], ids=["other authority", "other host"])
    def test_another_is_refused_before_anything_is_said(
        self, authority: trustme.CA, trust: Callable[[trustme.CA], None], host: str
    ) -> None:
        if host == "127.0.0.1":
            trust(trustme.CA())
        with self.server(authority, host) as server:
            with pytest.raises(VoiceError, match=r"certificate.*not trusted.*SSL_CERT_FILE") as told:
                GoogleVoice(address=server.address).speak(TEXT)
            assert told.value.lasting
            assert server.asked == []

    def test_the_library_would_take_any_and_reads_what_the_fake_says(self, authority: trustme.CA) -> None:
        with self.server(authority) as server:
            mp3 = b"".join(Library(TEXT, tld=server.address, timeout=5).stream())
        assert server.asked == [(TEXT, "en")]
        assert len(mp3) > 1000


class TestCache:
    @pytest.fixture
    def cache(self, tmp_path: Path) -> AudioCache:
        return AudioCache(tmp_path / "audio", 10_000_000)

    def test_a_sentence_is_asked_for_once(self, cache: AudioCache) -> None:
        with FakeGoogle() as server:
            first = GoogleVoice(address=server.address, cache=cache).speak("Stand tall. Breathe out.")
            again = GoogleVoice(address=server.address, cache=cache).speak("Stand tall. Breathe out.")
            GoogleVoice(address=server.address, cache=cache).speak("Breathe out.")
            GoogleVoice(address=server.address, cache=cache).speak("Breathe out.", "de")
        assert np.array_equal(first.samples, again.samples)
        assert server.asked == [("Stand tall.", "en"), ("Breathe out.", "en"), ("Breathe out.", "de")]

    def test_what_came_before_a_failure_is_kept_and_the_failure_is_not(self, cache: AudioCache) -> None:
        with FakeGoogle("speaks", "refuses", "speaks") as server:
            voice = GoogleVoice(address=server.address, cache=cache)
            with pytest.raises(VoiceError, match="403"):
                voice.speak("Stand tall. Breathe out.")
            voice.speak("Stand tall. Breathe out.")
        assert [text for text, _ in server.asked] == ["Stand tall.", "Breathe out.", "Breathe out."]


class TestTexts:
    def test_a_long_one_is_sent_in_pieces_that_the_endpoint_takes(self) -> None:
        text = f"{'Lift the knee to the height of the hip, and hold it there, ' * 3}then lower it. Now rest."
        with FakeGoogle() as server:
            sound = GoogleVoice(address=server.address).speak(text)
        said = [piece for piece, _ in server.asked]
        assert max(map(len, said)) <= 100
        assert " ".join(said) == text
        assert said[-1] == "Now rest."
        assert sound.duration_ms > len(text) * MS_PER_CHARACTER * 0.9

    @pytest.mark.parametrize(
        ("text", "language", "cause"),
        [
            ("a" * 5001, "en", "5001 characters; shorten it to 5000"),
            ("Hello.", "xx", "knows no language 'xx'"),
            ("… — !", "en", "nothing to say"),
            ("", "en", "nothing to say"),
        ],
        ids=["too long", "no such language", "marks only", "empty"],
    )
    def test_what_cannot_be_said_is_not_sent(self, text: str, language: str, cause: str) -> None:
        with FakeGoogle() as server, pytest.raises(VoiceError, match=cause) as told:
            GoogleVoice(address=server.address).speak(text, language)
        assert server.asked == []
        assert not told.value.lasting

    def test_another_script_goes_as_it_is(self) -> None:
        with FakeGoogle() as server:
            GoogleVoice(address=server.address).speak("Поднимите колено.", "ru")
        assert server.asked == [("Поднимите колено.", "ru")]
