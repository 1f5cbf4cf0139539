"""The clip pack: complete, on the beat, equally loud, and calm about what is broken."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from scipy.signal import lfilter, resample_poly

from countoff.errors import VoiceError
from countoff.exercises.cues import CueBook, load_cue_book
from countoff.speech.clips import PACKS, ClipPack, ClipVoice, load_pack
from countoff.speech.manifest import ClipEntry
from countoff.speech.onset import envelope, onset_ms
from countoff.speech.pack_check import pack_problems
from countoff.speech.pcm import FULL, RATE, Pcm, silence, to_int16
from scripts.voice.hearing import understood, words
from scripts.voice.levels import loudness, true_peak_db

BOOK: CueBook = load_cue_book()
PACK = load_pack()
PER_MS = RATE // 1000

MAX_BYTES = 2_000_000
LOUDNESS_BOUND_LU = 1.5
HIGHEST_PEAK = 10 ** (-1 / 20)

every_clip = pytest.mark.parametrize("entry", PACK.entries, ids=lambda entry: entry.cues[0])


def samples_of(entry: ClipEntry) -> NDArray[np.float64]:
    """A clip read without the pack, full scale 1."""
    samples, rate = soundfile.read(PACK.folder / entry.file)
    assert rate == RATE
    assert samples.ndim == 1
    return np.asarray(samples, dtype=np.float64)


def tone(duration_ms: int, amplitude: float = 0.5, hz: float = 1000.0) -> NDArray[np.float64]:
    return amplitude * np.sin(2 * np.pi * hz * np.arange(duration_ms * PER_MS) / RATE)


def heard_as_loud(samples: NDArray[np.float64]) -> float:
    """The loudest 400 ms in LUFS, by filters made for this rate; the pack is levelled by tables for another one.

    Shelf (4 dB from 1,500 Hz on) and high pass (38 Hz) by the formulas of R. Bristow-Johnson's Audio EQ Cookbook.
    """
    gain, w = 10 ** (4 / 40), 2 * np.pi * 1500 / RATE
    cos, root = np.cos(w), np.sqrt(2 * gain) * np.sin(w)
    up, down = gain + 1, gain - 1
    shelf = (
        [gain * (up + down * cos + root), -2 * gain * (down + up * cos), gain * (up + down * cos - root)],
        [up - down * cos + root, 2 * (down - up * cos), up - down * cos - root],
    )
    cos, sin = np.cos(2 * np.pi * 38 / RATE), np.sin(2 * np.pi * 38 / RATE)
    high_pass = ([(1 + cos) / 2, -(1 + cos), (1 + cos) / 2], [1 + sin, -2 * cos, 1 - sin])
    weighted = lfilter(*high_pass, lfilter(*shelf, samples))
    window = min(len(weighted), 400 * PER_MS)
    starts = range(0, len(weighted) - window + 1, 5 * PER_MS)
    return float(-0.691 + 10 * np.log10(max(np.mean(weighted[i : i + window] ** 2) for i in starts)))


class TestTheShippedPack:
    def test_it_is_sound(self) -> None:
        assert pack_problems(BOOK, PACK) == []

    def test_every_cue_has_the_clip_with_its_words(self) -> None:
        texts = {cue: entry.text for entry in PACK.entries for cue in entry.cues}
        assert texts == {cue_id: cue.text for cue_id, cue in BOOK.cues.items()}

    def test_its_files_are_those_of_the_manifest_and_no_others(self) -> None:
        hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in PACK.folder.glob("*.flac")}
        assert hashes == {entry.file: entry.sha256 for entry in PACK.entries}
        assert {path.name for path in PACK.folder.iterdir()} == {*hashes, "manifest.json"}

    def test_it_is_small_and_names_its_licence(self) -> None:
        assert sum(path.stat().st_size for path in PACK.folder.iterdir()) < MAX_BYTES
        assert (PACK.manifest.licence, PACK.manifest.rate, PACK.language) == ("Apache-2.0", RATE, "en")

    @every_clip
    def test_a_clip_keeps_the_time_of_all_its_cues(self, entry: ClipEntry) -> None:
        duration_ms = len(samples_of(entry)) / PER_MS
        assert duration_ms <= min(BOOK.cues[cue].max_ms for cue in entry.cues)
        assert entry.duration_ms == pytest.approx(duration_ms, abs=0.1)

    @every_clip
    def test_a_clip_begins_where_the_manifest_says_and_soon(self, entry: ClipEntry) -> None:
        assert entry.onset_ms == pytest.approx(onset_ms(Pcm(to_int16(samples_of(entry) * FULL))), abs=1)
        assert entry.onset_ms <= 50

    @every_clip
    def test_no_word_is_cut(self, entry: ClipEntry) -> None:
        levels = envelope(samples_of(entry), RATE)
        edges = levels[3 * PER_MS], levels[-12 * PER_MS]
        assert max(edges) < levels.max() * 10 ** (-40 / 20)

    @every_clip
    def test_no_clip_is_near_full_scale(self, entry: ClipEntry) -> None:
        samples = samples_of(entry)
        assert np.abs(resample_poly(samples, 4, 1)).max() <= HIGHEST_PEAK

    def test_all_clips_are_equally_loud(self) -> None:
        levels = {entry.text: heard_as_loud(samples_of(entry)) for entry in PACK.entries}
        mean = np.mean(list(levels.values()))
        assert {text: level for text, level in levels.items() if abs(level - mean) > LOUDNESS_BOUND_LU} == {}
        assert mean == pytest.approx(PACK.manifest.loudness_lufs, abs=0.5)


class TestOnset:
    @pytest.mark.parametrize("lead_ms", [0, 20, 250])
    def test_a_tone_after_silence(self, lead_ms: int) -> None:
        sound = Pcm(np.concatenate([silence(lead_ms).samples, to_int16(tone(300) * FULL)]))
        # Half a window before it at most, since the window is centred.
        assert lead_ms - 2.5 <= onset_ms(sound) <= lead_ms

    @pytest.mark.parametrize(("db", "begins"), [(-34, True), (-36, False)])
    def test_what_is_more_than_35_db_below_the_loudest_is_not_a_beginning(self, db: int, begins: bool) -> None:
        quiet = tone(200, 0.5 * 10 ** (db / 20))
        sound = Pcm(to_int16(np.concatenate([quiet, tone(200)]) * FULL))
        assert (onset_ms(sound) < 10) is begins

    def test_it_is_the_same_in_stereo_and_soft(self) -> None:
        pcm = PACK.clip("count.4").pcm
        soft = (pcm.samples // 8).astype(np.int16)
        assert onset_ms(Pcm(np.stack([soft, soft], axis=1))) == pytest.approx(onset_ms(pcm), abs=1)

    def test_silence_begins_at_once(self) -> None:
        assert onset_ms(silence(50)) == 0
        assert onset_ms(silence(0)) == 0


class TestLevels:
    def test_the_reference_tone_of_the_recommendation(self) -> None:
        # BS.1770-4: a sine of 997 Hz at full scale in one channel reads -3.01 LUFS.
        assert loudness(tone(1000, 1.0, 997), RATE) == pytest.approx(-3.01, abs=0.05)
        assert heard_as_loud(tone(1000, 1.0, 997)) == pytest.approx(-3.01, abs=0.1)

    def test_a_peak_between_two_samples_is_found(self) -> None:
        # At a quarter of the rate and an eighth of a turn off, no sample is above 0.707.
        wave = np.sin(2 * np.pi * (np.arange(2400) / 4 + 1 / 8))
        assert np.abs(wave).max() < 0.71
        assert true_peak_db(wave) == pytest.approx(0, abs=0.2)


class TestVoice:
    @pytest.mark.parametrize("text", ["three", "Three.", "  THREE  ", "three,"])
    def test_it_says_what_there_is_a_clip_of(self, text: str) -> None:
        assert ClipVoice(PACK).speak(text) is PACK.clip("count.3").pcm

    def test_it_says_every_cue(self) -> None:
        voice = ClipVoice(PACK)
        assert [i for i, cue in BOOK.cues.items() if voice.speak(cue.text) is not PACK.clip(i).pcm] == []

    @pytest.mark.parametrize(
        "text",
        ["Hello there", "", " ", "?!", "три", "三", "ثلاثة", "three four", "thre", "\x00", "three " * 20_000],
        ids=["unknown", "empty", "blank", "marks", "cyrillic", "chinese", "arabic", "two", "typo", "null", "long"],
    )
    def test_what_it_cannot_say_is_left_to_the_next_voice(self, text: str) -> None:
        with pytest.raises(VoiceError, match="no clip says") as caught:
            ClipVoice(PACK).speak(text)
        assert not caught.value.lasting
        assert len(str(caught.value)) < 200

    def test_another_language_is_not_guessed_at(self) -> None:
        with pytest.raises(VoiceError, match="the clips speak en, not de") as caught:
            ClipVoice(PACK).speak("three", "de")
        assert not caught.value.lasting

    def test_nobody_can_change_a_clip_for_the_others(self) -> None:
        with pytest.raises(ValueError, match="read-only"):
            PACK.clip("count.1").pcm.samples[0] = 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the pack that may be broken."""
    return Path(shutil.copytree(PACKS / "en", tmp_path / "en"))


