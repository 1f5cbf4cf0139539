"""The voice of espeak-ng, in a process of its own."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from countoff.errors import VoiceError
from countoff.speech.cache import AudioCache
from countoff.speech.espeak import EspeakVoice

TEXT = "Stand tall."


def at_home(words_per_minute: int = 150) -> EspeakVoice:
    """The voice without a program on the PATH: the helper process and the library of the registry package."""
    return EspeakVoice(path="", words_per_minute=words_per_minute)


class TestHelper:
    def test_a_text_becomes_sound_without_silence_around_it(self) -> None:
        sound = at_home().speak(TEXT)
        assert (sound.rate, sound.channels, sound.samples.dtype) == (24_000, 1, np.dtype(np.int16))
        assert 500 < sound.duration_ms < 1_500
        loud = np.flatnonzero(np.abs(sound.samples.astype(int)) > 300)
        assert loud[0] < 0.03 * sound.rate
        assert len(sound.samples) - loud[-1] < 0.1 * sound.rate

    def test_a_rate_is_kept(self) -> None:
        slow, quick = (at_home(words_per_minute=rate).speak(TEXT).duration_ms for rate in (100, 250))
        assert slow > 1.5 * quick

    @pytest.mark.parametrize("text", ["--version", "-f /etc/passwd", "-w out.wav", "$(touch out.wav); `id`"])
    def test_nothing_in_a_text_is_an_option(self, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        assert at_home().speak(text).duration_ms > 300
        assert list(tmp_path.iterdir()) == []

    def test_it_never_comes_into_this_process(self) -> None:
        at_home().speak(TEXT)
        assert "espeak" not in Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace")

    def test_another_script_is_no_error(self) -> None:
        assert at_home().speak("Поднимите колено").duration_ms > 300

    @pytest.mark.parametrize(
        ("text", "language", "cause"),
        [(TEXT, "xx", "no language 'xx'; it has en"), ("", "en", "no sound"), ("\0 . ", "en", "no sound")],
    )
    def test_what_it_cannot_say_is_no_lasting_error(self, text: str, language: str, cause: str) -> None:
        with pytest.raises(VoiceError, match=cause) as told:
            at_home().speak(text, language)
        assert (told.value.voice, told.value.lasting) == ("espeak", False)


class Program:
    """A program on a PATH of its own, which writes down how it was called."""

    def __init__(self, folder: Path, name: str, body: str) -> None:
        self.folder = folder
        self.path = folder / name
        script = f'#!/bin/sh\necho "$0 $*" >> "{folder}/calls"\n{body}\n'
        self.path.write_text(script)
        self.path.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text().splitlines()


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    tone = 8_000 * np.sin(2 * np.pi * 440 * np.arange(11_025) / 22_050)
    soundfile.write(tmp_path / "tone.wav", tone.astype(np.int16), 22_050)
    return tmp_path / "tone.wav"


class TestProgram:
    @pytest.mark.parametrize(("names", "chosen"), [(["espeak", "espeak-ng"], "espeak-ng"), (["espeak"], "espeak")])
    def test_one_on_the_path_is_run_and_gets_the_text_by_the_standard_input(
        self, tmp_path: Path, wav: Path, names: list[str], chosen: str
    ) -> None:
        for name in names:
            program = Program(tmp_path, name, f'/bin/cat > "{tmp_path}/text"; /bin/cat "{wav}"')
        sound = EspeakVoice(path=str(tmp_path)).speak("--help ½ [[h@l'oU]]")
        assert sound.duration_ms == pytest.approx(500, abs=20)
        assert program.calls == [f"{tmp_path}/{chosen} -v en-us -s 150 -b 1 --stdin --stdout"]
        # The brackets would begin phonemes.
        assert (tmp_path / "text").read_text(encoding="utf-8") == "--help ½ [ [h@l'oU]]"

    def test_a_head_that_promises_more_than_comes_is_no_error(self, tmp_path: Path, wav: Path) -> None:
        # espeak-ng writes the head before it knows the length.
        content = wav.read_bytes()
        wav.write_bytes(content[:4] + b"\x24\xf0\xff\x7f" + content[8:40] + b"\x00\xf0\xff\x7f" + content[44:])
        Program(tmp_path, "espeak-ng", f'/bin/cat > /dev/null; /bin/cat "{wav}"')
        assert EspeakVoice(path=str(tmp_path)).speak(TEXT).duration_ms == pytest.approx(500, abs=20)

    def test_a_text_is_spoken_once(self, tmp_path: Path, wav: Path) -> None:
        program = Program(tmp_path, "espeak-ng", f'/bin/cat > /dev/null; /bin/cat "{wav}"')
        cache = AudioCache(tmp_path / "audio", 1_000_000)
        for text, language, rate in [
            ("a", "en", 150),
            ("a", "en", 150),
            ("b", "en", 150),
            ("a", "de", 150),
            ("a", "en", 90),
        ]:
            EspeakVoice(path=str(tmp_path), cache=cache, words_per_minute=rate).speak(text, language)
        assert len(program.calls) == 4

    @pytest.mark.parametrize(
        ("body", "cause"),
        [
            ("echo no such voice >&2; exit 3", "status 3: no such voice"),
            ("exit 1", "status 1: it says nothing"),
            ("/bin/sleep 60", "not ended after 0.2 s"),
            ("/bin/sleep 60 & wait", "not ended after 0.2 s"),
            ("exec >&-; /bin/sleep 60", "not ended after 0.2 s"),
            ("exec /usr/bin/yes >&2", "not ended after 0.2 s"),
            ("kill -SEGV $$", "status -11"),
            ("echo this is no sound", "does not work"),
            ("", "does not work"),
        ],
        ids=[
            "status",
            "silent",
            "hangs",
            "child hangs",
            "closes",
            "complains",
            "crash",
            "garbage",
            "nothing",
        ],
    )
    def test_one_that_fails_is_left_in_time_and_the_error_lasts(self, tmp_path: Path, body: str, cause: str) -> None:
        Program(tmp_path, "espeak-ng", body)
        began = time.monotonic()
        with pytest.raises(VoiceError, match=cause) as told:
            EspeakVoice(path=str(tmp_path), wait_s=0.2).speak(TEXT)
        assert time.monotonic() - began < 2
        assert told.value.lasting
        assert "install it anew" in told.value.cause

    def test_one_that_writes_without_end_is_left_before_its_time_is_over(self, tmp_path: Path) -> None:
        Program(tmp_path, "espeak-ng", "exec /bin/cat /dev/zero")
        began = time.monotonic()
        with pytest.raises(VoiceError, match="writes without end") as told:
            EspeakVoice(path=str(tmp_path), wait_s=4).speak(TEXT)
        assert time.monotonic() - began < 3
        assert told.value.lasting

    def test_one_that_cannot_be_run_is_an_error(self, tmp_path: Path) -> None:
        Program(tmp_path, "espeak-ng", "").path.write_bytes(b"\x7fELF, but damaged")
        with pytest.raises(VoiceError, match="does not work") as told:
            EspeakVoice(path=str(tmp_path)).speak(TEXT)
        assert told.value.lasting

    def test_what_hangs_is_ended_with_all_that_it_started(self, tmp_path: Path) -> None:
        Program(tmp_path, "espeak-ng", f'/bin/sleep 60 & echo $! > "{tmp_path}/child"; wait')
        with pytest.raises(VoiceError, match="not ended"):
            EspeakVoice(path=str(tmp_path), wait_s=0.2).speak(TEXT)
        child = int((tmp_path / "child").read_text())
        until = time.monotonic() + 2
        while is_running(child) and time.monotonic() < until:
            time.sleep(0.01)
        assert not is_running(child)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_without_program_and_package_the_mend_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(VoiceError, match=r"install it .*extra `espeak`") as told:
        at_home().speak(TEXT)
    assert told.value.lasting
