"""Load for locust: visitors who each ask the coach a number of questions, one after another, over REST.

``COUNTOFF_BENCH_TURNS`` says how many turns a conversation has before the next begins, and ``COUNTOFF_BENCH_TIMES`` in
which file every turn is noted as ``turn<TAB>milliseconds``.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Any

from locust import FastHttpUser, constant, events, task

QUESTIONS = (
    "which band should I use",
    "how many reps",
    "does it help back pain",
    "what muscles does it work",
    "how high should my knee go",
    "can I do it every day",
    "and after that one?",
    "how long should I rest",
    "where does the band go",
    "what is the next step up",
)
"""Each is answered by a custom action, which looks the answer up."""

TURNS = int(os.environ["COUNTOFF_BENCH_TURNS"])
TIMES = Path(os.environ["COUNTOFF_BENCH_TIMES"]).open("a", encoding="utf-8")  # noqa: SIM115  # for the life of locust


class Visitor(FastHttpUser):
    """Asks without a pause, in a conversation of its own."""

    wait_time = constant(0)

    def on_start(self) -> None:
        """Begin the first conversation."""
        self._turns = iter(())
        self._sender = ""

    @task
    def ask(self) -> None:
        """Take the next turn."""
        turn = next(self._turns, None)
        if turn is None:
            self._sender, self._turns = uuid.uuid4().hex, iter(range(2, TURNS + 1))
            turn = 1
        body = {"sender": self._sender, "message": QUESTIONS[turn % len(QUESTIONS)]}
        name = f"turn {turn}"
        with self.client.post("/webhooks/rest/webhook", json=body, name=name, catch_response=True) as reply:
            if not reply.ok or not reply.json():
                reply.failure(f"no answer, status {reply.status_code}")


@events.request.add_listener
def note(name: str, response_time: float, exception: Exception | None, **others: Any) -> None:
    """Write down how long a turn took; a failed one as ``failed``."""
    took = "failed" if exception else f"{response_time:.2f}"
    TIMES.write(f"{name.removeprefix('turn ')}\t{took}\n")


@events.quitting.add_listener
def close(**others: Any) -> None:
    """Put everything into the file."""
    TIMES.close()
