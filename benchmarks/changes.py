"""`make bench-changes`: what each change to Rasa brings, measured by leaving it out."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from statistics import median

from benchmarks.contenders import Without, busy, require_free
from benchmarks.load import percentile, put_load, second_message_ms
from benchmarks.without import CHANGES
from countoff.errors import CountoffError
from countoff.settings import PROJECT

PORT, ACTION_PORT = 5107, 5157
WARM_UP_S, SHORT_S, LONG_S, BUSY_S = 6, 10, 15, 10


@dataclass(frozen=True)
class Effect:
    """What was measured without one change; times in milliseconds, ``per_second`` with ten users."""

    without: str
    fifth_ms: float
    two_hundredth_ms: float
    cpu_ms: float
    per_second: float
    second_message_ms: float


def measure(change: str) -> Effect:
    """Serve without a change, and put three loads on it."""
    with Without(change).serve(PORT, ACTION_PORT) as running:
        put_load(running.url, 1, WARM_UP_S, turns=8)
        before_s = running.cpu_s()
        short = put_load(running.url, 1, SHORT_S, turns=8)
        cpu_s = running.cpu_s() - before_s
        long = put_load(running.url, 1, LONG_S if change == "nothing" else 3 * LONG_S, turns=205)
        crowd = put_load(running.url, 10, BUSY_S, turns=8)
        return Effect(
            change,
            median(short.near(5)),
            percentile(long.near(200), 50),
            1000 * cpu_s / sum(map(len, short.turns_ms.values())),
            crowd.per_second,
            second_message_ms(running.url, "second"),
        )


def main() -> int:
    """Measure each change, print and write; 1 with one line where something is missing."""
    try:
        require_free([PORT, ACTION_PORT])
        effects = []
        for change in CHANGES:
            print(f"without {change} (load {busy()})", file=sys.stderr, flush=True)
            effects.append(measure(change))
    except CountoffError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{'without':42} 5th turn  200th turn  processor a turn  turns/s of 10 users  second message")
    for one in effects:
        print(
            f"{one.without:42} {one.fifth_ms:5.1f} ms  {one.two_hundredth_ms:7.1f} ms  {one.cpu_ms:13.1f} ms"
            f"  {one.per_second:19.1f}  {one.second_message_ms:11.1f} ms"
        )
    now = datetime.now(UTC)
    path = PROJECT / "benchmarks" / "results" / f"changes-{now:%Y-%m-%d}.json"
    body = {"date": now.isoformat(timespec="seconds"), "load": busy(), "effects": [asdict(one) for one in effects]}
    path.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    print(f"Written: {path.relative_to(PROJECT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
