"""The intent classifier: tuned sentence vectors into logistic regression."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import joblib
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.linear_model import LogisticRegression

from countoff.nlu.clauses import Clause, split_clauses
from countoff.nlu.encoder import MODEL_FOLDER, Vectors, normalise, shared_encoder

RANKING_LENGTH = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CoachClassifier(GraphComponent, IntentClassifier):
    """Classifies a message, and each clause of it, in one pass.

    Rasa's own featurizers and classifier see one text a message; a message with two questions needs a verdict for
    each clause. The output property ``questions`` lists them as ``{text, start, end, intent, confidence}``.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The length of the vectors and the inverse regularisation strength (docs/decisions/0004-nlu-pipeline.md)."""
        return {"scale": 3.0, "C": 10.0, "max_iter": 400}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        regression: LogisticRegression | None = None,
    ) -> None:
        """Keep the configuration and, when loaded, what was learnt."""
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._regression = regression

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CoachClassifier:
        """Make an untrained classifier (called by Rasa)."""
        return cls(config, model_storage, resource)

    @staticmethod
    def fingerprint_addon(config: dict[str, Any]) -> str | None:
        """The checksums of the encoder: another encoder means training again, though data and code are the same."""
        return (MODEL_FOLDER / "manifest.json").read_text(encoding="utf-8")

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the sentences of ``data/nlu``."""
        examples = [m for m in training_data.intent_examples if m.get("text")]
        config = self._config
        self._regression = LogisticRegression(C=config["C"], max_iter=config["max_iter"])
        self._regression.fit(self._vectors([m.get("text") for m in examples]), [m.get("intent") for m in examples])
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._regression, folder / "regression.pkl")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> CoachClassifier:
        """Restore a trained classifier (called by Rasa)."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / "regression.pkl"))

    def process(self, messages: list[Message]) -> list[Message]:
        """Set ``intent``, ``intent_ranking`` and ``questions`` on each message."""
        for message in messages:
            self._classify(message)
        return messages

    def _classify(self, message: Message) -> None:
        text = message.get("text") or ""
        if self._regression is None or not text.strip():
            self._set(message, [], [])
            return
        clauses = split_clauses(text)
        texts = [text] + ([clause.text for clause in clauses] if len(clauses) > 1 else [])
        rows = self._regression.predict_proba(self._vectors(texts))
        rankings = [self._ranking(row) for row in rows]
        questions = [_question(clause, ranking[0]) for clause, ranking in zip(clauses, rankings[1:], strict=False)]
        self._set(message, rankings[0], questions)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        vectors: Vectors = self._config["scale"] * shared_encoder().encode([normalise(text) for text in texts])
        return vectors

    def _ranking(self, row: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
        assert self._regression is not None
        best = np.argsort(row)[::-1][:RANKING_LENGTH]
        return [{"name": str(self._regression.classes_[i]), "confidence": float(row[i])} for i in best]

    @staticmethod
    def _set(message: Message, ranking: list[dict[str, Any]], questions: list[dict[str, Any]]) -> None:
        message.set("intent", ranking[0] if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
        message.set("intent_ranking", ranking, add_to_output=True)
        message.set("questions", questions, add_to_output=True)


def _question(clause: Clause, best: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": clause.text,
        "start": clause.start,
        "end": clause.end,
        "intent": best["name"],
        "confidence": best["confidence"],
    }
