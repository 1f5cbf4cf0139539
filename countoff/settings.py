"""The settings of an installation, read once from the environment."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from countoff.errors import SettingsError

PROJECT = Path(__file__).resolve().parent.parent
"""The folder that holds ``countoff/`` and ``knowledge/``."""

MIN_SECRET = 16
"""Shortest accepted COUNTOFF_SECRET, in characters: 64 bits even where it is written in hexadecimal."""

VOICES = ("clips", "gtts", "espeak", "tones")
"""The voices that there are."""

# A browser leaves the usual port away.
_ORIGIN = re.compile(
    r"(?:http://(?![^/]*:80$)|https://(?![^/]*:443$))[a-z0-9.-]+(?::[1-9]\d{0,4})?|https?://\[[0-9a-f:]+\](?::[1-9]\d{0,4})?"
)

_HTTPS = re.compile(r"https://[A-Za-z0-9.-]+(?::\d{1,5})?(?:/[\w.~-]+)*", re.ASCII)
# What is sent there carries the bot's token, so it leaves this machine encrypted only.
_API = re.compile(r"(?:https://[a-z0-9.-]+(?::\d{1,5})?|http://(?:127\.0\.0\.1|localhost)(?::\d{1,5})?)/(?:[\w.-]+/)*")

DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg2://")


@dataclass(frozen=True)
class Settings:
    """What an installation may choose; every field has a default that works on one machine."""

    port: int = 5005
    """PORT: where Rasa, its channels and the web page listen; 1 to 65535."""

    host: str = "127.0.0.1"
    """COUNTOFF_HOST: the address that the main server listens on; the action server is always local."""

    action_port: int = 5055
    """COUNTOFF_ACTION_PORT: where the action server listens; 1 to 65535, another than ``port``."""

    var: Path = PROJECT / "var"
    """COUNTOFF_VAR: the folder of everything that is written while running."""

    database_url: str = field(default=f"sqlite:///{PROJECT / 'var' / 'countoff.db'}", repr=False)
    """COUNTOFF_DATABASE_URL: the history database, SQLite or PostgreSQL; by default ``countoff.db`` in ``var``."""

    retention_days: int = 90
    """COUNTOFF_RETENTION_DAYS: how long what was said and done is kept, in days; 0 keeps it for ever."""

    rate_per_second: int = 10
    """COUNTOFF_RATE_PER_SECOND: how many messages of one sender are taken in a second; 1 to 1000."""

    web_origins: tuple[str, ...] = ()
    """COUNTOFF_WEB_ORIGINS: other origins whose pages may embed the web widget, with commas between."""

    alexa_application_id: str = ""
    """COUNTOFF_ALEXA_APPLICATION_ID: the id of our skill; without it Alexa has no channel."""

    alexa_audio_url: str = ""
    """COUNTOFF_ALEXA_AUDIO_URL: the ``https`` address at which the world reaches this server, without a path's last
    slash; Alexa fetches the sound of a set there. Without it sets are counted in Alexa's own voice."""

    knowledge: Path = PROJECT / "knowledge"
    """COUNTOFF_KNOWLEDGE: the folder of the knowledge base."""

    voices: tuple[str, ...] = ("clips", "espeak", "tones")
    """COUNTOFF_VOICES: which voices speak, the first that can; names with commas between, from ``VOICES``."""

    audio_cache_mb: int = 200
    """COUNTOFF_AUDIO_CACHE_MB: the most that rendered sound may take up in ``var``, in megabytes; 1 to 100000."""

    slack_bot_token: str | None = field(default=None, repr=False)
    """COUNTOFF_SLACK_BOT_TOKEN: what the coach speaks in Slack with (``xoxb-…``); the channel stays out without it."""

    slack_signing_secret: str | None = field(default=None, repr=False)
    """COUNTOFF_SLACK_SIGNING_SECRET: what Slack signs its requests with; needed where Slack calls us."""

    slack_app_token: str | None = field(default=None, repr=False)
    """COUNTOFF_SLACK_APP_TOKEN: opens Socket Mode (``xapp-…``): we call Slack, and nothing listens for it."""

    slack_api: str = "https://slack.com/api/"
    """COUNTOFF_SLACK_API: the address of Slack's Web API, HTTPS, or HTTP on this machine: a proxy, or a stand-in."""

    given_secret: str | None = field(default=None, repr=False)
    """COUNTOFF_SECRET: the key of hashed conversation ids and signed links, at least 16 characters."""

    @classmethod
    def from_environment(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the settings.

        Args:
            env: variables by name; the process environment if None. An empty value counts as unset.

        Raises:
            SettingsError: a value cannot be used; the message names the variable.
        """
        values = {name: value.strip() for name, value in (os.environ if env is None else env).items() if value.strip()}
        _one_worker(values)
        var = Path(values.get("COUNTOFF_VAR", cls.var)).expanduser().absolute()
        found = cls(
            port=_number(values, "PORT", cls.port, 1, 65535),
            host=values.get("COUNTOFF_HOST", cls.host),
            action_port=_number(values, "COUNTOFF_ACTION_PORT", cls.action_port, 1, 65535),
            var=var,
            database_url=_database(values.get("COUNTOFF_DATABASE_URL", f"sqlite:///{var / 'countoff.db'}")),
            retention_days=_number(values, "COUNTOFF_RETENTION_DAYS", cls.retention_days, 0, 36500),
            rate_per_second=_number(values, "COUNTOFF_RATE_PER_SECOND", cls.rate_per_second, 1, 1000),
            web_origins=_origins(values.get("COUNTOFF_WEB_ORIGINS", "")),
            alexa_application_id=_application(values.get("COUNTOFF_ALEXA_APPLICATION_ID", "")),
            alexa_audio_url=_https(values, "COUNTOFF_ALEXA_AUDIO_URL"),
            knowledge=_folder(values, "COUNTOFF_KNOWLEDGE", cls.knowledge),
            voices=_voices(values.get("COUNTOFF_VOICES", ",".join(cls.voices))),
            audio_cache_mb=_number(values, "COUNTOFF_AUDIO_CACHE_MB", cls.audio_cache_mb, 1, 100_000),
            slack_bot_token=_token(values, "COUNTOFF_SLACK_BOT_TOKEN", "xoxb-"),
            slack_signing_secret=values.get("COUNTOFF_SLACK_SIGNING_SECRET"),
            slack_app_token=_token(values, "COUNTOFF_SLACK_APP_TOKEN", "xapp-"),
            slack_api=_api(values.get("COUNTOFF_SLACK_API", cls.slack_api)),
            given_secret=_secret(values.get("COUNTOFF_SECRET")),
        )
        if found.port == found.action_port:
            raise SettingsError(f"COUNTOFF_ACTION_PORT and PORT are both {found.port}; give them different numbers")
        return found

    @property
    def tracker_url(self) -> str:
        """The database of conversations: the same PostgreSQL, or a second SQLite file beside the first.

        A file of its own, because SQLite lets one process write at a time.
        """
        if not self.database_url.startswith("sqlite"):
            return self.database_url
        path, mark, query = self.database_url.partition("?")
        return f"{path.removesuffix('.db')}-conversations.db{mark}{query}"

    @cached_property
    def secret(self) -> str:
        """The key of this installation: COUNTOFF_SECRET, else the file ``secret`` in ``var``, made where missing.

        Raises:
            SettingsError: the file can be neither read nor made.
        """
        return self.given_secret or _secret_file(self.var / "secret")


@cache
def settings() -> Settings:
    """The settings of this process, read at the first call."""
    return Settings.from_environment()


def _number(values: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = values.get(name, str(default))
    try:
        number = int(text)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise SettingsError(f"{name} must be a whole number from {low} to {high}, not {text!r}")
    return number


def _database(url: str) -> str:
    # Many hosts hand out this old scheme, which SQLAlchemy no longer takes.
    if url.startswith("postgres://"):
        url = url.replace("postgres://", "postgresql://", 1)
    if not url.startswith(DATABASES):
        raise SettingsError(f"COUNTOFF_DATABASE_URL must begin with one of {', '.join(DATABASES)}")
    if url.partition("?")[0] in ("sqlite:///", "sqlite:///:memory:"):
        raise SettingsError("COUNTOFF_DATABASE_URL must name a file: a database in memory loses everything at the end")
    return url


def _folder(values: Mapping[str, str], name: str, default: Path) -> Path:
    folder = Path(values.get(name, default)).expanduser().absolute()
    if name in values and not folder.is_dir():
        raise SettingsError(f"{name} must be a folder; {folder} is none")
    return folder


def _origins(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names:
        if not _ORIGIN.fullmatch(name):
            raise SettingsError(
                "COUNTOFF_WEB_ORIGINS lists origins as a browser writes them, in lower case and without a path, "
                f"such as https://www.example.org or http://127.0.0.1:8000, not {name!r}"
            )
    return names


def _application(text: str) -> str:
    if text and not re.fullmatch(r"amzn1\.ask\.skill\.[\w-]+", text, re.ASCII):
        raise SettingsError(
            f"COUNTOFF_ALEXA_APPLICATION_ID begins with amzn1.ask.skill., as in the console, not {text!r}"
        )
    return text


def _https(values: Mapping[str, str], name: str) -> str:
    address = values.get(name, "").rstrip("/")
    if address and not _HTTPS.fullmatch(address):
        raise SettingsError(f"{name} is an address such as https://coach.example.org, not {address!r}")
    return address


def _voices(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if wrong := [name for name in names if name not in VOICES]:
        raise SettingsError(f"COUNTOFF_VOICES names {wrong[0]!r}; the voices are {', '.join(VOICES)}")
    if len(set(names)) < len(names):
        raise SettingsError("COUNTOFF_VOICES names a voice twice")
    return names


def _token(values: Mapping[str, str], name: str, prefix: str) -> str | None:
    token = values.get(name)
    if token is not None and not token.startswith(prefix):
        # Slack has several, and the wrong one fails much later with a riddle. The token itself is not to be shown.
        raise SettingsError(f"{name} must begin with {prefix}")
    return token


def _api(address: str) -> str:
    if not _API.fullmatch(address):
        raise SettingsError(
            f"COUNTOFF_SLACK_API must be an https:// address, or http:// on 127.0.0.1, ending with /, not {address!r}"
        )
    return address


def _secret(text: str | None) -> str | None:
    if text is not None and len(text) < MIN_SECRET:
        raise SettingsError(f"COUNTOFF_SECRET must have at least {MIN_SECRET} characters; it has {len(text)}")
    return text


def _one_worker(values: Mapping[str, str]) -> None:
    # Rasa would start the workers, and each would have locks of its own: two turns of one user at once.
    if values.get("SANIC_WORKERS", "1") not in ("0", "1"):
        raise SettingsError("SANIC_WORKERS must be 1; for more, start more servers and send each user to the same one")


def _secret_file(path: Path) -> str:
    try:
        if not path.exists():
            _make_secret(path)
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"COUNTOFF_SECRET is not set and {path} cannot be used: {error}") from error
    if len(text) < MIN_SECRET:
        raise SettingsError(f"COUNTOFF_SECRET is not set and {path} is too short; delete it to have a new one made")
    return text


def _make_secret(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        # A link appears whole or not at all, and the first of two processes wins.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
