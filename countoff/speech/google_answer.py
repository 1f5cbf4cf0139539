"""What the endpoint of Google Translate answers, and what its failures mean."""

from __future__ import annotations

import base64
import binascii
import json
import socket
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO

import httpx
import soundfile

from countoff.errors import VoiceError
from countoff.speech.pcm import Pcm

LARGEST = 1_000_000
"""No honest answer to 100 characters is larger, in bytes: ten seconds of speech are about 60,000."""

TOO_SLOW = "no answer in time: the network or Google is slow or a firewall drops the connection; try again later"
HALF = "half an answer came and the connection ended: try again; if it stays so, look at the network or the proxy"
EMPTY = "the answer holds no sound: Google does not speak this text in this language; write it differently"
NOT_SOUND = "the answer holds no MP3 that can be read: try again; if it stays so, Google has changed its answers"
NOT_GOOGLE = (
    "the answer is not that of Google's voice: the network shows a page of its own (log in to it), or Google has "
    "changed its answers (look for a newer gTTS)"
)
NO_NAME = "the name of Google's server is not found: there is no network or no name service; check the connection"
NO_TRUST = (
    "the certificate of the server is not trusted: the clock is wrong, or somebody stands between (a company's proxy: "
    "let SSL_CERT_FILE name its certificate)"
)
NO_PROXY = "the proxy refuses: check HTTPS_PROXY"
NO_CONNECTION = (
    "no connection to Google: there is no network, or a firewall or the proxy (HTTPS_PROXY) is in the way; check them"
)
CUT = "the connection was cut without an answer: try again; if it stays so, look at the network or the proxy"

STATUS = {
    429: "Google throttles this address (429, too many requests): wait some minutes, and speak less that is new",
    403: "Google refuses (403): it blocks this address, or has changed its interface; look for a newer gTTS",
    404: "the address is not there (404): Google has changed its interface; look for a newer gTTS",
    400: "Google does not understand the request (400): it has changed its interface; look for a newer gTTS",
}
"""The probable cause by status; a family of statuses stands under its first digit."""

FAMILY = {
    3: "Google sends to another page ({status}): it takes this address for a robot's, or asks for consent; wait, or "
    "open translate.google.com in a browser here",
    5: "Google is out of order ({status}): try again later",
}


def sound(voice: str, content: bytes, rpc: str) -> Pcm:
    """The sound in an answer, 24 kHz, one channel.

    The form, as gTTS 2.5.4 reads it: lines, one of which is a list in JSON. It holds a list of ``wrb.fr``, the name of
    the procedure, and what that gave: once more JSON, a list with the MP3 in base 64.

    Args:
        voice: named in errors.
        content: the body of an answer with status 200.
        rpc: name of the remote procedure.

    Raises:
        VoiceError: it is half an answer, empty, no sound, or not Google's.
    """
    lines = [line for line in content.decode("utf-8", "replace").splitlines() if rpc in line]
    if not lines:
        raise VoiceError(voice, NOT_GOOGLE, lasting=True)
    try:
        [payload] = [entry[2] for entry in json.loads(lines[0]) if entry[:2] == ["wrb.fr", rpc]]
        encoded = (json.loads(payload or "null") or [""])[0]
        mp3 = base64.b64decode(encoded)
    except (ValueError, LookupError, TypeError, binascii.Error) as error:
        raise VoiceError(voice, HALF) from error
    if not mp3:
        raise VoiceError(voice, EMPTY)
    try:
        samples, rate = soundfile.read(BytesIO(mp3), dtype="int16")
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise VoiceError(voice, NOT_SOUND) from error
    if not samples.any():
        raise VoiceError(voice, EMPTY)
    return Pcm(samples, rate).mono()


def refusal(voice: str, status: int) -> VoiceError:
    """What a status other than 200 means."""
    unknown = "Google answers with status {status}, which is new: look for a newer gTTS"
    cause = STATUS.get(status) or FAMILY.get(status // 100, unknown).format(status=status)
    return VoiceError(voice, cause, lasting=True)


def failure(voice: str, error: httpx.HTTPError) -> VoiceError:
    """What it means that no answer came, or half of one."""
    reasons = _reasons(error)
    if isinstance(error, httpx.TimeoutException):
        return VoiceError(voice, TOO_SLOW, lasting=True)
    if any(isinstance(reason, ssl.SSLCertVerificationError) for reason in reasons):
        return VoiceError(voice, NO_TRUST, lasting=True)
    if any(isinstance(reason, socket.gaierror) for reason in reasons):
        return VoiceError(voice, NO_NAME, lasting=True)
    if isinstance(error, httpx.ProxyError):
        return VoiceError(voice, NO_PROXY, lasting=True)
    if isinstance(error, httpx.ConnectError):
        return VoiceError(voice, NO_CONNECTION, lasting=True)
    return VoiceError(voice, HALF if "complete" in str(error) else CUT)


def retry_after_s(header: str | None) -> float:
    """Seconds that a Retry-After asks to wait, as seconds or as a date (RFC 9110, 10.2.3); 0 if it says nothing."""
    if not header:
        return 0.0
    if header.strip().isdecimal():
        return float(header)
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        return 0.0
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _reasons(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
