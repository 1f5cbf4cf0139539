"""The network voice: Google Translate's, through gTTS."""

from __future__ import annotations

import itertools
import random
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import httpx
import numpy as np
from gtts import gTTS
from gtts.lang import tts_langs

from countoff.errors import VoiceError
from countoff.speech import google_answer as answers
from countoff.speech.cache import AudioCache, kept, phrase_key
from countoff.speech.pcm import Pcm
from countoff.speech.text import split_sentences
from countoff.speech.trim import trimmed

ADDRESS = "https://translate.google.com/_/TranslateWebserverUi/data/batchexecute"

LONGEST = 5_000
"""The longest text that is sent, in characters."""

CONNECT_S = 2.0
READ_S = 4.0
"""How long the endpoint may be silent, in seconds."""

BACK_OFF_S = 0.5
"""The first wait after "too many requests", in seconds; each is twice as long as the one before, less up to half."""

DEADLINE_S = 6.0
"""How long one text may take in all, in seconds."""

RETRIED = frozenset({429, 500, 502, 503, 504})


class GoogleVoice:
    """Speaks with the voice of Google Translate; needs a network, and is used only where the setting names it.

    What it is given goes to Google. So it is given the coach's own sentences, never anything that a user said, wrote
    or did: whoever calls it holds to that. The endpoint is undocumented, promises nothing, and throttles; see
    docs/decisions/0010-voices.md.

    gTTS says how a request is built; it is sent from here, because gTTS verifies no certificate and has no deadline.
    Certificates are verified against those of the package certifi, or the file that SSL_CERT_FILE names.

    Args:
        address: where requests go; another than Google's in tests.
        cache: keeps every piece of a text that was spoken; None keeps nothing.
        deadline_s: how long one text may take in all, in seconds. A server that sends the head of an answer drop by
            drop, or a name service that hangs, may make it longer: `Speaker` ends that.
        clock: seconds that only grow.
        sleep: waits this many seconds.
        chance: a number from 0 to 1, another at each call.
    """

    name = "gtts"

    def __init__(
        self,
        *,
        address: str = ADDRESS,
        cache: AudioCache | None = None,
        deadline_s: float = DEADLINE_S,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._address = address
        self._cache = cache
        self._deadline_s = deadline_s
        self._clock = clock
        self._sleep = sleep
        self._chance = chance

    def speak(self, text: str, language: str = "en") -> Pcm:
        """The text as sound, 24 kHz, one channel, without silence around it.

        Args:
            text: at most 5,000 characters; it is sent by sentence or, where one is longer than
                the endpoint takes (100), by clause.
            language: one of gTTS's, such as ``en`` or ``pt-BR``.

        Raises:
            VoiceError: with the probable cause and the mend.
        """
        if len(text) > LONGEST:
            raise VoiceError(self.name, f"the text has {len(text)} characters; shorten it to {LONGEST}")
        if language not in tts_langs():
            raise VoiceError(self.name, f"it knows no language {language!r}; `gtts-cli --all` lists those that it does")
        # The abbreviations of another language cost a pause too many at worst.
        parts = [part for part in split_sentences(text, gTTS.GOOGLE_TTS_MAX_CHARS) if any(map(str.isalnum, part))]
        if not parts:
            raise VoiceError(self.name, "the text has neither a letter nor a digit; there is nothing to say")
        with httpx.Client(verify=self._trust, follow_redirects=False) as client:
            call = _Call(client, language, self._clock() + self._deadline_s)
            sounds = [self._piece(call, part) for part in parts]
        return trimmed(Pcm(np.concatenate([sound.samples for sound in sounds])))

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        # Reading all certificates takes 20 ms: once for each voice, not for each text.
        return httpx.create_ssl_context()

    def _piece(self, call: _Call, text: str) -> Pcm:
        return kept(self._cache, phrase_key(self.name, call.language, text), lambda: self._ask(call, text))

    def _ask(self, call: _Call, text: str) -> Pcm:
        # Text rules stand before every voice; those of gTTS could make a piece longer than the endpoint takes.
        [body] = gTTS(text, lang=call.language, lang_check=False, pre_processor_funcs=[]).get_bodies()
        for attempt in itertools.count():
            response, content = self._post(call, body)
            if response.status_code == httpx.codes.OK:
                return answers.sound(self.name, content, gTTS.GOOGLE_TTS_RPC)
            wait_s = max(self._back_off_s(attempt), answers.retry_after_s(response.headers.get("Retry-After")))
            if response.status_code not in RETRIED or self._clock() + wait_s >= call.until_s:
                raise answers.refusal(self.name, response.status_code)
            self._sleep(wait_s)
        raise AssertionError("it counts for ever")

    def _back_off_s(self, attempt: int) -> float:
        # Callers that were refused together would come back together if they all waited the same time.
        return float(BACK_OFF_S * 2**attempt * (1 - self._chance() / 2))

    def _post(self, call: _Call, body: str) -> tuple[httpx.Response, bytes]:
        left_s = call.until_s - self._clock()
        if left_s <= 0:
            raise VoiceError(self.name, answers.TOO_SLOW, lasting=True)
        patience = httpx.Timeout(min(READ_S, left_s), connect=min(CONNECT_S, left_s))
        content = b""
        try:
            with call.client.stream(
                "POST", self._address, content=body, headers=gTTS.GOOGLE_TTS_HEADERS, timeout=patience
            ) as response:
                for chunk in response.iter_bytes():
                    content += chunk
                    if len(content) > answers.LARGEST:
                        raise VoiceError(self.name, answers.NOT_GOOGLE, lasting=True)
                    if self._clock() > call.until_s:
                        raise VoiceError(self.name, answers.TOO_SLOW, lasting=True)
        except httpx.HTTPError as error:
            raise answers.failure(self.name, error) from error
        return response, content


@dataclass(frozen=True)
class _Call:
    """What all pieces of one text share."""

    client: httpx.Client
    language: str
    until_s: float
