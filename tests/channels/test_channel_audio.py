"""The audio channel over HTTP: clips, tracks by signed id, and everything that is not one."""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import httpx
import miniaudio
import numpy as np
import pytest
import soundfile
from rasa.core.run import create_http_input_channels
from rest_server import finish
from sanic import Sanic
from sanic.touchup import TouchUp

from countoff.channels.audio import studio as audio_studio
from countoff.channels.audio.channel import CoachAudioInput
from countoff.channels.audio.http import part_of
from countoff.channels.http import is_known
from countoff.errors import VoiceError
from countoff.exercises.cues import load_cue_book
from countoff.session import Position, Prescription, Tempo
from countoff.settings import PROJECT
from countoff.speech import clips
from countoff.speech.cache import AudioCache
from countoff.speech.encode import FORMATS, encode
from countoff.speech.pcm import RATE, Pcm
from countoff.speech.track import render_plan
from countoff.speech.track_id import LONGEST, TrackSpec, make_track_id

URL = "/webhooks/audio"
SECRET = "a secret of the tests"
BOOK = load_cue_book()
MARCH = Prescription("banded-psoas-march", "standing", None, 2, 1, 10, "right", Tempo(0.5, 0.5, 0.5))
SPEC = TrackSpec(MARCH, lead_in="resume")


@dataclass(frozen=True)
class Beep:
    """A clip of the tests: another pitch for every cue."""

    pcm: Pcm
    onset_ms: float = 5.0


class Beeps:
    """All clips but that of "get ready"."""

    def __init__(self) -> None:
        self.clips = {which: Beep(tone(number)) for number, which in enumerate(BOOK.cues) if which != "get_ready"}

    def clip(self, which: str) -> Beep:
        if which not in self.clips:
            raise VoiceError("clips", f"there is no clip of {which}")
        return self.clips[which]


