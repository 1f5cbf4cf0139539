"""The Alexa skill package: generated, current, and within Amazon's rules; and what its intents stand for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from countoff.channels.alexa.interaction import Intent, Interaction, load_interaction, said
from countoff.cli import main
from countoff.errors import KnowledgeError
from countoff.settings import PROJECT
from countoff.skill import limits, package
from countoff.skill.limits import REQUIRED, REQUIRED_BY_AUDIO_PLAYER, invocation_problems, problems
from countoff.skill.model import BODY, Builder
from countoff.skill.samples import slots_of
from tests.channels.alexa_ears import Ears
from tests.channels.channel_rows import read, rows

NLU = PROJECT / "data" / "nlu"
KNOWLEDGE = PROJECT / "knowledge"
COMMITTED = PROJECT / "deploy" / "alexa" / "skill-package"
LIMITS = read("alexa_limits")

Model = dict[str, Any]


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return package.render(KNOWLEDGE, NLU)


@pytest.fixture(scope="module")
def model(files: dict[str, str]) -> Model:
    return json.loads(files["interactionModels/custom/en-US.json"])  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def ears(model: Model) -> Ears:
    return Ears(model)


def language(model: Model) -> dict[str, Any]:
    return model["interactionModel"]["languageModel"]  # type: ignore[no-any-return]


def sound() -> Model:
    """A model that Amazon takes, as small as can be."""
    part = {"name": "PART", "values": [{"name": {"value": "knee", "synonyms": ["knees"]}}]}
    knee = {
        "name": "KneeIntent",
        "slots": [{"name": "part", "type": "PART"}],
        "samples": ["it hurts", "my {part} hurts"],
    }
    built_in = [{"name": name, "samples": []} for name in (*REQUIRED, *REQUIRED_BY_AUDIO_PLAYER)]
    return {"interactionModel": {"languageModel": {
        "invocationName": "rep coach", "intents": [knee, *built_in], "types": [part],
    }}}  # fmt: skip


class TestPackage:
    def test_what_is_committed_is_what_is_generated(self, files: dict[str, str]) -> None:
        assert package.stale(files, COMMITTED) == []

    def test_a_change_is_seen(self, files: dict[str, str], tmp_path: Path) -> None:
        package.write(files, tmp_path)
        assert package.stale(files, tmp_path) == []
        (tmp_path / "skill.json").write_text("{}", encoding="utf-8")
        (tmp_path / "old.json").write_text("{}", encoding="utf-8")
        (tmp_path / "interactionModels" / "custom" / "en-GB.json").unlink()
        assert package.stale(files, tmp_path) == ["interactionModels/custom/en-GB.json", "old.json", "skill.json"]

    def test_the_command_tells_a_stale_package(self, tmp_path: Path) -> None:
        told = CliRunner().invoke(main, ["alexa", "model", "--check", "--out", str(tmp_path)])
        assert told.exit_code == 1
        assert "run `make generate`" in told.output

    def test_the_command_puts_in_the_address(self, tmp_path: Path) -> None:
        done = CliRunner().invoke(main, ["alexa", "model", "--address", "https://reps.test/", "--out", str(tmp_path)])
        assert done.exit_code == 0
        manifest = json.loads((tmp_path / "skill.json").read_text(encoding="utf-8"))["manifest"]
        assert manifest["apis"]["custom"]["endpoint"]["uri"] == "https://reps.test/webhooks/alexa/webhook"

    def test_the_manifest_keeps_what_amazon_allows(self, files: dict[str, str]) -> None:
        manifest = json.loads(files["skill.json"])["manifest"]
        assert manifest["apis"]["custom"]["endpoint"]["uri"].startswith("https://coach.example.org/")
        assert manifest["apis"]["custom"]["interfaces"] == [{"type": "AUDIO_PLAYER"}]
        assert set(manifest["publishingInformation"]["locales"]) == set(package.LOCALES)
        for listing in manifest["publishingInformation"]["locales"].values():
            assert len(listing["name"]) <= 50
            assert len(listing["summary"]) <= 160
            assert len(listing["description"]) <= 4000
            assert len(listing["keywords"]) <= 30
            assert len(listing["examplePhrases"]) <= 3
            assert load_interaction().invocation_name in listing["examplePhrases"][0]

    def test_the_description_says_that_it_is_no_medical_advice(self) -> None:
        assert "not medical advice" in load_interaction().listing.description


class TestModel:
    def test_amazon_would_refuse_nothing(self, model: Model) -> None:
        assert problems(model) == []

    def test_every_intent_of_ours_is_heard_and_says_something(self, model: Model) -> None:
        known = load_interaction().all_intents()
        for intent in language(model)["intents"]:
            if not intent["name"].startswith("AMAZON."):
                assert intent["samples"], intent["name"]
                assert known[intent["name"]].says, intent["name"]

    def test_every_slot_that_is_heard_is_said(self, model: Model) -> None:
        known = load_interaction().all_intents()
        for intent in language(model)["intents"]:
            said_slots = {slot for sentence in known[intent["name"]].says for slot in slots_of(sentence)}
            assert {slot for sample in intent["samples"] for slot in slots_of(sample)} == said_slots, intent["name"]

    def test_no_mistake_of_a_recogniser_is_a_value(self, model: Model) -> None:
        values = {
            form
            for kind in language(model)["types"]
            for value in kind["values"]
            for form in (value["name"]["value"], *value["name"].get("synonyms", []))
        }
        assert {"glute bridge march", "lower back", "yellow"} <= values
        assert not {"flute bridge march", "lo back", "yello"} & values

    def test_what_is_only_typed_is_no_sample(self, model: Model) -> None:
        samples = {sample for intent in language(model)["intents"] for sample in intent["samples"]}
        assert "start the set" in samples
        assert not {"satrt the set", "strt now pls", "sotp the set"} & samples

    def test_no_command_swallows_what_is_said_of_the_body(self, model: Model) -> None:
        swallowing = [
            sample
            for intent in language(model)["intents"]
            if BODY not in {slot["name"] for slot in intent.get("slots", [])}
            for sample in intent["samples"]
            if "{words}" not in sample
            and re.search(r"\b(?:my (?:heart|knees?|legs?|back|hips?|chest)|hurts?|pain|dizzy|numb|burning)\b", sample)
        ]
        assert swallowing == []

    @pytest.mark.parametrize("carrier", load_interaction().carriers)
    def test_a_carrier_is_put_back(self, ears: Ears, carrier: str) -> None:
        sentence = f"{carrier} zebra stripes"
        assert said(ears.hear(sentence)) == sentence

    def test_what_none_listens_for_falls_back(self, ears: Ears) -> None:
        assert ears.hear("zebra stripes") == {"name": "AMAZON.FallbackIntent"}

    def test_numbers_reach_their_slots(self, ears: Ears) -> None:
        assert said(ears.hear("Start three sets of twelve with ninety seconds rest")) == (
            "start 12 reps a side 3 sets with 90 seconds rest"
        )


class TestLimits:
    def test_a_sound_model_has_no_problem(self) -> None:
        assert problems(sound()) == []

    @pytest.mark.parametrize("row", rows(LIMITS["intents"]))
    def test_an_intent_that_amazon_refuses(self, row: dict[str, Any]) -> None:
        model = sound()
        slots = [{"name": name, "type": kind} for name, kind in row.get("slots", {}).items()]
        samples = row["samples"] if "samples" in row else ["a" * row["length"]]
        language(model)["intents"].append({"name": row.get("name", "MoreIntent"), "slots": slots, "samples": samples})
        assert any(row["problem"] in problem for problem in problems(model)), problems(model)

    @pytest.mark.parametrize("row", rows(LIMITS["types"]))
    def test_a_type_that_amazon_refuses(self, row: dict[str, Any]) -> None:
        model = sound()
        values = row["values"] if "values" in row else [{"value": "a" * row["length"]}]
        language(model)["types"].append({"name": row.get("name", "PLACE"), "values": [{"name": v} for v in values]})
        assert any(row["problem"] in problem for problem in problems(model)), problems(model)

    @pytest.mark.parametrize("name", LIMITS["invocation_names"]["sound"])
    def test_an_invocation_name_that_amazon_takes(self, name: str) -> None:
        assert invocation_problems(name) == []

    @pytest.mark.parametrize("row", rows(LIMITS["invocation_names"]["refused"]))
    def test_an_invocation_name_that_amazon_refuses(self, row: dict[str, Any]) -> None:
        assert any(row["problem"] in problem for problem in invocation_problems(row["name"]))

    @pytest.mark.parametrize("name", [*REQUIRED, *REQUIRED_BY_AUDIO_PLAYER])
    def test_a_built_in_intent_is_missed(self, name: str) -> None:
        model = sound()
        language(model)["intents"] = [intent for intent in language(model)["intents"] if intent["name"] != name]
        assert problems(model) == [f"{name} is missing."]

    def test_without_the_player_its_intents_may_be_missing(self) -> None:
        model = sound()
        language(model)["intents"] = [
            i for i in language(model)["intents"] if i["name"] not in REQUIRED_BY_AUDIO_PLAYER
        ]
        assert problems(model, audio_player=False) == []

    @pytest.mark.parametrize("bound", ["MOST_INTENTS", "MOST_VALUES", "LARGEST_MODEL"])
    def test_a_model_that_is_too_big(self, monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
        monkeypatch.setattr(limits, bound, 1)
        assert any("at most 1." in problem for problem in problems(sound()))

    def test_a_package_that_amazon_would_refuse_is_not_rendered(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        model = sound()
        language(model)["invocationName"] = "count off"
        monkeypatch.setattr(package.Builder, "__init__", lambda *_: None)
        monkeypatch.setattr(package.Builder, "build", lambda _: model)
        with pytest.raises(KnowledgeError, match="no article or preposition"):
            package.render(KNOWLEDGE, tmp_path)


class TestInteraction:
    @pytest.mark.parametrize("row", rows(read("alexa_said")))
    def test_what_an_intent_stands_for(self, row: dict[str, Any]) -> None:
        slots = {name: {"name": name, "value": value} for name, value in row.get("slots", {}).items()}
        assert said({"name": row["name"], "slots": slots}) == row["said"]

    @pytest.mark.parametrize(
        "slots", [None, [], "sentence", {"sentence": None}, {"sentence": "hi"}, {"sentence": {"value": 3}}]
    )
    def test_slots_in_another_form_hold_nothing(self, slots: object) -> None:
        assert said({"name": "AnythingIntent", "slots": slots}) is None

    def test_a_request_without_an_intent_says_nothing(self) -> None:
        assert said({}) is None

    def test_two_carriers_with_one_name_are_refused(self) -> None:
        with pytest.raises(ValidationError, match="two carriers"):
            Interaction.model_validate({**load_interaction().model_dump(), "carriers": ["how", "How"]})

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"intents": {"MoonIntent": Intent(says=("moon",), learns=("ask_moon",))}}, "ask_moon: no intent"),
            ({"slots": {"moon": "moon"}}, "moon: no entity"),
        ],
    )
    def test_a_name_that_is_not_there_is_told(
        self, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], told: str
    ) -> None:
        changed = load_interaction().model_copy(update=change)
        monkeypatch.setattr("countoff.skill.model.load_interaction", lambda _: changed)
        with pytest.raises(KnowledgeError, match=told):
            Builder(KNOWLEDGE, NLU)

    @pytest.mark.parametrize("text", ["", "intents: [", "invocation_name: x", "\xff"])
    def test_a_file_in_another_form_is_named(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "alexa").mkdir()
        (tmp_path / "alexa" / "interaction.yml").write_bytes(text.encode("latin-1"))
        with pytest.raises(KnowledgeError, match=r"interaction\.yml"):
            load_interaction(tmp_path)