def load(folder: Path) -> ClipPack:
    return load_pack(folder.name, folder.parent)


def change(folder: Path, **fields: Any) -> None:
    """Change the manifest; ``row`` is merged into the row of count.3."""
    path = folder / "manifest.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    row = fields.pop("row", {})
    next(clip for clip in data["clips"] if "count.3" in clip["cues"]).update(row)
    path.write_text(json.dumps(data | fields), encoding="utf-8")


def rewrite(folder: Path, samples: NDArray[np.int16], rate: int = RATE, **row: Any) -> None:
    """Put another sound in the place of the clip of count.3, with its true checksum and length."""
    path = folder / "count.3.flac"
    path = path if path.exists() else folder / PACK.clip("count.3").entry.file
    soundfile.write(path, samples, rate, format="FLAC", subtype="PCM_16")
    row = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "duration_ms": len(samples) / PER_MS, **row}
    change(folder, row=row)


THREE = PACK.clip("count.3")
FILE = THREE.entry.file
SAMPLES = THREE.pcm.samples


def later(ms: int) -> NDArray[np.int16]:
    return np.concatenate([np.zeros(ms * PER_MS, dtype=np.int16), SAMPLES])


class TestAClipThatIsBroken:
    @pytest.mark.parametrize(
        ("damage", "says"),
        [
            (lambda path: path.unlink(), "cannot be read"),
            (lambda path: path.write_bytes(b""), "is damaged"),
            (lambda path: path.write_bytes(path.read_bytes()[:-7]), "is damaged"),
            (
                lambda path: path.write_bytes(path.read_bytes()[:2000] + b"\x00" + path.read_bytes()[2001:]),
                "is damaged",
            ),
        ],
        ids=["missing", "empty", "cut short", "one byte"],
    )
    def test_is_named_with_the_mend_and_the_others_speak(
        self, folder: Path, damage: Callable[[Path], object], says: str
    ) -> None:
        damage(folder / FILE)
        pack = load(folder)
        for ask in (
            lambda: pack.clip("count.3"),
            lambda: pack.by_text("three"),
            lambda: ClipVoice(pack).speak("three"),
        ):
            with pytest.raises(VoiceError, match=rf"{FILE} {says}.*make voice") as caught:
                ask()
            assert not caught.value.lasting
        assert pack.clip("count.4").pcm.duration_ms == PACK.clip("count.4").pcm.duration_ms

    def test_comes_back_once_it_is_mended(self, folder: Path) -> None:
        good = (folder / FILE).read_bytes()
        (folder / FILE).unlink()
        pack = load(folder)
        with pytest.raises(VoiceError):
            pack.clip("count.3")
        (folder / FILE).write_bytes(good)
        assert np.array_equal(pack.clip("count.3").pcm.samples, SAMPLES)

    @pytest.mark.parametrize(
        ("break_it", "says"),
        [
            (lambda folder: rewrite(folder, SAMPLES, 16_000), "is not one channel at 24000 Hz"),
            (lambda folder: rewrite(folder, np.stack([SAMPLES, SAMPLES], axis=1)), "is not one channel at 24000 Hz"),
            (lambda folder: rewrite(folder, SAMPLES[:0], duration_ms=1), "is no sound"),
            (
                lambda folder: (
                    (folder / FILE).write_text("no sound"),
                    change(folder, row={"sha256": hashlib.sha256(b"no sound").hexdigest()}),
                ),
                "is no sound",
            ),
        ],
        ids=["another rate", "stereo", "no samples", "no sound"],
    )
    def test_is_refused_where_it_is_no_clip_of_ours(
        self, folder: Path, break_it: Callable[[Path], object], says: str
    ) -> None:
        break_it(folder)
        with pytest.raises(VoiceError, match=says):
            load(folder).clip("count.3")

    def test_a_cue_without_a_clip(self) -> None:
        with pytest.raises(VoiceError, match=r"no clip speaks the cue 'count\.31'"):
            PACK.clip("count.31")