def tone(number: int) -> Pcm:
    time_s = np.arange(RATE // 5) / RATE
    return Pcm(np.rint(6000 * np.sin(2 * np.pi * (300 + 20 * number) * time_s)).astype(np.int16))


BEEPS = Beeps()


@dataclass
class Shelf:
    """A cache whose every use is seen."""

    data: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def get(self, key: str) -> bytes | None:
        self.asked.append(key)
        return self.data.get(key)

    def put(self, key: str, data: bytes) -> None:
        self.data[key] = data


@contextmanager
def classes_of_sanic() -> Iterator[None]:
    """At its start this Sanic rewrites its own classes, which works once; so they are put back for the next server."""
    with pytest.MonkeyPatch.context() as patch:
        if any(getattr(kind, "__touched__", False) for kind, _ in TouchUp._registry):
            patch.setattr(TouchUp, "run", lambda app: None)
        for kind, name in TouchUp._registry:
            patch.setattr(kind, name, getattr(kind, name))
            patch.setattr(kind, "__touched__", getattr(kind, "__touched__", False), raising=False)
        yield


@contextmanager
def served(*channels: CoachAudioInput) -> Iterator[str]:
    """Serve channels from a thread, the first under the channel's own prefix; yields the address."""
    app = Sanic("audio", configure_logging=False)
    for number, channel in enumerate(channels):
        routes = channel.blueprint(None)
        routes.name = f"audio_{number}"
        app.blueprint(routes, url_prefix=f"/webhooks/{channel.url_prefix()}{number or ''}")
    bound = socket.create_server(("127.0.0.1", 0))
    loop, ready = asyncio.SelectorEventLoop(), threading.Event()

    async def start() -> None:
        server = await app.create_server(sock=bound, return_asyncio_server=True, access_log=False)
        await server.startup()
        await server.start_serving()
        ready.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(start())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(30), "the server did not start"
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    bound.close()
    finish(loop)


@pytest.fixture(scope="module")
def audio():
    """The channel, and under ``audio1`` one that has lost its clips and its disk."""
    kept = Shelf()
    channels = [
        CoachAudioInput(BEEPS, kept, SECRET),
        CoachAudioInput(None, AudioCache(Path(__file__) / "no folder", 10**9), SECRET),
    ]
    with classes_of_sanic(), served(*channels) as address:
        yield SimpleNamespace(address=address, kept=kept)


@pytest.fixture
def kept(audio):
    """The cache, empty."""
    audio.kept.data.clear()
    audio.kept.asked.clear()
    return audio.kept


@pytest.fixture
def client(audio):
    with httpx.Client(base_url=audio.address, trust_env=False) as client:
        yield client


@pytest.fixture
def rendered(monkeypatch):
    """Every plan that is rendered."""
    plans = []

    def noted(plan, *args):
        plans.append(plan)
        return render_plan(plan, *args)

    monkeypatch.setattr(audio_studio, "render_plan", noted)
    return plans


def address(spec, secret=SECRET):
    return f"{URL}/tracks/{make_track_id(spec, secret)}.{FORMATS[spec.format].extension}"


def await_that(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def wanted(spec, clips=BEEPS):
    return b"".join(encode(render_plan(spec.plan(), clips, spec.tick), spec.format))


def is_open(reply):
    return reply.headers["access-control-allow-origin"] == "*" and reply.headers["x-content-type-options"] == "nosniff"


def is_refused(reply, status):
    reason = reply.json()
    return (
        reply.status_code == status
        and reply.headers["content-type"] == "application/json"
        and reply.headers["cache-control"] == "no-store"
        and is_open(reply)
        and bool(reason["error"])
        and "field" in reason
    )


@pytest.mark.parametrize(("prefix", "voice"), [(URL, "clips"), (f"{URL}1", "tones")])
def test_health(client, prefix, voice):
    reply = client.get(f"{prefix}/")
    assert (reply.json(), is_open(reply)) == ({"status": "ok", "voice": voice}, True)


class TestClips:
    def test_the_list_has_every_clip_that_there_is(self, client):
        reply = client.get(f"{URL}/clips.json")
        listed = reply.json()["clips"]
        assert (reply.headers["content-type"], reply.json()["language"], is_open(reply)) == (
            "application/json",
            "en",
            True,
        )
        assert set(listed) == set(BOOK.cues) - {"get_ready"}
        assert {which: entry["text"] for which, entry in listed.items()} == {
            which: BOOK.cues[which].text for which in listed
        }
        assert {(entry["duration_ms"], entry["onset_ms"]) for entry in listed.values()} == {(200, 5)}
        for which, entry in listed.items():
            assert entry["hash"] == hashlib.sha256(BEEPS.clip(which).pcm.samples.tobytes()).hexdigest()

    def test_an_address_of_the_list_leads_to_the_very_samples(self, client):
        entry = client.get(f"{URL}/clips.json").json()["clips"]["count.7"]
        reply = client.get(f"{URL}/{entry['url']}")
        samples, rate = soundfile.read(io.BytesIO(reply.content), dtype="int16")
        assert (reply.headers["content-type"], rate) == ("audio/flac", RATE)
        np.testing.assert_array_equal(samples, BEEPS.clip("count.7").pcm.samples)

    @pytest.mark.parametrize(
        ("extension", "media_type"), [("mp3", "audio/mpeg"), ("wav", "audio/wav"), ("flac", "audio/flac")]
    )
    def test_a_clip_comes_in_three_formats_and_stays_for_ever(self, client, extension, media_type):
        digest = client.get(f"{URL}/clips.json").json()["clips"]["side.left"]["hash"]
        reply = client.get(f"{URL}/clips/{digest}.{extension}")
        sound = miniaudio.decode(reply.content, nchannels=1, sample_rate=RATE)
        assert (reply.headers["content-type"], reply.headers["accept-ranges"]) == (media_type, "bytes")
        assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert np.corrcoef(sound.samples, BEEPS.clip("side.left").pcm.samples)[0, 1] > 0.98

    @pytest.mark.parametrize(
        "name",
        [
            pytest.param("0" * 64 + ".flac", id="no such hash"),
            pytest.param("%s.ogg", id="no such format"),
            pytest.param("%s.mp3_16k", id="a format that clips do not have"),
            pytest.param("%s", id="no extension"),
            pytest.param("%s.flac.flac", id="two extensions"),
            pytest.param("count.7", id="a cue id"),
            pytest.param("..%%2f..%%2fclips.json", id="a path"),
            pytest.param("%%00.flac", id="a zero byte"),
            pytest.param("a" * 3000, id="long"),
        ],
    )
    def test_what_is_no_clip_is_not_found(self, client, name):
        digest = client.get(f"{URL}/clips.json").json()["clips"]["side.left"]["hash"]
        assert is_refused(client.get(f"{URL}/clips/{name % digest if '%s' in name else name % ()}"), 404)

    def test_what_a_client_has_is_not_sent_again(self, client):
        for path in ("clips.json", client.get(f"{URL}/clips.json").json()["clips"]["side.left"]["url"]):
            first = client.get(f"{URL}/{path}")
            again = client.get(f"{URL}/{path}", headers={"If-None-Match": first.headers["etag"]})
            assert (again.status_code, again.content, is_open(again)) == (304, b"", True)

    def test_without_clips_the_list_is_empty(self, client):
        assert client.get(f"{URL}1/clips.json").json() == {"language": "en", "clips": {}}


class TestTracks:
    @pytest.mark.parametrize("name", FORMATS)
    def test_a_track_is_the_plan_in_its_format(self, client, kept, name):
        spec = replace(SPEC, format=name, start=Position(1, 2, "left"), tick=True)
        reply = client.get(address(spec))
        assert reply.content == wanted(spec)
        assert (reply.status_code, reply.headers["content-type"]) == (200, FORMATS[name].media_type)
        assert int(reply.headers["content-length"]) == len(reply.content)
        assert (reply.headers["cache-control"], is_open(reply)) == ("public, max-age=86400", True)
        # It is kept once it has been sent.
        await_that(lambda: list(kept.data.values()) == [reply.content])

    def test_a_track_is_made_once(self, client, kept, rendered):
        first = client.get(address(SPEC))
        again = client.get(address(SPEC))
        assert (first.content, first.headers["etag"]) == (again.content, again.headers["etag"])
        assert len(rendered) == 1

    def test_many_who_ask_at_once_get_the_same_track_made_once(self, client, kept, rendered):
        with ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(client.get, [address(SPEC)] * 8))
        assert {reply.content for reply in replies} == {wanted(SPEC)}
        assert len(rendered) == 1

    def test_what_a_client_has_is_not_even_made(self, client, kept, rendered):
        etag = client.get(address(SPEC)).headers["etag"]
        kept.data.clear()
        reply = client.get(address(SPEC), headers={"If-None-Match": f'W/"x", {etag}'})
        assert (reply.status_code, reply.content, len(rendered)) == (304, b"", 1)

    def test_other_tracks_have_other_tags(self, client):
        specs = [SPEC, replace(SPEC, tick=True), replace(SPEC, format="wav"), replace(SPEC, lead_in="none")]
        assert len({client.head(address(spec)).headers["etag"] for spec in specs}) == len(specs)

    @pytest.mark.parametrize("name", FORMATS)
    def test_the_head_alone(self, client, kept, name):
        spec = replace(SPEC, format=name)
        head, whole = client.head(address(spec)), client.get(address(spec))
        for field_name in ("content-length", "content-type", "etag", "cache-control", "accept-ranges"):
            assert head.headers[field_name] == whole.headers[field_name]
        assert (head.status_code, head.content) == (200, b"")

    @pytest.mark.parametrize("is_kept", [False, True], ids=["being made", "kept"])
    @pytest.mark.parametrize(
        ("asked", "part"),
        [("bytes=0-", slice(0, None)), ("bytes=100-299", slice(100, 300)), ("bytes=-50", slice(-50, None))],
    )
    def test_a_part(self, client, kept, is_kept, asked, part):
        whole = wanted(SPEC)
        if is_kept:
            client.get(address(SPEC))
        reply = client.get(address(SPEC), headers={"Range": asked})
        start, stop, _ = part.indices(len(whole))
        assert (reply.status_code, reply.content) == (206, whole[part])
        assert reply.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(whole)}"

    def test_a_part_that_does_not_exist(self, client):
        reply = client.get(address(SPEC), headers={"Range": "bytes=99999999-"})
        assert (reply.status_code, reply.content) == (416, b"")
        assert reply.headers["content-range"] == f"bytes */{len(wanted(SPEC))}"

    def test_without_clips_and_without_a_disk_it_is_tones(self, client):
        reply = client.get(address(SPEC).replace(URL, f"{URL}1"))
        assert (reply.status_code, reply.content) == (200, wanted(SPEC, None))

    def test_a_missing_clip_is_a_tone(self, client):
        spec = replace(SPEC, lead_in="get_ready", format="wav")
        reply = client.get(address(spec))
        samples, _ = soundfile.read(io.BytesIO(reply.content), dtype="int16")
        assert reply.status_code == 200
        assert samples[: RATE // 10].any()

    def test_the_beginning_is_heard_before_the_end_is_made(self, client, kept, monkeypatch):
        may_go_on = threading.Event()

        def slow(pcm, form):
            for number, piece in enumerate(encode(pcm, form)):
                if number == 1:
                    assert may_go_on.wait(10)
                yield piece

        monkeypatch.setattr(audio_studio, "encode", slow)
        with client.stream("GET", address(SPEC)) as reply:
            pieces = reply.iter_raw()
            first = next(pieces)
            assert 0 < len(first) < int(reply.headers["content-length"])
            may_go_on.set()
            assert first + b"".join(pieces) == wanted(SPEC)


GOOD = make_track_id(SPEC, SECRET)
LONG = replace(MARCH, reps_per_side=30, sets=5, rest_s=300, tempo=Tempo(6, 6, 6))


@pytest.mark.parametrize(
    ("name", "status"),
    [
        pytest.param(f"{make_track_id(SPEC, SECRET + '.')}.mp3", 404, id="signed by another"),
        pytest.param(f"{GOOD[:50]}{'A' if GOOD[50] != 'A' else 'B'}{GOOD[51:]}.mp3", 404, id="changed"),
        pytest.param(f"{GOOD}.wav", 404, id="in another format than signed"),
        pytest.param(f"{GOOD}.exe", 404, id="no format"),
        pytest.param(f"{GOOD}.", 404, id="an empty extension"),
        pytest.param(GOOD, 404, id="no extension"),
        pytest.param(".mp3", 404, id="no id"),
        pytest.param("A" * (LONGEST + 1) + ".mp3", 404, id="too long"),
        pytest.param("A" * 6000 + ".mp3", 404, id="far too long"),
        pytest.param("%2e%2e%2f%2e%2e%2fsecret.mp3", 404, id="a path"),
        pytest.param("%ff%fe.mp3", 404, id="no text"),
        pytest.param(f"{make_track_id(TrackSpec(LONG, format='wav'), SECRET)}.wav", 413, id="hours of WAV"),
        pytest.param(f"{make_track_id(TrackSpec(LONG, format='flac'), SECRET)}.flac", 413, id="hours of FLAC"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_no_track_costs_nothing(client, kept, rendered, method, name, status):
    reply = client.request(method, f"{URL}/tracks/{name}")
    assert reply.status_code == status
    assert method == "HEAD" or is_refused(reply, status)
    assert (rendered, kept.asked, kept.data) == ([], [], {})


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_changed(client, method):
    assert client.request(method, address(SPEC)).status_code == 405


class TestTrouble:
    def test_too_many_at_once_are_told_to_come_back(self, client, kept, monkeypatch, rendered):
        monkeypatch.setattr(audio_studio, "MOST", 0)
        reply = client.get(address(SPEC))
        assert (is_refused(reply, 503), reply.headers["retry-after"]) == (True, "2")
        assert (rendered, kept.asked) == ([], [])

    def test_a_track_that_cannot_be_made_is_no_500_and_is_tried_anew(self, client, kept, monkeypatch, caplog):
        def fails(*_):
            raise MemoryError

        with monkeypatch.context() as patch:
            patch.setattr(audio_studio, "render_plan", fails)
            reply = client.get(address(SPEC))
        assert (is_refused(reply, 503), reply.headers["retry-after"]) == (True, "2")
        assert "could not be made" in caplog.text
        assert client.get(address(SPEC)).content == wanted(SPEC)

    def test_a_track_that_breaks_off_is_not_taken_for_a_whole_one(self, client, kept, monkeypatch, caplog):
        def breaks_off(pcm, form):
            yield next(encode(pcm, form))
            raise OSError("no more")

        with monkeypatch.context() as patch:
            patch.setattr(audio_studio, "encode", breaks_off)
            with pytest.raises(httpx.RemoteProtocolError):
                client.get(address(SPEC))
        assert kept.data == {}
        assert client.get(address(SPEC)).content == wanted(SPEC)

    def test_a_listener_who_leaves_disturbs_nobody(self, client, kept, rendered):
        with client.stream("GET", address(SPEC)) as reply:
            assert reply.status_code == 200
        assert client.get(address(SPEC)).content == wanted(SPEC)


@pytest.mark.parametrize(
    ("asked", "status", "start", "stop"),
    [
        (None, 200, 0, 1000),
        ("bytes=0-", 206, 0, 1000),
        ("bytes=0-0", 206, 0, 1),
        ("bytes=500-999", 206, 500, 1000),
        ("bytes=500-5000", 206, 500, 1000),
        ("bytes=-1", 206, 999, 1000),
        ("bytes=-5000", 206, 0, 1000),
        ("bytes= 1 - 2 ", 206, 1, 3),
        ("bytes=1000-", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=999999999999999999-", 416, 0, 0),
        ("bytes=5-2", 200, 0, 1000),
        ("bytes=-", 200, 0, 1000),
        ("bytes=0-1,5-6", 200, 0, 1000),
        ("bytes=a-b", 200, 0, 1000),
        ("items=0-5", 200, 0, 1000),
        ("bytes=" + "9" * 5000 + "-", 200, 0, 1000),
    ],
)
def test_ranges(asked, status, start, stop):
    part = part_of(1000, {"range": asked} if asked else {}, '"a"')
    assert (part.status, part.start, part.stop) == (status, start, stop)


@pytest.mark.parametrize(("tag", "status"), [('"a"', 206), ('"b"', 200), ("Wed, 25 Nov 2026 12:00:00 GMT", 200)])
def test_a_part_of_another_version_is_not_sent(tag, status):
    assert part_of(1000, {"range": "bytes=5-", "if-range": tag}, '"a"').status == status


@pytest.mark.parametrize(
    ("tags", "known"), [('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("a", False)]
)
def test_tags(tags, known):
    assert is_known({"if-none-match": tags}, '"a"') is known


class TestStart:
    def test_the_credentials_file_opens_this_channel(self):
        channels = create_http_input_channels(None, str(PROJECT / "credentials.yml"))
        assert CoachAudioInput in [type(channel) for channel in channels]

    def test_without_a_pack_it_starts_all_the_same_and_says_so(self, monkeypatch, caplog):
        def lost(language):
            raise VoiceError("clips", "the pack is gone; run `make voice`", lasting=True)

        monkeypatch.setattr(clips, "load_pack", lost)
        caplog.set_level(logging.WARNING)
        CoachAudioInput.from_credentials(None)
        assert "Tones stand in for the clips: the pack is gone; run `make voice`" in caplog.text
