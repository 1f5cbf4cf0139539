"""Settings: defaults, what is read, and what is refused by name."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from countoff.errors import SettingsError
from countoff.settings import PROJECT, Settings, _make_secret, settings

READ = {
    "PORT": ("8080", "port", 8080),
    "COUNTOFF_HOST": ("0.0.0.0", "host", "0.0.0.0"),
    "COUNTOFF_ACTION_PORT": (" 6055 ", "action_port", 6055),
    "COUNTOFF_RETENTION_DAYS": ("0", "retention_days", 0),
    "COUNTOFF_RATE_PER_SECOND": ("1000", "rate_per_second", 1000),
    "COUNTOFF_SECRET": ("0123456789abcdef", "secret", "0123456789abcdef"),
    "COUNTOFF_DATABASE_URL": ("postgres://u:p@db/coach", "database_url", "postgresql://u:p@db/coach"),
    "COUNTOFF_SLACK_BOT_TOKEN": ("xoxb-1", "slack_bot_token", "xoxb-1"),
    "COUNTOFF_SLACK_APP_TOKEN": ("xapp-1", "slack_app_token", "xapp-1"),
    "COUNTOFF_SLACK_SIGNING_SECRET": ("s", "slack_signing_secret", "s"),
    "COUNTOFF_SLACK_API": ("https://slack-gov.com/api/", "slack_api", "https://slack-gov.com/api/"),
    "COUNTOFF_VAR": ("/srv/countoff", "var", Path("/srv/countoff")),
    "COUNTOFF_KNOWLEDGE": ("/", "knowledge", Path("/")),
    "COUNTOFF_ALEXA_APPLICATION_ID": ("amzn1.ask.skill.1-a", "alexa_application_id", "amzn1.ask.skill.1-a"),
    "COUNTOFF_ALEXA_AUDIO_URL": ("https://coach.example.org/a/", "alexa_audio_url", "https://coach.example.org/a"),
    "COUNTOFF_WEB_ORIGINS": (
        "https://www.example.org, http://127.0.0.1:8000,,https://[::1]:8443,http://localhost,http://localhost",
        "web_origins",
        ("https://www.example.org", "http://127.0.0.1:8000", "https://[::1]:8443", "http://localhost"),
    ),
}

NO_ORIGINS = [
    "*", "null", "www.example.org", "https://www.example.org/", "https://www.example.org/coach", "https://Example.org",
    "https://*.example.org", "https://user@example.org", "https://example.org:443", "http://example.org:80",
    "https://example.org:0", "https://example.org:", "ftp://example.org", "https://", "https://münchen.example",
    "https://a.example https://b.example", "https://a.example;script-src *", "https://a.example'", "file:///x",
]  # fmt: skip

REFUSED = [
    ("PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "http"),
    ("COUNTOFF_ACTION_PORT", "5005"),
    ("COUNTOFF_RETENTION_DAYS", "-1"),
    ("COUNTOFF_RETENTION_DAYS", "1.5"),
    ("COUNTOFF_RATE_PER_SECOND", "0"),
    ("COUNTOFF_SECRET", "0123456789abcde"),
    ("COUNTOFF_DATABASE_URL", "mysql://db/coach"),
    ("COUNTOFF_DATABASE_URL", "sqlite://"),
    ("COUNTOFF_DATABASE_URL", "sqlite:///"),
    ("COUNTOFF_DATABASE_URL", "sqlite:///:memory:"),
    ("COUNTOFF_KNOWLEDGE", "/no/such/folder"),
    ("COUNTOFF_ALEXA_APPLICATION_ID", "coach"),
    *(
        ("COUNTOFF_ALEXA_AUDIO_URL", url)
        for url in ("http://coach.example.org", "coach.example.org", "https://a/?b", "https://")
    ),
    ("SANIC_WORKERS", "2"),
    ("COUNTOFF_SLACK_BOT_TOKEN", "xoxp-1"),
    ("COUNTOFF_SLACK_APP_TOKEN", "xoxb-1"),
    ("COUNTOFF_SLACK_API", "http://slack.com/api/"),
    ("COUNTOFF_SLACK_API", "https://slack.com/api"),
    ("COUNTOFF_SLACK_API", "http://127.0.0.1.example.org/"),
    ("COUNTOFF_SLACK_API", "http://127.0.0.1@example.org/"),
    *(("COUNTOFF_WEB_ORIGINS", f"https://good.example,{origin}") for origin in NO_ORIGINS),
]


def test_the_defaults_work_on_one_machine() -> None:
    assert Settings.from_environment({}) == Settings()
    assert Settings().host == "127.0.0.1"
    assert Settings().database_url == f"sqlite:///{PROJECT}/var/countoff.db"
    assert Settings().tracker_url == f"sqlite:///{PROJECT}/var/countoff-conversations.db"


@pytest.mark.parametrize(("name", "text", "field", "value"), [(n, *rest) for n, rest in READ.items()], ids=list(READ))
def test_a_variable_is_read(name: str, text: str, field: str, value: object) -> None:
    assert getattr(Settings.from_environment({name: text}), field) == value


@pytest.mark.parametrize(("name", "text"), REFUSED, ids=[f"{n}={t}" for n, t in REFUSED])
def test_a_value_that_cannot_be_used_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: text})


def test_an_empty_value_counts_as_unset() -> None:
    assert Settings.from_environment(dict.fromkeys([*READ, "SANIC_WORKERS"], " ")) == Settings()


def test_everything_written_moves_with_var(tmp_path: Path) -> None:
    found = Settings.from_environment({"COUNTOFF_VAR": str(tmp_path)})
    assert found.database_url == f"sqlite:///{tmp_path}/countoff.db"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:////data/log.db?timeout=3", "sqlite:////data/log-conversations.db?timeout=3"),
        ("sqlite:////data/log.sqlite", "sqlite:////data/log.sqlite-conversations.db"),
        ("postgresql://db/coach", "postgresql://db/coach"),
    ],
)
def test_conversations_lie_beside_the_history(url: str, expected: str) -> None:
    assert Settings.from_environment({"COUNTOFF_DATABASE_URL": url}).tracker_url == expected


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = Settings.from_environment({"COUNTOFF_VAR": str(tmp_path / "var")}).secret
    again = Settings.from_environment({"COUNTOFF_VAR": str(tmp_path / "var")}).secret
    assert first == again
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "var" / "secret").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret"]


def test_many_that_start_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        secrets = set(pool.map(lambda _: Settings(var=tmp_path / "new").secret, range(64)))
    assert len(secrets) == 1


def test_one_that_comes_second_leaves_the_secret_of_the_first(tmp_path: Path) -> None:
    first = Settings(var=tmp_path).secret
    _make_secret(tmp_path / "secret")
    assert Settings(var=tmp_path).secret == first


def test_two_installations_have_two_secrets(tmp_path: Path) -> None:
    assert Settings(var=tmp_path / "a").secret != Settings(var=tmp_path / "b").secret


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 40])
def test_a_secret_file_that_is_damaged_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(SettingsError, match="COUNTOFF_SECRET"):
        _ = Settings(var=tmp_path).secret


def test_what_is_printed_holds_no_password() -> None:
    found = Settings.from_environment(
        {"COUNTOFF_DATABASE_URL": "postgresql://u:hunter2@db/coach", "COUNTOFF_SECRET": "hunter2-hunter2-hunter2"}
    )
    assert "hunter2" not in repr(found)


def test_the_process_reads_its_environment_once(monkeypatch: pytest.MonkeyPatch) -> None:
    settings.cache_clear()
    monkeypatch.setenv("PORT", "7001")
    first = settings()
    monkeypatch.setenv("PORT", "7002")
    assert settings().port == 7001
    assert settings() is first
    settings.cache_clear()
