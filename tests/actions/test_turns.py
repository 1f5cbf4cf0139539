"""Every row of cases/turns.yml, through the actions and a SQLite file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import create_engine, text

from actions.turn import HURT
from countoff.slots import HANDLED
from tests.actions.talk import ActionServer, Said
from tests.project.repository import domain

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "turns.yml").read_text(encoding="utf-8"))["cases"]
LOGGED = {"reps_right": "right", "reps_left": "left", "band": "band", "effort": "effort"}


@pytest.mark.parametrize("turns", [pytest.param(case["turns"], id=case["case"]) for case in CASES])
def test_conversation(turns: list[dict[str, Any]], server: ActionServer) -> None:
    playing: dict[str, Any] = {}
    for row in turns:
        if row.get("restart"):
            server.restart()
        if row.get("lost"):
            server.clock.now_s += row.get("after", 5)
            server.hear(row)
            continue
        metadata = dict(row.get("metadata", {}))
        if "report" in row:
            # The player reports the session that it was given.
            metadata["session"] = {"id": playing["id"], "rev": playing["rev"], **row["report"]}
        said = server.say({**row, "metadata": metadata})
        playing = said.custom.get("session") or playing
        _expect(row, said, server)


def _expect(row: dict[str, Any], said: Said, server: ActionServer) -> None:
    assert row["says"] == said.responses
    assert f"m{server.messages}" == _slot(said, HANDLED)
    assert said.events[-1]["event"] == "followup", "Rasa is told that the turn ends here"
    assert said.events[-1]["name"] == "action_listen"
    if "action" in row:
        assert row["action"] == said.action
    if "at" in row:
        at = said.custom["session"]["at"]
        assert row["at"] == {part: at[part] for part in row["at"]}
    if "tempo" in row:
        assert row["tempo"] == said.custom["session"]["prescription"]["tempo_s"]["lift"]
    if "hurt" in row:
        assert row["hurt"] == _slot(said, HURT)
    if "forget" in row:
        assert row["forget"] == (_slot(said, "forget") is True)
    if "stored" in row:
        assert row["stored"] == [event["type"] for event in server.store.load("anna").session_events]
    if "log" in row:
        assert row["log"] == _log(server)


def _slot(said: Said, name: str) -> Any:
    return next((event["value"] for event in said.events if event["event"] == "slot" and event["name"] == name), None)


def _log(server: ActionServer) -> list[dict[str, Any]]:
    return [
        {**{to: row[name] for name, to in LOGGED.items()}, "confirmed": bool(row["confirmed"])} for row in _rows(server)
    ]


def _rows(server: ActionServer) -> list[Any]:
    engine = create_engine(server.url, future=True)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM training_log ORDER BY ended_ms")).mappings().all()
    engine.dispose()
    return list(rows)


def test_the_log_counts_the_sets_that_were_begun(server: ActionServer) -> None:
    server.say({"intent": "start_session", "about": {"reps": 2, "sets": 3}})
    server.say({"intent": "stop", "after": 20})
    assert _rows(server)[0]["sets"] == 1


def test_every_message_names_a_response_of_the_domain_and_carries_no_words_of_its_own(server: ActionServer) -> None:
    said = server.say({"intent": "start_session", "about": {"reps": 8}})
    for message in said.messages:
        assert message["response"] in domain()["responses"]
        assert message["text"] is None
        assert message["attachment"] is None


def test_steps_are_parameters_and_not_the_text_of_the_message(server: ActionServer) -> None:
    """A text given beside a response would replace it in Rasa, and "Step 1 of 6" would not be said."""
    said = server.say({"intent": "ask_how_to", "channel": "alexa"})
    assert said.responses == ["step"]
    assert said.messages[0]["text"] is None


def test_the_payload_goes_with_the_last_message(server: ActionServer) -> None:
    said = server.say({"intent": "start_session", "about": {"reps": 8}})
    assert [bool(message["custom"]) for message in said.messages] == [False, True]
    assert said.custom["v"] == 1


def test_users_never_see_each_others_state(server: ActionServer) -> None:
    server.say({"intent": "start_session", "about": {"reps": 8}}, user="anna")
    assert server.say({"intent": "ask_left"}, user="bert").responses == ["nothing_to_count"]
    server.say({"intent": "report_red_flag"}, user="bert")
    assert server.say({"intent": "ask_left"}, user="anna").responses == ["left"]
    server.say({"intent": "forget_me"}, user="bert")
    assert server.say({"intent": "affirm"}, user="bert").responses == ["forgotten"]
    assert server.say({"intent": "ask_left"}, user="anna").responses == ["left"]


def test_what_is_forgotten_is_not_in_the_files(server: ActionServer, tmp_path: Path) -> None:
    server.say({"intent": "report_pain"})
    server.say({"intent": "inform", "text": "a quagga kicked it", "about": {"body_part": "knee"}})
    assert _holding(tmp_path, b"quagga"), "the word was never stored, so this test would prove nothing"
    server.say({"intent": "forget_me"})
    server.say({"intent": "affirm"})
    assert _holding(tmp_path, b"quagga") == []
    assert _holding(tmp_path, b"anna") == []


def _holding(folder: Path, word: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and word in path.read_bytes()]


def test_an_error_of_the_store_is_not_swallowed(server: ActionServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rasa must learn that the action failed, or the turn would count as dealt with."""

    def broken(*_: Any) -> None:
        raise OSError("disk")

    monkeypatch.setattr(server.store, "save", broken)
    with pytest.raises(OSError, match="disk"):
        server.say({"intent": "start_session"})
