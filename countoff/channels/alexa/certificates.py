"""Amazon's certificates: fetched once, verified at every use."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import certifi
import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from countoff.channels.alexa.distrust import Distrust

NAME = x509.DNSName("echo-api.amazon.com")
"""Whom the certificate must belong to."""

MOST_BYTES = 64 * 1024
"""Longest chain that is read; Amazon's have some 6,000 bytes."""

MOST_KEPT = 8
FETCH_S = 3.0

Fetch = Callable[[str], Awaitable[bytes]]


class Certificates:
    """The keys of chains that lead to a trusted root.

    Args:
        roots: whom we trust.
        fetch: gets what lies at an address.

    Raises:
        Distrust: from ``fetch``, where it cannot.
    """

    def __init__(self, roots: Sequence[x509.Certificate], fetch: Fetch) -> None:
        self._store = Store(list(roots))
        self._fetch = fetch
        self._kept: OrderedDict[str, list[x509.Certificate]] = OrderedDict()

    async def key(self, address: str, now: datetime) -> RSAPublicKey:
        """The key that signs requests, by the chain at an address.

        Raises:
            Distrust: the chain cannot be fetched or read, or it is not Amazon's, or not valid now.
        """
        # What is not verified is not kept: the address alone is the sender's choice.
        chain = self._kept.pop(address, None) or _read(await self._fetch(address))
        key = self._verified(chain, now)
        self._kept[address] = chain
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return key

    def _verified(self, chain: Sequence[x509.Certificate], now: datetime) -> RSAPublicKey:
        moment = now.astimezone(UTC).replace(tzinfo=None)
        try:
            verifier = PolicyBuilder().store(self._store).time(moment).build_server_verifier(NAME)
            verifier.verify(chain[0], list(chain[1:]))
        except VerificationError as error:
            raise Distrust(f"the certificate is not valid ({error})") from error
        key = chain[0].public_key()
        if not isinstance(key, RSAPublicKey):
            raise Distrust("the key of the certificate is none of RSA")
        return key


async def fetch_chain(address: str) -> bytes:
    """What lies at an address.

    Raises:
        Distrust: it cannot be reached in three seconds, or is no chain.
    """
    try:
        async with httpx.AsyncClient(timeout=FETCH_S) as client, client.stream("GET", address) as answer:
            if answer.status_code != httpx.codes.OK:
                raise Distrust(f"the certificate cannot be fetched ({answer.status_code})")
            found = bytearray()
            async for piece in answer.aiter_bytes():
                found += piece
                if len(found) > MOST_BYTES:
                    raise Distrust("the certificate is too long")
            return bytes(found)
    except httpx.HTTPError as error:
        raise Distrust(f"the certificate cannot be fetched ({type(error).__name__})") from error


@cache
def trusted_roots() -> tuple[x509.Certificate, ...]:
    """The roots of Mozilla's list, as certifi brings it."""
    with warnings.catch_warnings():
        # A few old roots of the list have a serial number that RFC 5280 forbids.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        return tuple(x509.load_pem_x509_certificates(Path(certifi.where()).read_bytes()))


def _read(pem: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise Distrust("the certificate is malformed") from error
