"""The Rasa component: trained on a few sentences, stored, loaded, and used on messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from countoff.nlu.classifier import RANKING_LENGTH, CoachClassifier

SENTENCES = {
    "ask_band": [
        "which band should I use",
        "what band",
        "which colour of band",
        "is green too strong",
        "what strength",
    ],
    "ask_reps": ["how many reps", "how many should I do", "how many times", "what number of reps", "how many sets"],
    "ask_knee_height": [
        "how high",
        "how high does the knee go",
        "how far up is the knee",
        "knee height",
        "to hip height",
    ],
    "start_session": ["start", "count me in", "let's go", "begin counting", "start eight reps"],
    "stop": ["stop", "that's enough", "I'm done", "end it", "finish now"],
}


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> tuple[LocalModelStorage, Resource, ExecutionContext]:
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("model"))
    return storage, Resource("classifier"), ExecutionContext(GraphSchema({}))


@pytest.fixture(scope="module")
def loaded(parts: tuple[Any, ...]) -> CoachClassifier:
    messages = [Message.build(text, intent) for intent, texts in SENTENCES.items() for text in texts]
    trained = CoachClassifier.create(CoachClassifier.get_default_config(), *parts)
    assert parts[1] == trained.train(TrainingData(messages))
    return CoachClassifier.load(CoachClassifier.get_default_config(), *parts)


def _read(classifier: CoachClassifier, text: str | None) -> dict[str, Any]:
    message = Message({"text": text} if text is not None else {})
    assert [message] == classifier.process([message])
    return message.as_dict(only_output_properties=True)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("what kind of band do I need", "ask_band"),
        ("HOW MANY REPS?", "ask_reps"),
        ("how far up do I lift the knee", "ask_knee_height"),
        ("let\u2019s start", "start_session"),
        ("enough now", "stop"),
    ],
)
def test_unseen_sentences(loaded: CoachClassifier, text: str, intent: str) -> None:
    assert intent == _read(loaded, text)["intent"]["name"]


def test_the_ranking_is_sorted_and_its_head_is_the_intent(loaded: CoachClassifier) -> None:
    found = _read(loaded, "which band")
    ranking = found["intent_ranking"]
    chances = [one["confidence"] for one in ranking]
    assert sorted(chances, reverse=True) == chances
    assert found["intent"] == ranking[0]
    assert min(len(SENTENCES), RANKING_LENGTH) == len(ranking)
    assert sum(chances) == pytest.approx(1)


def test_each_clause_has_a_verdict(loaded: CoachClassifier) -> None:
    text = "which band should I use and how many reps"
    questions = _read(loaded, text)["questions"]
    assert [question["intent"] for question in questions] == ["ask_band", "ask_reps"]
    assert [question["text"] for question in questions] == ["which band should I use", "how many reps"]
    for question in questions:
        assert question["text"] == text[question["start"] : question["end"]]
        assert 0 < question["confidence"] <= 1


def test_one_clause_is_no_list_of_questions(loaded: CoachClassifier) -> None:
    assert _read(loaded, "which band should I use")["questions"] == []


@pytest.mark.parametrize("text", [None, "", "   "])
def test_no_text_no_intent(loaded: CoachClassifier, text: str | None) -> None:
    found = _read(loaded, text)
    assert found["intent"] == {"name": None, "confidence": 0.0}
    assert found["intent_ranking"] == []
    assert found["questions"] == []


def test_what_is_given_is_plain(loaded: CoachClassifier) -> None:
    """Rasa stores it as JSON, which knows no numpy."""
    found = _read(loaded, "which band? how high?")
    kinds = {type(one[name]) for one in found["intent_ranking"] for name in one}
    kinds |= {type(one[name]) for one in found["questions"] for name in one}
    assert {str, float, int} == kinds


def test_a_loaded_classifier_says_what_the_trained_one_said(parts: tuple[Any, ...], loaded: CoachClassifier) -> None:
    again = CoachClassifier.load(CoachClassifier.get_default_config(), *parts)
    assert _read(loaded, "which band is it") == _read(again, "which band is it")


def test_untrained_it_knows_nothing(parts: tuple[Any, ...]) -> None:
    untrained = CoachClassifier.create(CoachClassifier.get_default_config(), *parts)
    assert _read(untrained, "which band")["intent"] == {"name": None, "confidence": 0.0}


def test_the_model_holds_no_encoder(loaded: CoachClassifier, parts: tuple[Any, ...]) -> None:
    """22 MB that every process reads from the package anyway."""
    with parts[0].read_from(parts[1]) as folder:
        sizes = [path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()]
    assert sum(sizes) < 1_000_000
