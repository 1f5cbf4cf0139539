"""Puts visitors on a server, with locust, and tells how long their turns took."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import httpx

from countoff.errors import CountoffError
from countoff.settings import PROJECT

VISITORS = Path(__file__).with_name("visitors.py")
NEAR = {5: range(4, 7), 50: range(46, 55), 200: range(192, 206)}
"""Which turns stand for the 5th, the 50th and the 200th of a conversation."""


@dataclass(frozen=True)
class Load:
    """What came of a load.

    Attributes:
        turns_ms: for each number of a turn in its conversation, how long such turns took, in milliseconds.
        failed: how many turns got no answer.
        seconds: how long the load lasted.
    """

    turns_ms: dict[int, list[float]]
    failed: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Answered turns a second."""
        return sum(map(len, self.turns_ms.values())) / self.seconds

    def near(self, turn: int) -> list[float]:
        """Times of the turns that stand for this one."""
        return [ms for number in NEAR[turn] for ms in self.turns_ms.get(number, [])]


def put_load(url: str, users: int, seconds: float, turns: int) -> Load:
    """Let users ask without a pause, in conversations of so many turns each.

    Raises:
        CountoffError: locust could not run.
    """
    with tempfile.TemporaryDirectory(prefix="countoff-bench-") as name:
        times = Path(name) / "times.tsv"
        command = [sys.executable, "-m", "locust", "-f", str(VISITORS), "--headless", "--host", url]
        command += ["--users", str(users), "--spawn-rate", str(users), "--run-time", f"{seconds:.0f}s"]
        command += ["--stop-timeout", "0", "--only-summary", "--loglevel", "ERROR"]
        environment = {**os.environ, "COUNTOFF_BENCH_TURNS": str(turns), "COUNTOFF_BENCH_TIMES": str(times)}
        done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
        if not times.is_file() or not times.stat().st_size:
            raise CountoffError(f"locust put no load on {url}: {(done.stderr or done.stdout)[-1000:]}")
        return _read(times, seconds)


def _read(times: Path, seconds: float) -> Load:
    turns_ms: dict[int, list[float]] = defaultdict(list)
    failed = 0
    for line in times.read_text(encoding="utf-8").splitlines():
        turn, took = line.split("\t")
        if took == "failed":
            failed += 1
        else:
            turns_ms[int(turn)].append(float(took))
    return Load(dict(turns_ms), failed, seconds)


def second_message_ms(url: str, sender: str, times: int = 10) -> float:
    """How much longer than the first a second message takes that is sent while the first is under way.

    Returns:
        The median, in milliseconds: about one turn where it waits for the first and no longer.
    """
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        for message in ("hello", "how many reps"):
            _ask(client, sender, message)
        return median(_overtaken(client, sender) for _ in range(times))


def _overtaken(client: httpx.Client, sender: str) -> float:
    ended: dict[str, float] = {}

    def first() -> None:
        _ask(client, sender, "which band should I use")
        ended["first"] = time.perf_counter()

    thread = threading.Thread(target=first)
    thread.start()
    time.sleep(0.003)
    _ask(client, sender, "how many reps")
    second = time.perf_counter()
    thread.join()
    return 1000 * max(0.0, second - ended["first"])


def _ask(client: httpx.Client, sender: str, message: str) -> None:
    client.post("/webhooks/rest/webhook", json={"sender": sender, "message": message}).raise_for_status()


def percentile(values: list[float], which: int) -> float:
    """The p-th percentile of some values; their largest where there are too few to tell."""
    if len(values) < 2:
        return values[0] if values else float("nan")
    return quantiles(values, n=100, method="inclusive")[which - 1]
