"""domain.yml, the rules, the training sentences and docs/intents.md speak of the same things."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections import Counter
from typing import Any

import pytest
import yaml
from rasa_sdk import Action

import actions
from countoff.exercises import load_knowledge
from tests.project.repository import PROJECT, domain, examples, name_of, plain, read_yaml

LEAST_EXAMPLES = 40
LONGEST_PAYLOAD = 60
NOT_SAID = "nlu_fallback"
"""The one intent that no training sentence leads to."""


class _StrictLoader(yaml.SafeLoader):
    """YAML in which a key that stands twice is an error."""


def _no_doubles(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    keys = [loader.construct_object(key) for key, _ in node.value]
    doubled = [key for key, times in Counter(keys).items() if times > 1]
    assert not doubled, f"{doubled} stand twice at {node.start_mark}"
    return dict(zip(keys, (loader.construct_object(value, deep=True) for _, value in node.value), strict=True))


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _no_doubles)


def _rules() -> list[dict[str, Any]]:
    return [
        rule
        for path in sorted((PROJECT / "data" / "rules").glob("*.yml"))
        for rule in read_yaml(name_of(path))["rules"]
    ]


def _documented() -> set[str]:
    text = (PROJECT / "docs" / "intents.md").read_text(encoding="utf-8").partition("## Entities")[0]
    cells = re.findall(r"^\| ([a-z_, ]+) \|", text, re.MULTILINE)
    return {name.strip() for cell in cells for name in cell.split(",")} - {"intent"}


def _buttons() -> list[tuple[str, dict[str, str]]]:
    return [
        (name, button)
        for name, variants in domain()["responses"].items()
        for variant in variants
        for button in variant.get("buttons", [])
    ]


def test_no_key_of_the_domain_stands_twice() -> None:
    yaml.load((PROJECT / "domain.yml").read_text(encoding="utf-8"), _StrictLoader)


@pytest.mark.parametrize("part", ["intents", "entities", "actions"])
def test_no_name_of_the_domain_stands_twice(part: str) -> None:
    names = [next(iter(item)) if isinstance(item, dict) else item for item in domain()[part]]
    assert [name for name, times in Counter(names).items() if times > 1] == []


@pytest.mark.parametrize("name", domain()["responses"])
def test_response_has_a_default_for_every_channel(name: str) -> None:
    assert any("channel" not in variant and variant.get("text") for variant in domain()["responses"][name])


def test_every_action_has_a_class_and_every_class_is_in_the_domain() -> None:
    found = set()
    for module in pkgutil.walk_packages(actions.__path__, "actions."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(kind, Action) and not inspect.isabstract(kind) and kind.__module__.startswith("actions"):
                found.add(kind().name())
    assert set(domain()["actions"]) == found


def test_every_intent_has_exactly_one_rule() -> None:
    asked = Counter(step["intent"] for rule in _rules() for step in rule["steps"] if "intent" in step)
    assert dict.fromkeys(domain()["intents"], 1) == dict(asked)


def test_every_rule_ends_in_a_known_action_after_known_responses() -> None:
    known = {*domain()["actions"], *domain()["responses"]}
    for rule in _rules():
        does = [step["action"] for step in rule["steps"] if "action" in step]
        assert does[-1] in domain()["actions"], rule
        assert set(does) <= known, rule


@pytest.mark.parametrize("intent", [name for name in domain()["intents"] if name != NOT_SAID])
def test_intent_has_enough_examples(intent: str) -> None:
    count = len(examples().get(intent, ()))
    assert count >= LEAST_EXAMPLES, f"{intent} has {count}"


def test_examples_belong_to_intents_of_the_domain() -> None:
    assert set() == set(examples()) - set(domain()["intents"])


def test_the_table_of_intents_names_every_intent_and_no_other() -> None:
    assert set(domain()["intents"]) - {NOT_SAID} == _documented()


def test_no_sentence_belongs_to_two_intents() -> None:
    owners: dict[str, set[str]] = {}
    for intent, sentences in examples().items():
        for sentence in sentences:
            owners.setdefault(plain(sentence), set()).add(intent)
    assert {sentence: sorted(intents) for sentence, intents in owners.items() if len(intents) > 1} == {}


def test_stop_words_are_said_before_any_action_runs() -> None:
    said = {rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in _rules() if len(rule["steps"]) > 2}
    expected = {
        "stop": "utter_stop_now",
        "report_pain": "utter_stop_pain",
        "report_red_flag": "utter_stop_red_flag",
    }
    assert expected == said
    for response in expected.values():
        assert domain()["responses"][response][0]["custom"] == {"v": 1, "session": {"action": "stop"}}


@pytest.mark.parametrize(
    ("where", "payload"),
    [pytest.param(name, button["payload"], id=f"{name}: {button['title']}") for name, button in _buttons()]
    + [pytest.param(intent, topic.ask, id=f"topic {intent}") for intent, topic in load_knowledge().topics.items()],
)
def test_payload_is_one_short_line(where: str, payload: str) -> None:
    assert payload == payload.strip()
    assert len(payload.splitlines()) == 1
    assert 0 < len(payload) <= LONGEST_PAYLOAD
    assert not payload.startswith("/")


def test_topics_are_intents() -> None:
    assert set() == set(load_knowledge().topics) - set(domain()["intents"])
