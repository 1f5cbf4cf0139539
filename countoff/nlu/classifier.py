"""The intent classifier: sentence vectors and word counts into logistic regression."""

from __future__ import annotations

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
from countoff.nlu.encoder import shared_encoder
from countoff.nlu.features import SentenceFeatures

RANKING_LENGTH = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CoachClassifier(GraphComponent, IntentClassifier):
    """Classifies a message, and each clause of it, in one pass.

    Rasa's own featurizers and classifier see one text a message; a message with two questions needs a verdict for
    each clause. The output property ``questions`` lists them as ``{text, start, end, intent, confidence}``.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Weights of the feature parts and the inverse regularisation strength, chosen by cross-validation."""
        return {"dense_scale": 3.0, "word_scale": 1.0, "char_scale": 1.0, "C": 10.0, "max_iter": 400}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        features: SentenceFeatures | None = None,
        regression: LogisticRegression | None = None,
    ) -> None:
        """Keep the configuration and, when loaded, what was learnt."""
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._features = features
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

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the sentences of ``data/nlu``."""
        examples = [m for m in training_data.intent_examples if m.get("text")]
        config = self._config
        self._features = SentenceFeatures(
            shared_encoder(), config["dense_scale"], config["word_scale"], config["char_scale"]
        )
        rows = self._features.fit([m.get("text") for m in examples])
        self._regression = LogisticRegression(C=config["C"], max_iter=config["max_iter"], class_weight="balanced")
        self._regression.fit(rows, [m.get("intent") for m in examples])
        with self._storage.write_to(self._resource) as folder:
            joblib.dump({"features": self._features.state(), "regression": self._regression}, folder / "classifier.pkl")
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
            stored = joblib.load(folder / "classifier.pkl")
        features = SentenceFeatures.from_state(shared_encoder(), stored["features"])
        return cls(config, model_storage, resource, features, stored["regression"])

    def process(self, messages: list[Message]) -> list[Message]:
        """Set ``intent``, ``intent_ranking`` and ``questions`` on each message."""
        for message in messages:
            self._classify(message)
        return messages

    def _classify(self, message: Message) -> None:
        text = message.get("text") or ""
        if self._features is None or self._regression is None or not text.strip():
            self._set(message, [], [])
            return
        clauses = split_clauses(text)
        texts = [text] + ([clause.text for clause in clauses] if len(clauses) > 1 else [])
        rows = self._regression.predict_proba(self._features.transform(texts))
        rankings = [self._ranking(row) for row in rows]
        questions = [_question(clause, ranking[0]) for clause, ranking in zip(clauses, rankings[1:], strict=False)]
        self._set(message, rankings[0], questions)

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
