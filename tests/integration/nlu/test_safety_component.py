"""The Rasa component: the net has the last word on the intent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("rasa.engine.graph")
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message

from countoff.nlu.safety_component import SafetyNet


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> SafetyNet:
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("model"))
    return SafetyNet.create({}, storage, Resource("net"), ExecutionContext(GraphSchema({})))


def message(text: str | None, *ranking: tuple[str, float]) -> Message:
    verdicts = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    made = Message({"text": text} if text is not None else {})
    if verdicts:
        made.set("intent", verdicts[0], add_to_output=True)
        made.set("intent_ranking", verdicts, add_to_output=True)
    return made


def names(processed: Message) -> list[str]:
    return [verdict["name"] for verdict in processed.get("intent_ranking")]


@pytest.mark.parametrize(
    ("text", "intent"), [("stop", "stop"), ("ow my knee", "report_pain"), ("I feel dizzy", "report_red_flag")]
)
def test_what_the_net_finds_goes_before_every_verdict(net: SafetyNet, text: str, intent: str) -> None:
    (done,) = net.process([message(text, ("greet", 0.97), (intent, 0.02))])
    assert done.get("intent") == {"name": intent, "confidence": 1.0}
    assert names(done) == [intent, "greet"]


def test_it_needs_no_classifier(net: SafetyNet) -> None:
    (done,) = net.process([message("my hip hurts")])
    assert done.get("intent") == {"name": "report_pain", "confidence": 1.0}


def test_it_speaks_after_the_fallback(net: SafetyNet) -> None:
    (done,) = net.process([message("stop", ("nlu_fallback", 0.7), ("greet", 0.1))])
    assert done.get("intent")["name"] == "stop"


def test_the_finding_is_part_of_the_output(net: SafetyNet) -> None:
    (done,) = net.process([message("my left knee hurts")])
    expected = {"kind": "pain", "words": "knee hurts", "phonetic": None, "body_part": "knee", "cleared": False}
    assert done.as_dict_nlu()["safety"] == expected
    assert "safety" in done.output_properties


@pytest.mark.parametrize(
    ("text", "verdict", "expected"),
    [
        pytest.param("does it hurt", ("report_pain", 0.9), "ask_stop_rule", id="a cleared mention is demoted"),
        pytest.param("when should I stop", ("stop", 0.8), "ask_stop_rule", id="a cleared stop is demoted"),
        pytest.param("my joint feels unkind", ("report_pain", 0.6), "report_pain", id="a sure verdict stands"),
        pytest.param(
            "my joint feels unkind",
            ("report_pain", 0.1),
            "report_pain",
            id="at the threshold, with a red flag's share, it stands",
        ),
        pytest.param("my joint feels unkind", ("report_pain", 0.09), "ask_stop_rule", id="an unsure one is demoted"),
        pytest.param(
            "my joint feels unkind", ("report_pain", 0.3), "report_pain", id="pain or a red flag: in doubt which"
        ),
        pytest.param("my joint feels unkind", ("ask_feel", 0.35), "ask_feel", id="a red flag alone is too unsure"),
        pytest.param("off we go", ("stop", 0.29), "ask_stop_rule", id="an unsure stop is demoted"),
        pytest.param("does it hurt", ("ask_feel", 0.3), "ask_feel", id="other verdicts are left alone"),
        pytest.param("how high", ("nlu_fallback", 0.3), "nlu_fallback", id="the fallback is left alone"),
    ],
)
def test_urgent_verdicts_of_the_classifier(
    net: SafetyNet, text: str, verdict: tuple[str, float], expected: str
) -> None:
    (done,) = net.process([message(text, verdict, ("report_red_flag", 0.2), ("ask_stop_rule", 0.1))])
    assert done.get("intent")["name"] == expected
    assert names(done)[0] == expected


def test_a_demoted_verdict_leaves_the_ranking(net: SafetyNet) -> None:
    (done,) = net.process([message("does it hurt", ("report_pain", 0.9), ("stop", 0.05), ("ask_stop_rule", 0.03))])
    assert names(done) == ["ask_stop_rule"]


def test_with_nothing_left_the_fallback_answers(net: SafetyNet) -> None:
    (done,) = net.process([message("does it hurt", ("report_pain", 0.9))])
    assert done.get("intent") == {"name": "nlu_fallback", "confidence": 0.0}


@pytest.mark.parametrize("text", [None, "", "   ", "\u0000"], ids=repr)
def test_an_empty_message_is_left_alone(net: SafetyNet, text: str | None) -> None:
    (done,) = net.process([message(text, ("greet", 0.5))])
    assert done.get("intent")["name"] == "greet"
    assert done.get("safety")["kind"] is None


CHATTER = "and then we went home and had some soup. " * 40


@pytest.mark.parametrize(
    ("said", "intent", "text", "part"),
    [
        pytest.param("my hip hurts", "report_pain", "hip hurts", "hip", id="pain"),
        pytest.param("my chest hurts", "report_red_flag", "chest hurts", "chest", id="a red flag"),
        pytest.param("stop.", "stop", "stop", None, id="stop"),
        pytest.param("does it hurt?", "nlu_fallback", "", None, id="a question"),
        pytest.param("start a set", "nlu_fallback", "", None, id="another wish"),
    ],
)
@pytest.mark.parametrize("verdict", ["start_session", "report_pain"])
def test_of_a_message_that_is_too_long_only_the_finding_stays(
    net: SafetyNet, said: str, intent: str, text: str, part: str | None, verdict: str
) -> None:
    given = message(CHATTER + said, (verdict, 0.9), ("greet", 0.1))
    given.set("metadata", {"countoff": {"problem": "too_long"}})
    given.set("entities", [{"entity": "body_part", "value": "knee"}], add_to_output=True)
    given.set("questions", [{"text": "home", "intent": verdict}], add_to_output=True)
    (done,) = net.process([given])
    read = done.as_dict(only_output_properties=True)
    assert (read["intent"]["name"], read["text"], read["safety"]["body_part"]) == (intent, text, part)
    assert (read["entities"], read["questions"]) == ([], [])
    assert set(names(done)) == {intent, "nlu_fallback"}


@pytest.mark.parametrize("metadata", [None, {}, {"countoff": None}, {"countoff": {"problem": "not_text"}}], ids=repr)
def test_without_the_mark_a_long_message_is_read_as_any_other(net: SafetyNet, metadata: dict[str, Any] | None) -> None:
    given = message(CHATTER, ("greet", 0.9))
    given.set("metadata", metadata)
    (done,) = net.process([given])
    assert (done.get("intent")["name"], done.get("text")) == ("greet", CHATTER)


@pytest.mark.parametrize(("threshold", "expected"), [(0.3, "report_pain"), (0.95, "greet")])
def test_the_threshold_is_configured(threshold: float, expected: str) -> None:
    net = SafetyNet({**SafetyNet.get_default_config(), "threshold": threshold})
    (done,) = net.process([message("my joint feels unkind", ("report_pain", 0.4), ("greet", 0.1))])
    assert done.get("intent")["name"] == expected


def test_the_lexicon_is_configured(tmp_path: Path) -> None:
    config: dict[str, Any] = {**SafetyNet.get_default_config(), "lexicon": str(tmp_path / "none.yml")}
    with pytest.raises(Exception, match=r"none\.yml"):
        SafetyNet(config)


def test_rasa_finds_it_by_its_name() -> None:
    registered = DefaultV1Recipe._from_registry("countoff.nlu.safety_component.SafetyNet")
    assert registered.is_trainable is False
