"""Speaks with espeak-ng from the package espeakng-loader, in a process of its own; nothing imports this file.

espeak-ng is under GPL-3.0-or-later, so it is never loaded into the processes of Countoff. Run as
``python -I espeak_process.py VOICE RATE`` with a UTF-8 text on the standard input, it writes a WAV to the standard
output. It ends with status 1 and one line on the standard error if it cannot.
"""

from __future__ import annotations

import ctypes
import sys
import wave
from io import BytesIO

import espeakng_loader

# Names and values are those of espeak-ng 1.52, src/include/espeak-ng/speak_lib.h.
AUDIO_OUTPUT_SYNCHRONOUS = 2
ESPEAK_INITIALIZE_DONT_EXIT = 0x8000
ESPEAK_RATE = 1
POS_CHARACTER = 1
ESPEAK_CHARS_UTF8 = 1

Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


def synthesise(text: bytes, voice: str, words_per_minute: int) -> bytes:
    """The text as a WAV of one channel and 16 bits.

    Args:
        text: UTF-8.
        voice: name of one of espeak-ng's voices, such as ``en-us``.
        words_per_minute: 80 to 450.

    Raises:
        SystemExit: the library cannot start or has no such voice.
    """
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = espeakng_loader.get_data_path().encode()
    rate = library.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, data, ESPEAK_INITIALIZE_DONT_EXIT)
    if rate <= 0:
        sys.exit("espeak-ng does not find its data")
    if library.espeak_SetVoiceByName(voice.encode()):
        sys.exit(f"espeak-ng has no voice {voice}")
    library.espeak_SetParameter(ESPEAK_RATE, words_per_minute, 0)
    frames = bytearray()

    def collect(samples: ctypes._Pointer[ctypes.c_short] | None, count: int, _events: int) -> int:
        if samples and count:
            frames.extend(ctypes.string_at(samples, count * ctypes.sizeof(ctypes.c_short)))
        return 0

    callback = Callback(collect)
    library.espeak_SetSynthCallback(callback)
    terminated = text + b"\0"
    library.espeak_Synth(
        terminated, ctypes.c_size_t(len(terminated)), 0, POS_CHARACTER, 0, ESPEAK_CHARS_UTF8, None, None
    )
    return _wav(bytes(frames), rate)


def _wav(frames: bytes, rate: int) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as output:
        output.setnchannels(1)
        output.setsampwidth(2)
        output.setframerate(rate)
        output.writeframes(frames)
    return file.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(synthesise(sys.stdin.buffer.read(), sys.argv[1], int(sys.argv[2])))
