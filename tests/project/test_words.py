"""What the coach says lives in domain.yml: Python only names it, and every name is used and known."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from string import Formatter

import pytest

from countoff.dialogue import after, coach
from countoff.session.table import TABLE
from tests.project.repository import domain, name_of, nodes, parsed, python_files

PREFIX = "utter_"
DIALOGUE = "countoff/dialogue"
STATUSES = ("counting", "resting", "paused", "hurt")
NEXT = ("rep", "rest", "set", "done")
RANGES = ("reps_per_side", "sets", "rest_s", "lift_s", "hold_s", "lower_s")
"""The fields of a prescription that a user may name."""
MESSAGE_PARTS = {"text", "image", "json_message", "custom", "template", "response", "attachment", "buttons", "elements"}
VARIANTS = tuple("".join(pair) for pair in product(("", "_with_band"), ("", "_in_sets")))


def _constants(folder: str) -> set[str]:
    return {node.value for _, node in nodes(folder) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _outcomes() -> set[str]:
    """The outcomes of the session engine that have words."""
    return {name for name in _constants("countoff/session") if f"{PREFIX}{name}" in domain()["responses"]}


def _filled() -> dict[str, set[str]]:
    """What a response name that is put together can be, by the way it is written."""
    return {
        "utter_{intent}": {f"utter_{name}" for name in coach.SMALL_TALK},
        "utter_{step.note}": {f"utter_{name}" for name in _outcomes()}
        | {"utter_left_in_sets", "utter_how_long_minutes", "utter_stopped_before_the_first"}
        | {f"utter_whats_next_{name}" for name in NEXT},
        "utter_{note}": {f"utter_started{variant}" for variant in VARIANTS},
        "utter_report_{ctx.status}": {f"utter_report_{name}" for name in STATUSES},
        "utter_out_of_range_{refused.field}": {f"utter_out_of_range_{name}" for name in RANGES},
        "utter_next_time_{effort}": {f"utter_next_time_{name}" for name in after.EFFORTS},
        "utter_history_effort_{log['last_effort']}": {f"utter_history_effort_{name}" for name in after.EFFORTS},
    }


def _put_together() -> Iterator[str]:
    for _, node in nodes(DIALOGUE):
        if isinstance(node, ast.JoinedStr):
            written = ast.unparse(node)[2:-1]
            if written.startswith(PREFIX):
                yield written


def _named() -> set[str]:
    """Every response that the dialogue names in full."""
    names = {name for name in _constants(DIALOGUE) if name.startswith(PREFIX) and not name.endswith("_")}
    varied = {"utter_offer_start"}
    return names | {f"{name}{variant}" for name in varied for variant in VARIANTS}


def _said_by_rules() -> set[str]:
    return {"utter_stop_now", "utter_stop_pain", "utter_stop_red_flag"}


def test_every_name_that_is_put_together_is_known_here() -> None:
    assert set(_filled()) == set(_put_together())


def test_every_response_is_used() -> None:
    used = _named() | set().union(*_filled().values()) | _said_by_rules()
    assert sorted(set(domain()["responses"]) - used) == []


def test_every_response_that_is_used_exists() -> None:
    used = _named() | set().union(*_filled().values()) | _said_by_rules()
    assert sorted(used - set(domain()["responses"])) == []


@pytest.mark.parametrize("name", domain()["responses"])
def test_no_blank_of_a_response_is_named_like_a_part_of_a_message(name: str) -> None:
    """Rasa would take the value for the whole text, image … of the message and drop the words around it."""
    blanks = {blank for variant in domain()["responses"][name] for _, blank, _, _ in Formatter().parse(variant["text"])}
    assert blanks & MESSAGE_PARTS == set()


def test_the_verbs_of_the_session_are_those_that_the_dialogue_gives() -> None:
    assert set() == set(TABLE) - _constants(DIALOGUE)


def _calls(folder: str, attribute: str) -> list[tuple[str, ast.Call]]:
    return [
        (f"{name_of(path)}:{node.lineno}", node)
        for path, node in nodes(folder)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == attribute
    ]


def test_actions_utter_responses_by_name_only() -> None:
    calls = _calls("actions", "utter_message")
    assert calls, "nothing is uttered at all"
    for where, call in calls:
        keywords = [keyword.arg for keyword in call.keywords]
        assert call.args == [], where
        assert "response" in keywords, where
        assert not {"text", "image", "attachment", "template"} & set(keywords), where


@pytest.mark.parametrize(("where", "call"), _calls(DIALOGUE, "say"))
def test_the_dialogue_says_responses_by_name_only(where: str, call: ast.Call) -> None:
    first = call.args[0]
    if isinstance(first, ast.Constant):
        assert str(first.value).startswith(PREFIX), where
    elif isinstance(first, ast.JoinedStr):
        assert ast.unparse(first)[2:].startswith(PREFIX), where
    elif isinstance(first, ast.IfExp):
        assert ast.unparse(first).count(f"'{PREFIX}") == 2, where
    else:
        assert ast.unparse(first).partition("(")[0] in ("response", "_variant"), where


@pytest.mark.parametrize("path", python_files("actions", DIALOGUE), ids=name_of)
def test_no_sentence_stands_in_python(path: Path) -> None:
    """A string of four words or more, outside docstrings and errors, is something that a user would hear."""
    assert [text for text in _sentences(path) if len(text.split()) >= 4] == []


def _sentences(path: Path) -> Iterator[str]:
    tree = parsed(path)
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise):
            silent.update(id(inner) for inner in ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.value
