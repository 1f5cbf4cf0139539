"""The Rasa component: trained on the generated files, stored, loaded, and used on messages."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("rasa.engine.graph")
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message

from countoff.nlu.entities import DomainEntityExtractor

GENERATED = Path(__file__).parents[3] / "data" / "nlu" / "generated"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> DomainEntityExtractor:
    storage = LocalModelStorage.create(tmp_path_factory.mktemp("model"))
    resource, context = Resource("entities"), ExecutionContext(GraphSchema({}))
    trained = DomainEntityExtractor.create({}, storage, resource, context)
    trained.train(load_data(str(GENERATED)))
    return DomainEntityExtractor.load({}, storage, resource, context)


def test_entities_have_the_form_of_rasa(loaded: DomainEntityExtractor) -> None:
    name = "DomainEntityExtractor"
    number = {"entity": "number", "value": 10, "start": 0, "end": 3, "role": "reps"}
    colour = {"entity": "band_colour", "value": "green", "start": 20, "end": 25}
    assert loaded.extract("ten a side with the green band") == [
        {**number, "confidence_entity": 1.0, "extractor": name},
        {**colour, "confidence_entity": 1.0, "extractor": name},
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what about my arms", ["body_part=arm", "form_point=arms", "muscle=arms"]),
        ("my band is at work", ["constraint=no_band"]),
        ("do a small march", ["variation=standing-half", "variation=bridge-heels"]),
        ("go back one", []),
        ("", []),
        (None, []),
    ],
)
def test_lists_survive_training_and_storage(
    loaded: DomainEntityExtractor, text: str | None, expected: list[str]
) -> None:
    message = Message({TEXT: text})
    loaded.process([message])
    assert [f"{one['entity']}={one['value']}" for one in message.get(ENTITIES)] == expected


def test_entities_of_others_stay(loaded: DomainEntityExtractor) -> None:
    other = {"entity": "side", "value": "left", "start": 0, "end": 4}
    message = Message({TEXT: "left yellow band please", ENTITIES: [other]})
    loaded.process([message])
    assert [one["value"] for one in message.get(ENTITIES)] == ["left", "yellow"]
