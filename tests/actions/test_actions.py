"""Every action of the package, found and not listed: it does nothing but take the turn."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

import actions
import actions.turn
from tests.project.repository import domain


def _classes() -> list[type[Action]]:
    found: dict[str, type[Action]] = {}
    for module in pkgutil.walk_packages(actions.__path__, "actions."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(kind, Action) and kind.__module__ == module.name and not inspect.isabstract(kind):
                found[kind.__name__] = kind
    return list(found.values())


@pytest.mark.parametrize("kind", _classes(), ids=lambda kind: kind.__name__)
def test_action_takes_the_turn(kind: type[Action], monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[Any] = []
    monkeypatch.setattr(actions.turn, "take_turn", lambda *given: taken.append(given) or ["kept"])
    dispatcher, tracker = CollectingDispatcher(), Tracker.from_dict({"sender_id": "anna"})
    assert kind().run(dispatcher, tracker, {}) == ["kept"]
    assert [(dispatcher, tracker)] == taken


@pytest.mark.parametrize("kind", _classes(), ids=lambda kind: kind.__name__)
def test_action_is_named_after_its_file(kind: type[Action]) -> None:
    module = kind.__module__.removeprefix("actions.")
    topic = "answer" if module == "answers" else module
    assert f"action_{topic}" == kind().name()


def test_the_action_server_finds_exactly_the_actions_of_the_domain() -> None:
    executor = ActionExecutor()
    executor.register_package("actions")
    assert set(domain()["actions"]) == {name for name in executor.actions if name.startswith("action_")}
