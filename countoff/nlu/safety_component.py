"""Rasa component that gives the safety net the last word on the intent."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from countoff.nlu.safety import Lexicon, SafetyFinding, check
from countoff.settings import settings

SAFETY = "safety"
INTENT_OF = {"stop": "stop", "pain": "report_pain", "red_flag": "report_red_flag"}
URGENT = frozenset(INTENT_OF.values())
FALLBACK = "nlu_fallback"
TOO_LONG = "too_long"
"""The mark that a channel sets; see ``countoff.channels.text``."""

Verdict = dict[str, Any]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyNet(GraphComponent):
    """Puts a stop, pain or red flag that the lexicon finds in the raw text before every other verdict.

    It stands last in the pipeline. The output property ``safety`` holds the finding; see ``SafetyFinding``.

    Of a message that the channel marks as too long (``metadata.countoff.problem``) nothing stays but what the net
    finds: the words that decided are its text, and without a finding its text is empty and its intent the fallback.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the configuration.

        ``lexicon`` is the lexicon file (None: ``safety/en.yml`` of the knowledge base); ``threshold`` is the least
        confidence, 0 to 1, in a stop, or in pain and a red flag together, with which the classifier's own verdict
        stands where the net found nothing.
        """
        return {"lexicon": None, "threshold": 0.3}

    def __init__(self, config: dict[str, Any]) -> None:
        """Load the lexicon."""
        path = config.get("lexicon") or settings().knowledge / "safety" / "en.yml"
        self._lexicon = Lexicon.load(Path(path))
        self._threshold = float(config["threshold"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyNet:
        """Make the net (called by Rasa); what the configuration leaves out has its default."""
        return cls({**cls.get_default_config(), **config})

    def process(self, messages: list[Message]) -> list[Message]:
        """Set ``safety`` on each message, and ``intent`` and ``intent_ranking`` where the net has something to say."""
        for message in messages:
            self._weigh(message)
        return messages

    def _weigh(self, message: Message) -> None:
        finding = check(message.get(TEXT) or "", self._lexicon)
        if _is_too_long(message):
            _leave_the_finding(message, finding)
        message.set(SAFETY, asdict(finding), add_to_output=True)
        intent: Verdict = message.get(INTENT) or {"name": None, "confidence": 0.0}
        ranking: list[Verdict] = list(message.get(INTENT_RANKING_KEY) or [])
        if finding.kind is not None:
            found = {"name": INTENT_OF[finding.kind], "confidence": 1.0}
            _set(message, found, ranking)
            return
        verdict = _urgent([intent, *(other for other in ranking if other["name"] != intent.get("name"))])
        if verdict["confidence"] >= self._threshold and not finding.cleared:
            _set(message, verdict, ranking)
        elif intent.get("name") in URGENT:
            others = [verdict for verdict in ranking if verdict["name"] not in URGENT]
            _set(message, others[0] if others else {"name": FALLBACK, "confidence": 0.0}, others)


def _urgent(verdicts: list[Verdict]) -> Verdict:
    """A stop, or pain and a red flag taken together: in doubt which of the two, it is one of them all the same."""
    stop = next((v for v in verdicts if v.get("name") == INTENT_OF["stop"]), {"name": None, "confidence": 0.0})
    hurts = [v for v in verdicts if v.get("name") in URGENT and v is not stop]
    total = sum(float(v.get("confidence") or 0.0) for v in hurts)
    if hurts and total >= float(stop.get("confidence") or 0.0):
        return {"name": hurts[0]["name"], "confidence": total}
    return {"name": stop["name"], "confidence": float(stop.get("confidence") or 0.0)}


def _is_too_long(message: Message) -> bool:
    mark = (message.get(METADATA) or {}).get("countoff")
    return isinstance(mark, dict) and mark.get("problem") == TOO_LONG


def _leave_the_finding(message: Message, finding: SafetyFinding) -> None:
    """Take away what the classifier and the extractor read into a text that is not to be answered."""
    message.set(TEXT, finding.words, add_to_output=True)
    message.set(ENTITIES, [], add_to_output=True)
    message.set("questions", [], add_to_output=True)
    _set(message, {"name": FALLBACK, "confidence": 0.0}, [])


def _set(message: Message, intent: Verdict, ranking: list[Verdict]) -> None:
    rest = [verdict for verdict in ranking if verdict["name"] != intent["name"]]
    message.set(INTENT, intent, add_to_output=True)
    message.set(INTENT_RANKING_KEY, [intent, *rest], add_to_output=True)
