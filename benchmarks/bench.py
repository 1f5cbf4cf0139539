"""`make bench`: Countoff beside a stock Rasa on the same data, in one run; a table, a file of results, a picture."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.contenders import (
    PASSES,
    Contender,
    Ours,
    Running,
    Stock,
    Training,
    busy,
    installed_megabytes,
    require_free,
    require_stock,
    train,
)
from benchmarks.held_out import SAFETY, SENTENCES, Scores, sign_test, texts
from benchmarks.load import Load, percentile, put_load, second_message_ms
from benchmarks.report import Row, draw, print_table, update_readme
from countoff.errors import CountoffError
from countoff.settings import PROJECT
from countoff.training import model_path

RESULTS = PROJECT / "benchmarks" / "results"
PORTS = {"Countoff": (5105, 5155), "stock Rasa": (5106, 5156)}
USERS = (1, 10, 50)
TURNS = (5, 50, 200)


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    Attributes:
        rounds: how often the two take turns, so that what else the machine does meets both.
        load_s: length of one load, in seconds.
        long_s: length of the load of long conversations, in seconds; None leaves them out.
        starts: how often each is started.
        trains: whether ours is trained anew, and the stock Rasa where its model of this data is not kept.
    """

    rounds: int
    load_s: float
    long_s: dict[str, float] | None
    starts: int
    trains: bool


FULL = Effort(rounds=3, load_s=12, long_s={"Countoff": 20, "stock Rasa": 90}, starts=3, trains=True)
QUICK = Effort(rounds=1, load_s=8, long_s=None, starts=1, trains=False)


@dataclass
class Figures:
    """What was measured of one contender."""

    ready_s: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    training: Training | None = None
    installed_mb: float = 0.0
    parse_ms: list[float] = field(default_factory=list)
    turn_ms: dict[int, list[float]] = field(default_factory=lambda: {turn: [] for turn in TURNS})
    per_second: dict[int, list[float]] = field(default_factory=lambda: {users: [] for users in USERS})
    second_ms: list[float] = field(default_factory=list)
    failed: int = 0
    scores: Scores | None = None


def measure(effort: Effort, passes: int) -> dict[str, Figures]:
    """Measure both, taking turns; the stock Rasa is trained with so many passes.

    Raises:
        CountoffError: something that it needs is missing, or a server failed.
    """
    require_stock()
    require_free([port for ports in PORTS.values() for port in ports])
    contenders: list[Ours | Stock] = [Ours(), Stock(passes)]
    found = {one.name: Figures() for one in contenders}
    for one in contenders:
        _at_rest(one, found[one.name], effort)
    for number in range(effort.starts - 1):
        for one in contenders:
            _say(f"start {number + 1} of {one.name}")
            with one.serve(*PORTS[one.name]) as running:
                found[one.name].ready_s.append(running.ready_s)
    with _both(contenders) as running_by_name:
        for name, running in running_by_name.items():
            found[name].ready_s.append(running.ready_s)
        for number in range(effort.rounds):
            for name, running in running_by_name.items():
                _say(f"round {number + 1}: load on {name}")
                _one_round(running, found[name], effort, name)
        for name, running in running_by_name.items():
            found[name].megabytes.append(running.megabytes())
    return found


def _at_rest(one: Ours | Stock, figures: Figures, effort: Effort) -> None:
    """What needs no server: training, understanding, size on disk."""
    if effort.trains:
        figures.training = _trained(one)
    one.model()
    _say(f"{one.name} reads the held-out sentences")
    parsed = _parse(one)
    figures.scores, figures.parse_ms = Scores(parsed["parses"]), parsed["times_ms"]
    figures.installed_mb = installed_megabytes(one)


def _trained(one: Ours | Stock) -> Training:
    """The cost of the training: an hour and a half for the stock Rasa, so that its model of the same data is kept."""
    if isinstance(one, Stock) and (kept := one.trained()) is not None:
        _say(f"{one.name} is trained on this data already")
        return kept
    _say(f"training {one.name}")
    return train(one)


