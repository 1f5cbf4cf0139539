"""Every recipe of docs/recipes is followed, step by step, on a copy."""

from __future__ import annotations

import ast
import hashlib
import hmac
import importlib
import os
import re
import shutil
import socket
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile
import yaml
from sanic import Sanic

from countoff import channels, speech
from countoff.dialogue import answering, coach, talk
from countoff.dialogue.context import Context
from countoff.errors import VoiceError
from countoff.exercises import load_knowledge, validate
from countoff.exercises.cues import CueBook, load_cue_book
from countoff.nlu import lookups
from countoff.settings import settings
from countoff.speech.text import rule_problems, spoken
from countoff.speech.voice import Voice
from tests.dialogue.talk import Conversation
from tests.project.repository import PROJECT

RECIPES = sorted((PROJECT / "docs" / "recipes").glob("*.md"))
_FENCE = re.compile(r"^( *)```(\w+)(?: (\S+))?\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_TOP_LEVEL = re.compile(r"^\S", re.MULTILINE)

OWN_PROCESS = "COUNTOFF_TEST_OWN_PROCESS"


@dataclass(frozen=True)
class Block:
    """A fenced block of a recipe; ``path`` is the file that it belongs into."""

    language: str
    path: str
    text: str


def blocks(recipe: str, language: str | None = None) -> list[Block]:
    text = (PROJECT / "docs" / "recipes" / f"{recipe}.md").read_text(encoding="utf-8")
    found = [Block(m[2], m[3] or "", textwrap.dedent(m[4])) for m in _FENCE.finditer(text)]
    return [block for block in found if language in (None, block.language)]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files that recipes change, in a folder of their own."""
    for folder in ("knowledge", "data", "tests/dialogue/cases"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    for name in ("domain.yml", "credentials.yml"):
        shutil.copy(PROJECT / name, tmp_path / name)
    return tmp_path


def put_under_its_key(root: Path, block: Block) -> None:
    """Insert the entries of a block under the top-level key that its first line names."""
    key, _, entries = block.text.partition("\n")
    path = root / block.path
    text = path.read_text(encoding="utf-8")
    assert f"\n{key}\n" in f"\n{text}", f"{block.path} has no line {key!r}"
    path.write_text(f"\n{text}".replace(f"\n{key}\n", f"\n{key}\n{entries}", 1)[1:], encoding="utf-8")


def replace_section(root: Path, block: Block) -> None:
    """Put a block in place of the top-level section of the same name."""
    path = root / block.path
    text = path.read_text(encoding="utf-8")
    start = text.index(f"\n{block.text.partition(chr(10))[0]}\n") + 1
    after = next(match.start() for match in _TOP_LEVEL.finditer(text) if match.start() > start)
    path.write_text(text[:start] + block.text + text[after:], encoding="utf-8")


def follow(recipe: str, root: Path) -> None:
    for block in blocks(recipe, "yaml"):
        put_under_its_key(root, block)


def problems(root: Path) -> list[str]:
    return [str(problem) for problem in validate(root / "knowledge")]


def begin(root: Path, cues: CueBook | None = None) -> Conversation:
    return Conversation(load_knowledge(root / "knowledge"), cues or load_cue_book(root / "knowledge"))


def said(conversation: Conversation, root: Path, turn: dict[str, Any]) -> str:
    responses = yaml.safe_load((root / "domain.yml").read_text(encoding="utf-8"))["responses"]
    done = conversation.say(turn)
    return " ".join(responses[say.response][0]["text"].format(**say.params) for say in done.says)


@pytest.fixture
def channel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The channel of its recipe, as a package beside the others for as long as the test lasts."""
    folder = tmp_path / "countoff" / "channels" / "hook"
    folder.mkdir(parents=True)
    for block in blocks("add-a-channel", "python"):
        (tmp_path / block.path).write_text(block.text, encoding="utf-8")
    monkeypatch.setattr(channels, "__path__", [*channels.__path__, str(folder.parent)])
    yield importlib.import_module("countoff.channels.hook.channel")
    for name in [name for name in sys.modules if name.startswith("countoff.channels.hook")]:
        del sys.modules[name]
    del channels.hook  # type: ignore[attr-defined]


# ------------------------------------------------------------------ one test a recipe


def test_add_an_exercise(copy: Path) -> None:
    copying = blocks("add-an-exercise", "bash")[0]
    subprocess.run(["bash", "-ec", copying.text], cwd=copy, check=True)
    (names,) = blocks("add-an-exercise", "yaml")
    replace_section(copy, names)
    new = Path(names.path).stem

    assert problems(copy) == []
    listed = lookups.generate(copy / "knowledge", copy / "data" / "nlu" / "generated")
    assert "standing neat raise" in next(p for p in listed if p.stem == "exercise").read_text(encoding="utf-8")
    conversation = begin(copy)
    assert "standing knee raise" in said(conversation, copy, {"intent": "choose_exercise", "about": {"exercise": new}})
    started = conversation.say({"intent": "start_session", "about": {"reps": 5}})
    assert started.session is not None
    assert new == started.session["prescription"]["exercise"]
    assert sum(cue["kind"] == "count" for cue in started.session["plan"]["cues"]) == 10


def test_add_a_fact(copy: Path) -> None:
    follow("add-a-fact", copy)

    assert problems(copy) == []
    conversation = begin(copy)
    answer = said(conversation, copy, {"intent": "ask_band_slips", "about": {"item": "loop_band"}})
    assert "less on a carpet" in answer
    assert "https://example.org/loop-bands" in said(conversation, copy, {"intent": "ask_source"})


def test_add_a_word_of_praise(copy: Path) -> None:
    praise, _ = blocks("add-a-cue", "yaml")
    put_under_its_key(copy, praise)

    assert "praise.4" in load_cue_book(copy / "knowledge").members("praise")


def test_add_a_form_cue(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, cue = blocks("add-a-cue", "yaml")
    put_under_its_key(copy, cue)
    exercise = copy / "knowledge" / "exercises" / "banded-psoas-march.yml"
    text = exercise.read_text(encoding="utf-8")
    assert "{id: knees_locked, looks:" in text
    exercise.write_text(
        text.replace("{id: knees_locked, looks:", "{id: knees_locked, cue: soft_knee, looks:"), encoding="utf-8"
    )
    (fault,) = blocks("add-a-cue", "python")
    for intent, mistake in ast.literal_eval("{" + fault.text + "}").items():
        monkeypatch.setitem(answering.FAULTS, intent, mistake)

    assert problems(copy) == []
    conversation = begin(copy)
    conversation.say({"intent": "ask_stance"})
    started = conversation.say({"intent": "start_session", "about": {"reps": 8}})
    assert started.session is not None
    assert "Standing knee soft" in {cue["text"] for cue in started.session["plan"]["cues"]}


def test_add_a_response(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    follow("add-a-response", copy)
    handler, entry = blocks("add-a-response", "python")
    names: dict[str, Any] = {"Context": Context}
    exec(compile(handler.text, handler.path, "exec"), names)
    monkeypatch.setattr(talk, "thanks", names["thanks"], raising=False)
    for intent, function in eval("{" + entry.text + "}", {"talk": talk}).items():
        monkeypatch.setitem(coach.HANDLERS, intent, function)

    cases = yaml.safe_load((copy / "tests/dialogue/cases/talk.yml").read_text(encoding="utf-8"))["cases"]
    conversation = begin(copy)
    for row in cases[0]["turns"]:
        done = conversation.say(row)
        assert row["says"] == [say.response.removeprefix("utter_") for say in done.says]
    assert "another set" in said(conversation, copy, {"intent": "thanks"})


def test_add_an_intent(copy: Path) -> None:
    follow("add-an-intent", copy)

    assert problems(copy) == []
    domain = yaml.safe_load((copy / "domain.yml").read_text(encoding="utf-8"))
    assert "ask_floor" in domain["intents"]
    rules = yaml.safe_load((copy / "data/rules/answers.yml").read_text(encoding="utf-8"))["rules"]
    assert {"ask_floor", "ask_what_is"} <= {rule["steps"][0]["intent"] for rule in rules}
    sentences = yaml.safe_load((copy / "data/nlu/form.yml").read_text(encoding="utf-8"))["nlu"]
    assert {"ask_floor", "ask_arms"} <= {item.get("intent") for item in sentences}
    answer = said(begin(copy), copy, {"intent": "ask_floor"})
    assert "Somewhere dry." in answer
    assert "TheraBand" in answer.partition("Source:")[2]


def test_add_a_channel() -> None:
    """In a process of its own: this Sanic starts one server a process on Python 3.11."""
    test = f"{__file__}::test_the_added_channel_answers"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
    done = subprocess.run(
        command,
        env={**os.environ, OWN_PROCESS: "1"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert "1 passed" in done.stdout, done.stdout
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(OWN_PROCESS not in os.environ, reason="test_add_a_channel runs it in a process of its own")
async def test_the_added_channel_answers(channel: ModuleType) -> None:
    (opened,) = blocks("add-a-channel", "yaml")
    assert f"{channel.__name__}.HookInput" == opened.text.strip().removesuffix(":")

    body = b'{"user": "anna", "text": "//hello"}'
    signature = hmac.new(b"a long enough secret", body, hashlib.sha256).hexdigest()
    heard: list[Any] = []
    input_channel = channel.HookInput("a long enough secret", secret="the secret of this place")
    async with _served(input_channel, heard) as client:
        refused = await client.post("/webhooks/hook/message", content=body, headers={"X-Signature": "0" * 64})
        taken = await client.post("/webhooks/hook/message", content=body, headers={"X-Signature": signature})
    assert (refused.status_code, taken.status_code) == (401, 200)
    assert [message.text for message in heard] == ["hello"]
    assert re.fullmatch(r"hook-[0-9a-f]{32}", heard[0].sender_id)
    assert list(channel.HookInput(None).blueprint(None).routes) == []


@asynccontextmanager
async def _served(channel: Any, heard: list[Any]) -> AsyncIterator[Any]:
    async def rasa(message: Any) -> None:
        heard.append(message)

    app = Sanic("recipe", configure_logging=False)
    app.config.USE_UVLOOP = False
    app.blueprint(channel.blueprint(rasa), url_prefix=f"/webhooks/{channel.url_prefix()}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        free.listen()
        server = await app.create_server(sock=free, return_asyncio_server=True, access_log=False)
        await server.startup()
        await server.start_serving()
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
            yield client
        server.close()
        await server.wait_closed()


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of an installation, with settings that are read for it alone."""
    folder = tmp_path / "var"
    folder.mkdir()
    monkeypatch.setenv("COUNTOFF_VAR", str(folder))
    settings.cache_clear()
    yield folder
    settings.cache_clear()


def test_add_a_voice(tmp_path: Path, var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module, making = blocks("add-a-voice", "python")
    assert module.path == "countoff/speech/recorded.py"
    (tmp_path / "recorded.py").write_text(module.text, encoding="utf-8")
    monkeypatch.setattr(speech, "__path__", [*speech.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "countoff.speech.recorded", raising=False)
    (var / "recorded" / "en").mkdir(parents=True)
    soundfile.write(var / "recorded" / "en" / "knee-to-hip-height.wav", np.full(4800, 900, np.int16), 48_000)

    made: dict[str, Any] = {"Voice": Voice}
    exec(making.text, made)
    voice = made["_recorded"]("en")
    assert voice.speak("Knee to hip height.").duration_ms == 100
    for text, language in (("What is that", "en"), ("../../secret", "en"), ("one", "de"), ("one", "../en")):
        with pytest.raises(VoiceError):
            voice.speak(text, language)


def test_add_a_text_rule(copy: Path) -> None:
    follow("add-a-text-rule", copy)
    assert rule_problems(copy / "knowledge") == []
    assert spoken("Soleus at 1 bpm", root=copy / "knowledge") == "So-lee-us at 1 beat a minute"


# ------------------------------------------------------------------ what every recipe and guide says is there

GUIDES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").rglob("*.md"))]
_MADE_BY_A_RECIPE = ("standing-knee-raise", "countoff/channels/hook")
_PATH = re.compile(r"`((?:actions|countoff|data|docs|knowledge|scripts|tests)/[\w./@-]+)`")


@pytest.mark.parametrize("guide", GUIDES, ids=[path.relative_to(PROJECT).as_posix() for path in GUIDES])
def test_what_a_guide_names_is_there(guide: Path) -> None:
    named = _PATH.findall(guide.read_text(encoding="utf-8"))
    there = [name for name in named if not any(made in name for made in _MADE_BY_A_RECIPE)]
    assert [name for name in there if not (PROJECT / name).exists()] == []


def test_the_table_of_settings_names_every_setting_and_no_other() -> None:
    variable = re.compile(r"\b(?:COUNTOFF_[A-Z_]+|PORT)\b")
    known = set(variable.findall((PROJECT / "countoff" / "settings.py").read_text(encoding="utf-8")))
    table = (PROJECT / "docs" / "operate.md").read_text(encoding="utf-8")
    assert known == {name for line in table.splitlines() if line.startswith("| `") for name in variable.findall(line)}


def test_every_recipe_is_followed() -> None:
    module = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    words = {node.value for node in ast.walk(module) if isinstance(node, ast.Constant)}
    assert [path.stem for path in RECIPES if path.stem not in words] == []
