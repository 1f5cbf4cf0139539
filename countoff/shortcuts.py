"""What Rasa does anew for every message, done once. docs/performance.md says what each part brings."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jsonschema import ValidationError
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event
from threadpoolctl import threadpool_limits


def take() -> None:
    """Put all of them in place; calling it again changes nothing."""
    remember_event_types()
    remember_action_schema()
    use_one_thread()


def remember_event_types() -> None:
    """Have Rasa look up each type of event once; it walks all subclasses for every event that it reads."""
    if not hasattr(Event.resolve_by_type, "cache_info"):
        Event.resolve_by_type = staticmethod(lru_cache(maxsize=None)(Event.resolve_by_type))


def remember_action_schema() -> None:
    """Check the schema of the action server's answers once; Rasa checks it again with every answer."""
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema)

    def validate(self: RemoteAction, result: dict[str, Any]) -> bool:
        error: ValidationError | None = next(validator.iter_errors(result), None)
        if error is not None:
            raise error
        return True

    RemoteAction._validate_action_result = validate


def use_one_thread() -> None:
    """Let linear algebra use one thread: for the vectors of one message, waking the others takes twice the work."""
    threadpool_limits(limits=1)
