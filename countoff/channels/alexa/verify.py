"""Whether a request is Amazon's, meant for our skill, and of this moment."""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from countoff.channels.alexa.certificates import Certificates
from countoff.channels.alexa.distrust import Distrust
from countoff.channels.body import mapping_in, read_object
from countoff.channels.refusal import RefusalError

URL_HEADER = "SignatureCertChainUrl"
SIGNATURE_HEADER = "Signature-256"

TOLERANCE_S = 150
"""How far the time in a request may be from ours, in seconds (developer.amazon.com, "Host a Custom Skill as a Web
Service")."""

_HOST, _PORT = "s3.amazonaws.com", 443
# Other characters, such as %2e, can be read in more than one way.
_PATH = re.compile(r"/echo\.api/[\w./-]+", re.ASCII)
_EXAMPLE = '{"version": "1.0"}'


class Verifier:
    """Verifies requests before anything in them is believed.

    Args:
        application_id: of our skill.
        certificates: the keys of Amazon's chains.
        clock: the time, with its zone.
    """

    def __init__(self, application_id: str, certificates: Certificates, clock: Callable[[], datetime]) -> None:
        self._application_id = application_id
        self._certificates = certificates
        self._clock = clock

    async def read(self, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """The JSON of a request.

        Args:
            headers: names in any case.
            body: exactly as it came.

        Raises:
            Distrust: it is not to be trusted; why is for the log alone.
        """
        address = chain_address(headers.get(URL_HEADER))
        signature = _signature(headers.get(SIGNATURE_HEADER))
        key = await self._certificates.key(address, self._clock())
        try:
            key.verify(signature, body, PKCS1v15(), SHA256())
        except InvalidSignature as error:
            raise Distrust("the signature is not that of the body") from error
        try:
            data = read_object(body, _EXAMPLE)
        except RefusalError as error:
            raise Distrust(str(error)) from error
        self._check_time(mapping_in(data, "request").get("timestamp"))
        self._check_application(data)
        return data

    def _check_time(self, text: object) -> None:
        try:
            said = datetime.fromisoformat(str(text))
        except ValueError as error:
            raise Distrust("there is no time in it") from error
        said = said if said.tzinfo else said.replace(tzinfo=UTC)
        if abs((self._clock() - said).total_seconds()) > TOLERANCE_S:
            raise Distrust("its time is not this moment's; if that is so of every request, set the server's clock")

    def _check_application(self, data: Mapping[str, Any]) -> None:
        if set(_applications(data)) != {self._application_id}:
            raise Distrust("it is for another skill than COUNTOFF_ALEXA_APPLICATION_ID")


def chain_address(url: str | None) -> str:
    """Where a chain is fetched from, in its plain form.

    Raises:
        Distrust: the address is none of Amazon's.
    """
    try:
        parts = urlsplit(url or "")
        place = (parts.scheme, parts.hostname, parts.port or _PORT)
    except ValueError as error:
        raise Distrust("the address of the certificate is malformed") from error
    path = posixpath.normpath(parts.path)
    if place != ("https", _HOST, _PORT) or "@" in parts.netloc or not _PATH.fullmatch(path):
        raise Distrust("the certificate is not kept where Amazon keeps its own")
    return f"https://{_HOST}{path}"


def _signature(text: str | None) -> bytes:
    try:
        return base64.b64decode(text or "", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Distrust("the signature is malformed") from error


def _applications(data: Mapping[str, Any]) -> Iterator[object]:
    """Every id of a skill in a request; an AudioPlayer event has it in the context alone."""
    for holder in (mapping_in(data, "session"), mapping_in(mapping_in(data, "context"), "System")):
        if holder:
            yield str(mapping_in(holder, "application").get("applicationId"))