class TestLoading:
    def test_a_pack_is_read_once(self) -> None:
        assert load_pack() is PACK

    @pytest.mark.parametrize("language", ["de", "../en", "en/../en", "", "EN", "\x00", "e" * 10_000, "."])
    def test_a_language_without_clips(self, language: str) -> None:
        with pytest.raises(VoiceError, match="there are no clips in the language") as caught:
            load_pack(language)
        assert not caught.value.lasting
        assert len(str(caught.value)) < 200

    @pytest.mark.parametrize(
        ("break_it", "says"),
        [
            (lambda path: path.unlink(), "cannot be read"),
            (lambda path: path.write_bytes(b"\xff\xfe\xfa"), "cannot be read"),
            (lambda path: path.write_text("{"), "is damaged"),
            (lambda path: path.write_text("[]"), "is damaged"),
            (lambda path: change(path.parent, clips=None), "is damaged.*clips"),
            (lambda path: change(path.parent, row={"file": "../../secret.flac"}), "is damaged.*file"),
            (lambda path: change(path.parent, row={"file": "/etc/passwd"}), "is damaged.*file"),
            (lambda path: change(path.parent, row={"sha256": "none"}), "is damaged.*sha256"),
            (lambda path: change(path.parent, row={"onset_ms": -1}), "is damaged.*onset_ms"),
            (lambda path: change(path.parent, row={"cues": ["count.3", "count.4"]}), "the cue 'count.4' has 2 clips"),
            (lambda path: change(path.parent, row={"text": "Four."}), "the text 'four' has 2 clips"),
            (lambda path: change(path.parent, row={"loud": True}), "is damaged.*loud"),
        ],
        ids=[
            "missing", "not UTF-8", "not JSON", "another form", "no clips", "outside the folder", "an absolute path",
            "no checksum", "onset before the start", "a cue twice", "a text twice", "an unknown field",
        ],
    )  # fmt: skip
    def test_a_broken_manifest_is_named_with_the_mend(
        self, folder: Path, break_it: Callable[[Path], object], says: str
    ) -> None:
        break_it(folder / "manifest.json")
        with pytest.raises(VoiceError, match=rf"(?s)manifest\.json.*{says}.*make voice") as caught:
            load(folder)
        assert caught.value.lasting


