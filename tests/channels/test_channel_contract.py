"""What every channel keeps to, whichever there are: they are found, not listed."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from channel_rows import read, rows
from rasa.core.channels.channel import InputChannel

import countoff.channels
from countoff.channels.base import CoachInput, Incoming
from countoff.channels.rate import RateLimiter
from countoff.channels.refusal import RefusalError
from countoff.channels.text import EDGE_CHARACTERS, MAX_CHARACTERS
from countoff.channels.words import load_words

ROOT = Path(countoff.channels.__file__).parent
PACKAGES = sorted(found.name for found in pkgutil.iter_modules([str(ROOT)]) if found.ispkg)
GATE = {"UserMessage", "on_new_message", "take"}
WORDS = load_words()


def modules(package: str) -> Iterator[object]:
    name = f"countoff.channels.{package}"
    yield importlib.import_module(name)
    for found in pkgutil.walk_packages([str(ROOT / package)], f"{name}."):
        yield importlib.import_module(found.name)


def inputs_of(package: str) -> list[type[InputChannel]]:
    own = f"countoff.channels.{package}"
    classes = {
        kind
        for module in modules(package)
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, InputChannel) and f"{kind.__module__}.".startswith(f"{own}.")
    }
    return sorted(classes, key=lambda kind: kind.__name__)


def trees(package: str) -> list[ast.Module]:
    return [ast.parse(file.read_text(encoding="utf-8")) for file in sorted((ROOT / package).rglob("*.py"))]


CHANNELS = [pytest.param(kind, id=kind.name()) for package in PACKAGES for kind in inputs_of(package)]
SPEAKING = [channel for channel in CHANNELS if issubclass(channel.values[0], CoachInput)]
each_package = pytest.mark.parametrize("package", PACKAGES)
each_speaking = pytest.mark.parametrize("kind", SPEAKING)


def made(kind: type[CoachInput], limiter: RateLimiter | None = None) -> CoachInput:
    """The channel with its shared parts given; what its vendor needs plays no part in a turn."""
    channel = kind.__new__(kind)
    CoachInput.__init__(channel, limiter or RateLimiter(1_000), "a secret of the tests")
    return channel


class Rasa:
    """Keeps what reaches it, and yields these responses."""

    def __init__(self, *responses):
        self.responses = responses
        self.messages = []

    async def __call__(self, message):
        self.messages.append(message)
        for response in self.responses:
            await message.output_channel.send_response(message.sender_id, dict(response))


def test_channels_are_found():
    assert "rest" in PACKAGES
    assert SPEAKING


@each_package
def test_the_folder_has_the_name_of_the_channel(package):
    assert {package} >= {kind.name() for kind in inputs_of(package)}


@each_package
def test_no_channel_knows_another(package):
    others = {f"countoff.channels.{other}" for other in PACKAGES if other != package}
    imported = set()
    for tree in trees(package):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                imported |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            elif isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
    assert set() == {name for name in imported for other in others if f"{name}.".startswith(f"{other}.")}


@each_package
def test_every_message_goes_through_the_shared_gate(package):
    """A channel neither makes a message for Rasa itself, nor hands one over, nor puts another gate in its place."""
    found = set()
    for tree in trees(package):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                found |= {called} & {"UserMessage", "on_new_message"}
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found |= {node.name} & GATE
    assert set() == found


@each_speaking
def test_the_collector_is_the_channels_own(kind):
    assert kind.name() == kind.output_class.name()
    assert kind.output_class.__module__.startswith(f"countoff.channels.{kind.name()}.")


@each_speaking
@pytest.mark.parametrize("row", rows(read("clean_text")["slashes"]))
async def test_no_text_begins_with_a_slash(kind, row):
    rasa = Rasa({"text": "Hello."})
    await made(kind).take(rasa, Incoming("user", row["raw"]))
    assert [row["text"]] == [message.text for message in rasa.messages]


@each_speaking
async def test_a_conversation_is_a_keyed_hash_unless_the_client_names_it(kind):
    rasa = Rasa({"text": "Hello."})
    await made(kind).take(rasa, Incoming("user-4711", "hello"))
    name = rasa.messages[0].sender_id
    if kind.name() == "rest":
        assert name == "user-4711"
    else:
        assert re.fullmatch(rf"{kind.name()}-[0-9a-f]{{32,}}", name)


@each_speaking
async def test_all_messages_of_a_turn_are_kept(kind):
    stop = {"v": 1, "session": {"action": "stop"}}
    rasa = Rasa({"text": "One.\n\nStill one.", "custom": stop}, {"text": "Two."}, {"text": "Three.", "image": "x.png"})
    reply = await made(kind).take(rasa, Incoming("user", "hello"))
    assert [message["text"] for message in reply] == ["One.\n\nStill one.", "Two.", "Three."]
    assert [stop] == [message["custom"] for message in reply if "custom" in message]
    assert reply[2]["image"] == "x.png"


@each_speaking
async def test_an_empty_turn_gets_an_apology(kind):
    reply = await made(kind).take(Rasa(), Incoming("user", "hello"))
    assert [WORDS.apology] == [message["text"] for message in reply]


@each_speaking
async def test_a_failed_turn_gets_an_apology(kind):
    async def fails(message):
        raise RuntimeError(message.text)

    reply = await made(kind).take(fails, Incoming("user", "hello"))
    assert [WORDS.apology] == [message["text"] for message in reply]


@each_speaking
@pytest.mark.parametrize(
    ("text", "problem", "taken"),
    [
        ("a" * (MAX_CHARACTERS + 1), "too_long", "a" * (MAX_CHARACTERS + 1)),
        ("/stop " * MAX_CHARACTERS + "ow", "too_long", None),
        (None, "not_text", ""),
        (b"\x89PNG", "not_text", ""),
    ],
    ids=["too long", "much too long", "no text", "a picture"],
)
async def test_what_cannot_be_answered_reaches_the_coach_as_a_problem(kind, text, problem, taken):
    rasa = Rasa({"text": "That was a lot."})
    reply = await made(kind).take(rasa, Incoming("user", text, {"countoff": {"problem": "forged"}}))
    read = rasa.messages[0].text
    assert {"countoff": {"problem": problem}} == rasa.messages[0].metadata
    assert read == taken if taken is not None else (read.startswith("stop ") and read.endswith("ow"))
    assert len(read) <= 2 * EDGE_CHARACTERS
    assert [message["text"] for message in reply] == ["That was a lot."]


@each_speaking
async def test_a_flood_is_turned_away(kind):
    rasa = Rasa({"text": "Hello."})
    channel = made(kind, RateLimiter(1, clock=lambda: 0.0))
    await channel.take(rasa, Incoming("user", "hello"))
    with pytest.raises(RefusalError) as refused:
        await channel.take(rasa, Incoming("user", "hello"))
    assert (refused.value.status, refused.value.retry_after_s, len(rasa.messages)) == (429, 1, 1)


@each_speaking
async def test_only_known_metadata_is_passed_on(kind):
    rasa = Rasa({"text": "Hello."})
    metadata = {"surface": "screen", "session": {"id": "a"}, "is_external": True}
    await made(kind).take(rasa, Incoming("user", "hello", metadata))
    assert rasa.messages[0].metadata == {"surface": "screen", "session": {"id": "a"}}
    assert kind.name() == rasa.messages[0].input_channel


def test_credentials_name_every_channel_that_there_is():
    text = (ROOT.parents[1] / "credentials.yml").read_text(encoding="utf-8")
    named = set(re.findall(r"^countoff\.channels\.(\w+)\.", text, re.MULTILINE))
    assert {package for package in PACKAGES if inputs_of(package)} == named
