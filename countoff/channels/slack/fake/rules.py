"""What Slack refuses, as its stand-in does.

From https://docs.slack.dev/reference/block-kit/blocks, …/methods/chat.postMessage and …/surfaces/modals.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MOST_TEXT = 40_000
MOST_SECTION = 3_000
MOST_BUTTON = 75
MOST_VALUE = 2_000
MOST_ID = 255
MOST_BUTTONS = 25
MOST_CONTEXT = 10
MOST_OPTIONS = 100
MOST_OPTION = 75
MOST_TITLE = 24
MOST_METADATA = 3_000
MOST_LABEL = 2_000
BLOCK_TYPES = {"section", "actions", "context", "divider", "header", "image", "input", "rich_text"}


class SlackRefusal(Exception):
    """An answer with ``ok: false``.

    Attributes:
        code: the word for it.
        more: what comes beside it.
    """

    def __init__(self, code: str, *messages: str) -> None:
        super().__init__(code)
        self.code = code
        self.more = {"response_metadata": {"messages": [f"[ERROR] {message}" for message in messages]}}


def check_text(arguments: dict[str, Any]) -> None:
    """A message needs a text or blocks, and not too much of either."""
    if not arguments.get("text") and not arguments.get("blocks"):
        raise SlackRefusal("no_text")
    if len(arguments.get("text") or "") > MOST_TEXT:
        raise SlackRefusal("msg_too_long")


def check_blocks(arguments: dict[str, Any]) -> None:
    """The blocks of a message."""
    _check(arguments.get("blocks") or [], "message", "invalid_blocks")


def check_view(view: object, kind: str) -> None:
    """A modal or a home."""
    if not isinstance(view, dict) or view.get("type") != kind or not isinstance(view.get("blocks"), list):
        raise SlackRefusal("invalid_arguments", "invalid view")
    if kind == "modal" and not 0 < len(view.get("title", {}).get("text", "")) <= MOST_TITLE:
        raise SlackRefusal("invalid_arguments", f"must have a title of 1 to {MOST_TITLE} characters")
    if any(block.get("type") == "input" for block in view["blocks"]) and kind == "modal" and "submit" not in view:
        raise SlackRefusal("invalid_arguments", "a modal with an input needs submit")
    if len(view.get("private_metadata", "")) > MOST_METADATA:
        raise SlackRefusal("invalid_arguments", f"private_metadata has up to {MOST_METADATA} characters")
    for label in (view.get("submit"), view.get("close")):
        if label is not None and not 0 < len(label["text"]) <= MOST_TITLE:
            raise SlackRefusal("invalid_arguments", f"submit and close have 1 to {MOST_TITLE} characters")
    _check(view["blocks"], kind, "invalid_arguments")


def _check(blocks: object, surface: str, code: str) -> None:
    wrong = next(_problems(blocks, surface), None)
    if wrong:
        raise SlackRefusal(code, wrong)


def _problems(blocks: object, surface: str) -> Iterator[str]:
    if not isinstance(blocks, list):
        yield "blocks must be a list"
        return
    if len(blocks) > MOST_BLOCKS[surface]:
        yield f"no more than {MOST_BLOCKS[surface]} items allowed"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(ids)) < len(ids) or any(len(name) > MOST_ID for name in ids):
        yield "block_id must be unique and short"
    for block in blocks:
        if block.get("type") not in BLOCK_TYPES:
            yield f"unsupported type: {block.get('type')}"
        yield from _problems_of(block)


def _problems_of(block: dict[str, Any]) -> Iterator[str]:
    elements = block.get("elements") or []
    if block["type"] == "section" and not (block.get("text") or block.get("fields")):
        yield "a section needs text or fields"
    for text in [block.get("text"), *(block.get("fields") or [])]:
        if text is not None and not 0 < len(text.get("text", "")) <= MOST_SECTION:
            yield f"must be between 1 and {MOST_SECTION} characters"
    if block["type"] == "context" and not 0 < len(elements) <= MOST_CONTEXT:
        yield f"a context has 1 to {MOST_CONTEXT} elements"
    if block["type"] == "image" and not (block.get("alt_text") and (block.get("image_url") or block.get("slack_file"))):
        yield "an image needs alt_text and an address or a file"
    if block["type"] == "actions":
        yield from _problems_of_buttons(elements)
    if block["type"] == "input":
        yield from _problems_of_input(block)


def _problems_of_buttons(elements: list[dict[str, Any]]) -> Iterator[str]:
    if not 0 < len(elements) <= MOST_BUTTONS:
        yield f"actions have 1 to {MOST_BUTTONS} elements"
    names = [element["action_id"] for element in elements if "action_id" in element]
    if len(set(names)) < len(names):
        yield "action_id must be unique in a block"
    for element in elements:
        if element.get("type") == "button" and not 0 < len(element["text"]["text"]) <= MOST_BUTTON:
            yield f"a button has 1 to {MOST_BUTTON} characters"
        yield from _problems_of_list(element)
        if element.get("value") == "":
            yield "a value has a character at least"
        if len(element.get("value", "")) > MOST_VALUE or len(element.get("action_id", "")) > MOST_ID:
            yield "value or action_id is too long"


def _problems_of_list(element: dict[str, Any]) -> Iterator[str]:
    if element.get("type") != "static_select":
        return
    groups = element.get("option_groups") or [{"options": element.get("options") or []}]
    if not all(0 < len(group["options"]) <= MOST_OPTIONS for group in groups):
        yield f"a list has 1 to {MOST_OPTIONS} options"
    options = [option for group in groups for option in group["options"]]
    for option in options:
        texts = [option["text"], *([option["description"]] if "description" in option else [])]
        if not all(0 < len(text["text"]) <= MOST_OPTION for text in texts):
            yield f"an option and its description have 1 to {MOST_OPTION} characters"
    if "initial_option" in element and element["initial_option"] not in options:
        yield "initial_option must be one of the options"


def _problems_of_input(block: dict[str, Any]) -> Iterator[str]:
    element = block.get("element") or {}
    if not all(
        0 < len(text.get("text", "")) <= MOST_LABEL
        for text in (block.get("label", {}), block.get("hint", {"text": "-"}))
    ):
        yield f"a label and a hint have 1 to {MOST_LABEL} characters"
    if element.get("type") == "number_input" and not isinstance(element.get("is_decimal_allowed"), bool):
        yield "a number_input says whether decimals are allowed"
    if not all(isinstance(element.get(name, ""), str) for name in ("min_value", "max_value", "initial_value")):
        yield "the values of a number_input are texts"
    yield from _problems_of_list(element)
