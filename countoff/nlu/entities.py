"""Rasa component that finds entities by the generated lists and numbers by rule."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from countoff.nlu.finding import find_entities
from countoff.nlu.language import load_language
from countoff.nlu.matching import ListMatcher, forms_from_training

FILE = "lists.json"

Lists = dict[str, Any]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class DomainEntityExtractor(GraphComponent):
    """Adds every entity of the closed lists, and every number with its role, to a message.

    Training only reads the look-up tables, synonyms and regular expressions of the training data; nothing is fitted.
    """

    def __init__(self, model_storage: ModelStorage, resource: Resource, lists: Lists | None = None) -> None:
        """Keep where to store the lists, and the lists if they are known."""
        self._model_storage = model_storage
        self._resource = resource
        self._lists: Lists = lists or {"forms": {}, "patterns": {}}
        self._matcher = self._build()

    def _build(self) -> ListMatcher:
        return ListMatcher(load_language(), self._lists["forms"], self._lists["patterns"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DomainEntityExtractor:
        """Create an extractor that knows no lists yet."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> DomainEntityExtractor:
        """Load an extractor with the lists that were stored in training."""
        with model_storage.read_from(resource) as folder:
            lists = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return cls(model_storage, resource, lists)

    def train(self, training_data: TrainingData) -> Resource:
        """Take the lists from the training data and store them."""
        patterns: dict[str, list[str]] = defaultdict(list)
        for feature in training_data.regex_features:
            patterns[feature["name"]].append(feature["pattern"])
        forms = forms_from_training(training_data.lookup_tables, training_data.entity_synonyms)
        self._lists = {"forms": forms, "patterns": dict(patterns)}
        self._matcher = self._build()
        with self._model_storage.write_to(self._resource) as folder:
            (folder / FILE).write_text(json.dumps(self._lists, ensure_ascii=False, sort_keys=True), encoding="utf-8")
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities of each message to those it has."""
        for message in messages:
            known = message.get(ENTITIES) or []
            message.set(ENTITIES, [*known, *self.extract(message.get(TEXT) or "")], add_to_output=True)
        return messages

    def extract(self, text: str) -> list[dict[str, Any]]:
        """Return the entities of a text in Rasa's form, in order of their place; none for an empty text."""
        if not text.strip():
            return []
        found, numbers = find_entities(self._matcher, text)
        entities = [
            self._entity(one.entity, one.value, one.start, one.end, round(one.confidence, 2), None) for one in found
        ] + [self._entity("number", one.value, one.start, one.end, 1.0, one.role) for one in numbers]
        return sorted(entities, key=lambda entity: (entity["start"], entity["end"], entity["entity"]))

    def _entity(
        self, name: str, value: str | float, start: int, end: int, confidence: float, role: str | None
    ) -> dict[str, Any]:
        entity = {
            "entity": name,
            "value": value,
            "start": start,
            "end": end,
            "confidence_entity": confidence,
            "extractor": type(self).__name__,
        }
        return {**entity, "role": role} if role else entity
