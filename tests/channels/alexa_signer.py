"""Amazon's side of a signature: a chain of certificates made here, and the channel that trusts its root."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from countoff.channels.alexa.certificates import Certificates
from countoff.channels.alexa.channel import CoachAlexaInput
from countoff.channels.alexa.distrust import Distrust
from countoff.channels.alexa.verify import SIGNATURE_HEADER, URL_HEADER, Verifier
from countoff.settings import settings

ADDRESS = "https://s3.amazonaws.com/echo.api/echo-api-cert.pem"
NAME = "echo-api.amazon.com"
APPLICATION = "amzn1.ask.skill.test"
FOLDER = "alexa-signer"


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass
class Authority:
    """A certificate that signs others."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey


def certify(name: str, by: Authority | None, begins: datetime, ends: datetime, is_leaf: bool = False) -> Authority:
    key = rsa.generate_private_key(65537, 2048)
    issuer = by or Authority(None, key)  # type: ignore[arg-type]
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(by.certificate.subject if by else _name(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
        .add_extension(x509.BasicConstraints(ca=not is_leaf, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(is_leaf, False, is_leaf, False, False, not is_leaf, not is_leaf, False, False), critical=True
        )
    )
    if is_leaf:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return Authority(made.sign(issuer.key, SHA256()), key)


class Signer:
    """Signs bodies as Amazon does.

    Args:
        name: whom the leaf belongs to.
        begins: from when on the leaf is valid; a day ago if None.
        ends: until when; tomorrow if None.
    """

    def __init__(self, name: str = NAME, begins: datetime | None = None, ends: datetime | None = None) -> None:
        now = datetime.now(UTC)
        years = (now - timedelta(days=3650), now + timedelta(days=3650))
        self.root = certify("Root of the tests", None, *years)
        middle = certify("Middle of the tests", self.root, *years)
        self._leaf = certify(
            name, middle, begins or now - timedelta(days=1), ends or now + timedelta(days=1), is_leaf=True
        )
        chain = (self._leaf.certificate, middle.certificate)
        self.chain = b"".join(one.public_bytes(Encoding.PEM) for one in chain)

    def sign(self, body: bytes) -> dict[str, str]:
        """The headers of a request with this body."""
        signature = self._leaf.key.sign(body, PKCS1v15(), SHA256())
        return {
            URL_HEADER: ADDRESS,
            SIGNATURE_HEADER: base64.b64encode(signature).decode(),
            "Content-Type": "application/json",
        }

    def write(self, var: Path) -> None:
        """Put what a server is to trust where ``SignedAlexaInput`` looks for it."""
        folder = var / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "root.pem").write_bytes(self.root.certificate.public_bytes(Encoding.PEM))
        (folder / "chain.pem").write_bytes(self.chain)
        set_ahead(var, 0)


def set_ahead(var: Path, seconds: float) -> None:
    """Put the clock of the channel ahead of ours."""
    (var / FOLDER / "ahead").write_text(str(seconds), encoding="ascii")


class SignedAlexaInput(CoachAlexaInput):
    """The channel with root, chain and clock of a ``Signer``, all else as it is in service."""

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> SignedAlexaInput:
        chosen = settings()
        folder = chosen.var / FOLDER

        async def fetch(address: str) -> bytes:
            if address != ADDRESS:
                raise Distrust("there is nothing at this address")
            return (folder / "chain.pem").read_bytes()

        def clock() -> datetime:
            return datetime.now(UTC) + timedelta(seconds=float((folder / "ahead").read_text(encoding="ascii")))

        root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
        verifier = Verifier(APPLICATION, Certificates([root], fetch), clock)
        return cls(verifier, chosen.alexa_audio_url, clock)


def request_body(
    kind: str,
    user: str = "amzn1.ask.account.anna",
    intent: dict[str, Any] | None = None,
    at: datetime | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A request in Alexa's form; ``more`` replaces its parts ``session``, ``context`` and ``request``."""
    who = {"application": {"applicationId": APPLICATION}, "user": {"userId": user}}
    request = {
        "type": kind,
        "requestId": "amzn1.echo-api.request.1",
        "timestamp": (at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "locale": "en-US",
        **({"intent": intent} if intent else {}),
        **(more.get("request") or {}),
    }
    session = {
        "new": False,
        "sessionId": "amzn1.echo-api.session.1",
        "attributes": {},
        **who,
        **(more.get("session") or {}),
    }
    context = {"System": {**who, "device": {"deviceId": "d", "supportedInterfaces": {}}}, **(more.get("context") or {})}
    body = {"version": "1.0", "session": session, "context": context, "request": request}
    return {name: part for name, part in body.items() if more.get(name, True) is not None}


def encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()