def _one_round(running: Running, figures: Figures, effort: Effort, name: str) -> None:
    _note(put_load(running.url, 1, effort.load_s, turns=8), figures, 1, (5,))
    if effort.long_s is not None:
        _note(put_load(running.url, 1, effort.long_s[name], turns=205), figures, None, (50, 200))
    for users in USERS[1:]:
        _note(put_load(running.url, users, effort.load_s, turns=8), figures, users, ())
    figures.second_ms.append(second_message_ms(running.url, f"second-{time.monotonic_ns()}"))


def _note(load: Load, figures: Figures, users: int | None, turns: tuple[int, ...]) -> None:
    figures.failed += load.failed
    if users is not None:
        figures.per_second[users].append(load.per_second)
    for turn in turns:
        figures.turn_ms[turn] += load.near(turn)


@contextmanager
def _both(contenders: list[Ours | Stock]) -> Iterator[dict[str, Running]]:
    with ExitStack() as stack:
        yield {one.name: stack.enter_context(one.serve(*PORTS[one.name])) for one in contenders}


def _parse(contender: Contender) -> dict[str, Any]:
    command = [contender.python, str(Path(__file__).with_name("parse.py")), str(contender.model())]
    done = subprocess.run(command, input=json.dumps(texts()), capture_output=True, text=True, check=False)
    if done.returncode:
        raise CountoffError(f"{contender.name} could not read the sentences: {done.stderr[-1000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def table(found: dict[str, Figures]) -> list[Row]:
    """The rows, with what DESIGN's budgets ask for."""
    ours, stock = found["Countoff"], found["stock Rasa"]
    return [*_speed_rows(ours, stock), *_size_rows(ours, stock), *_understanding_rows(ours, stock)]


def _speed_rows(ours: Figures, stock: Figures) -> list[Row]:
    rows = []
    for turn in TURNS:
        for which in (50, 95, 99):
            both = [percentile(one.turn_ms[turn], which) for one in (ours, stock)]
            budget = {(5, 50): "≤ 25 ms, ≤ 1/5"}.get((turn, which), "")
            rows.append(Row(f"turn with an action, {turn}th, p{which}", "ms", *both, budget))
    growth = [percentile(one.turn_ms[200], 50) / percentile(one.turn_ms[5], 50) for one in (ours, stock)]
    rows.append(Row("200th turn against the 5th", "×", *growth, "≤ 1.3"))
    rows.append(Row("parse, p50", "ms", median(ours.parse_ms), median(stock.parse_ms), "≤ 6 ms"))
    for users in USERS:
        both = [median(one.per_second[users]) for one in (ours, stock)]
        budget = "≥ 60, ≥ 3 ×" if users == 10 else ""
        rows.append(
            Row(f"turns a second, {users} user{'s' if users > 1 else ''}", "/s", *both, budget, more_is_better=True)
        )
    rows.append(
        Row("second message behind the first", "ms", median(ours.second_ms), median(stock.second_ms), "one turn")
    )
    rows.append(Row("turns without an answer", "", ours.failed, stock.failed, "0"))
    rows.append(Row("ready after the start command", "s", median(ours.ready_s), median(stock.ready_s), "≤ 20 s, ≤ 1/3"))
    return rows


def _size_rows(ours: Figures, stock: Figures) -> list[Row]:
    rows = [
        Row("memory of all processes", "MB", median(ours.megabytes), median(stock.megabytes), "≤ 800 MB"),
        Row("installed", "MB", ours.installed_mb, stock.installed_mb, "≤ 2000 MB"),
    ]
    if ours.training is not None and stock.training is not None:
        rows.append(Row("training", "s", ours.training.wall_s, stock.training.wall_s, "≤ 90 s"))
        rows.append(Row("training, processor time", "s", ours.training.processor_s, stock.training.processor_s))
    return rows


def _understanding_rows(ours: Figures, stock: Figures) -> list[Row]:
    assert ours.scores is not None
    assert stock.scores is not None
    kinds: list[tuple[str, Callable[[Scores], float], str, bool]] = [
        ("intent", lambda s: s.intents()["all"], "≥ 93 %, better than stock", True),
        ("intent, clean", lambda s: s.intents()["none"], "", True),
        ("intent, hurried typing", lambda s: s.intents()["typo"], "", True),
        ("intent, misheard by a recogniser", lambda s: s.intents()["asr"], "", True),
        ("two requests in one message", lambda s: s.intents()["two in one"], "", True),
        ("entities found", lambda s: s.entities()["found"], "", True),
        ("whole message: intents and entities", lambda s: s.whole(), "", True),
        ("pain, red flags, stops acted upon", lambda s: s.safety()["recall"], "≥ 99.5 %", True),
        ("false alarms", lambda s: s.safety()["false_alarms"], "≤ 2 %", False),
        ("out of scope found", lambda s: s.scope()["out_of_scope"], "≥ 92 %", True),
        ("in scope refused", lambda s: s.scope()["refused"], "≤ 4 %", False),
    ]
    return [
        Row(name, "%", 100 * get(ours.scores), 100 * get(stock.scores), budget, more_is_better=more)
        for name, get, budget, more in kinds
    ]


def results(found: dict[str, Figures], rows: list[Row], load: dict[str, str], passes: int) -> dict[str, Any]:
    """Everything, for the file of results."""
    ours, stock = found["Countoff"].scores, found["stock Rasa"].scores
    assert ours is not None
    assert stock is not None
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _git("rev-parse", "--short", "HEAD"),
        "changed_since": bool(
            _git("status", "--porcelain", "--", "countoff", "actions", "data", "knowledge", "domain.yml")
        ),
        "model": model_path().name,
        "load_average": load,
        "passes_of_stock": passes,
        "held_out": {path.name: _git("hash-object", str(path)) for path in (SENTENCES, SAFETY)},
        "rows": [row.as_json() for row in rows],
        "paired_test_of_intents": sign_test(ours, stock),
        "by_intent": {"Countoff": ours.by_intent(), "stock Rasa": stock.by_intent()},
        "samples": {
            name: {"turns": {turn: len(ms) for turn, ms in one.turn_ms.items()}, "ready_s": one.ready_s}
            for name, one in found.items()
        },
    }


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _say(what: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {what} (load {busy()})", file=sys.stderr, flush=True)


def main() -> int:
    """Measure, print, write; 1 with one line where something is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the main rows, with the stock model that is there")
    parser.add_argument("--passes", type=int, default=PASSES, help="of the stock Rasa over the data, in training")
    parser.add_argument("--train-stock", action="store_true", help="only train the stock model, for a later run")
    asked = parser.parse_args()
    quick = asked.quick
    before = busy()
    try:
        if asked.train_stock:
            require_stock()
            print(_trained(Stock(asked.passes)))
            return 0
        found = measure(QUICK if quick else FULL, asked.passes)
    except CountoffError as error:
        print(error, file=sys.stderr)
        return 1
    rows = [row for row in table(found) if row.is_known]
    if quick:
        name = Stock(asked.passes).model_path().name
        print(f"Quick: the stock model is {name}, trained by an earlier `make bench` on the same data.")
    made = results(found, rows, {"before": before, "after": busy()}, asked.passes)
    print_table(rows, made["paired_test_of_intents"])
    if not quick:
        path = RESULTS / f"{made['date'][:10]}-{made['commit']}.json"
        path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        draw(rows, PROJECT / "docs" / "images" / "bench.png")
        update_readme(rows, made)
        print(f"Written: {path.relative_to(PROJECT)}, docs/images/bench.png and the table in README.md.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
