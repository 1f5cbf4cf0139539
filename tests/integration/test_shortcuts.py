"""What is done once must do what Rasa does each time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event, SlotSet, UserUttered
from threadpoolctl import threadpool_info, threadpool_limits

from countoff import shortcuts

ANSWERS = {
    "nothing": {},
    "no events": {"events": [], "responses": []},
    "a slot": {"events": [{"event": "slot", "name": "handled", "value": "1"}], "responses": [{"text": "Hello"}]},
    "an unknown event": {"events": [{"event": "no such event"}]},
    "events that are none": {"events": "none"},
    "responses that are none": {"responses": {"text": "Hello"}},
    "a response that is a text": {"responses": ["Hello"]},
    "not an object": [],
}


@pytest.fixture(autouse=True)
def _undone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(RemoteAction, "_validate_action_result", RemoteAction._validate_action_result)
    monkeypatch.setattr(Event, "resolve_by_type", Event.resolve_by_type)
    with threadpool_limits(limits=None):
        yield


def _verdict(answer: object) -> str | None:
    try:
        RemoteAction("action_answer", None)._validate_action_result(answer)
    except ValidationError as error:
        return error.validator
    return None


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_answers_of_the_action_server_are_judged_as_rasa_judges_them(answer: object) -> None:
    by_rasa = _verdict(answer)
    shortcuts.remember_action_schema()
    assert _verdict(answer) == by_rasa


def test_the_schema_of_answers_is_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shortcuts.remember_action_schema()

    def never() -> None:
        raise AssertionError("the schema was made again")

    monkeypatch.setattr(RemoteAction, "action_response_format_spec", staticmethod(never))
    assert _verdict(ANSWERS["a slot"]) is None


def test_types_of_events_are_looked_up_once_and_are_the_same() -> None:
    shortcuts.remember_event_types()
    shortcuts.remember_event_types()
    assert Event.resolve_by_type("slot") is SlotSet
    assert Event.resolve_by_type("user") is UserUttered
    hits = Event.resolve_by_type.cache_info().hits
    assert Event.resolve_by_type("slot") is SlotSet
    assert Event.resolve_by_type.cache_info().hits == hits + 1


def test_linear_algebra_runs_on_one_thread() -> None:
    shortcuts.use_one_thread()
    assert {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"} == {1}