def book_with(cue_id: str, **fields: Any) -> CueBook:
    cue = BOOK.cues.get(cue_id, BOOK.cues["core"]).model_copy(update=fields)
    return CueBook(language="en", cues={**BOOK.cues, cue_id: cue})


class TestProblems:
    @pytest.mark.parametrize(
        ("book", "says"),
        [
            (book_with("soft_knee", text="Standing knee soft"), "no clip speaks the cue 'soft_knee'"),
            (book_with("core", text="Belly firm"), "'core' says 'Tummy firm', the cue book 'Belly firm'"),
            (book_with("count.3", text="Three"), "'count.3' says 'three', the cue book 'Three'"),
            (book_with("count.3", max_ms=100), "'count.3' lasts .* ms, its max_ms is 100"),
            (CueBook(language="en", cues={i: c for i, c in BOOK.cues.items() if i != "core"}), "'core', which the cue"),
        ],
        ids=["a new cue", "new words", "another case", "less room", "a cue that is gone"],
    )
    def test_a_book_that_the_pack_does_not_speak(self, book: CueBook, says: str) -> None:
        problems = pack_problems(book, PACK)
        assert len(problems) == 1, problems
        assert re.search(says, problems[0])

    @pytest.mark.parametrize(
        ("break_it", "says"),
        [
            (lambda folder: (folder / FILE).unlink(), f"{FILE} cannot be read"),
            (lambda folder: (folder / FILE).write_bytes(b"x"), f"{FILE} is damaged"),
            (
                lambda folder: (folder / "count.99.flac").write_bytes(b"x"),
                r"count\.99\.flac is no clip of the manifest",
            ),
            (lambda folder: change(folder, row={"duration_ms": 10}), "not 10.* as the manifest says"),
            (lambda folder: change(folder, row={"onset_ms": 99}), "not 99.* as the manifest says"),
            (lambda folder: change(folder, onset={"window_ms": 5, "threshold_db": -20}), "measured by another rule"),
            (
                lambda folder: rewrite(folder, later(200), onset_ms=THREE.onset_ms + 200),
                "'count.3' lasts .* ms, its max_ms is 600",
            ),
        ],
        ids=["missing", "damaged", "orphan", "duration", "onset", "another rule", "too long"],
    )
    def test_a_pack_that_is_broken(self, folder: Path, break_it: Callable[[Path], object], says: str) -> None:
        break_it(folder)
        problems = pack_problems(BOOK, load(folder))
        assert any(re.search(says, problem) for problem in problems), problems

    def test_sides_and_counts_that_meet_at_the_fastest_tempo(self, folder: Path) -> None:
        # A count that begins 90 ms into its clip reaches back into the side before it, however short it is.
        rewrite(folder, later(90), onset_ms=THREE.onset_ms + 90)
        says = {problem for problem in pack_problems(BOOK, load(folder)) if "fastest tempo" in problem}
        assert {side for side in ("side.left", "side.right") if any(repr(side) in line for line in says)}


class TestHearing:
    @pytest.mark.parametrize(
        ("text", "heard", "is_understood"),
        [
            ("four", " For.", True),
            ("twenty-one", "21", True),
            ("Halfway", "Half way!", True),
            ("One minute left", "1 minute left.", True),
            ("four", "five", False),
            ("four", "", False),
            ("four", "four four", False),
            ("Left", "Laughed", False),
        ],
    )
    def test_what_counts_as_understood(self, text: str, heard: str, is_understood: bool) -> None:
        assert understood(text, heard) is is_understood

    def test_numbers_become_words(self) -> None:
        assert words("Right, 8. Left, 28!") == ["right", "eight", "left", "twenty", "eight"]
