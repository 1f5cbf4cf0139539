"""The benchmark's rows, and what goes wrong before anything is measured."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import yaml

from benchmarks import contenders, report
from benchmarks.bench import Figures, main, table
from benchmarks.contenders import Stock, Training, require_free, require_stock
from benchmarks.held_out import SAFETY, SENTENCES, Scores, rows, sign_test, texts
from benchmarks.load import Load, percentile
from benchmarks.report import BEGIN, END, Row, draw, update_readme
from benchmarks.without import CHANGES
from countoff.errors import CountoffError

CELLS = [
    (Row("turn", "ms", 10.0, 150.0), ("turn", "10.0 ms", "150 ms", "15.0 × better", "")),
    (Row("turn", "ms", 30.0, 15.0), ("turn", "30.0 ms", "15.0 ms", "2.0 × worse", "")),
    (
        Row("rate", "/s", 90.0, 20.0, "≥ 60", more_is_better=True),
        ("rate", "90.0 /s", "20.0 /s", "4.5 × better", "≥ 60"),
    ),
    (Row("intent", "%", 93.5, 80.0, more_is_better=True), ("intent", "93.5 %", "80.0 %", "+13.5 points", "")),
    (Row("failed", "", 0, 0, "0"), ("failed", "0", "0", "", "0")),
]


@pytest.mark.parametrize(("row", "cells"), CELLS)
def test_a_row_says_by_how_much(row: Row, cells: tuple[str, ...]) -> None:
    assert row.cells() == cells


def test_a_row_that_was_not_measured_is_left_out() -> None:
    assert Row("turn", "ms", 1.0, 2.0).is_known
    assert not Row("turn", "ms", 1.0, float("nan")).is_known


def test_the_table_of_the_readme_is_replaced_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\nold \\1\n{END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(report, "README", readme)
    made = {"date": "2026-11-25T12:00:00", "commit": "abc", "paired_test_of_intents": _paired(), "passes_of_stock": 12}
    for _ in range(2):
        update_readme([Row("turn", "ms", 10.0, 150.0)], made)
        text = readme.read_text(encoding="utf-8")
        assert text.startswith(f"before\n{BEGIN}\nMeasured on 2026-11-25 at commit abc")
        assert text.endswith(f"{END}\nafter\n")
        assert text.count("| turn | 10.0 ms | 150 ms | 15.0 × better |  |") == 1
        assert "The stock Rasa made 12 passes over the data in training, not 100." in text
        assert "old" not in text


def test_the_stock_configuration_is_rasas_own_but_for_the_passes(tmp_path: Path) -> None:
    own = yaml.safe_load((contenders.STOCK / "config.yml").read_text(encoding="utf-8"))
    for passes in (100, 12):
        made = yaml.safe_load(Stock(passes).write_config(tmp_path).read_text(encoding="utf-8"))
        assert [one.pop("epochs", None) for one in made["pipeline"] if one["name"] == "DIETClassifier"] == [passes]
        assert made["policies"][0] == own["policies"][0]
        assert [one["name"] for one in made["pipeline"]] == [one["name"] for one in own["pipeline"]]


def test_a_readme_without_the_marks_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("no marks", encoding="utf-8")
    monkeypatch.setattr(report, "README", readme)
    with pytest.raises(CountoffError, match=r"README\.md lacks the lines"):
        update_readme(
            [], {"date": "2026-11-25", "commit": "abc", "paired_test_of_intents": _paired(), "passes_of_stock": 12}
        )
    assert readme.read_text(encoding="utf-8") == "no marks"


def _paired() -> dict[str, float]:
    return {"ours_only": 90, "others_only": 10, "p": 1e-9}


def test_the_picture_is_drawn(tmp_path: Path) -> None:
    names = list(report.PICTURED)
    draw([Row(name, "ms", 10.0, 100.0 + n) for n, name in enumerate(names)], tmp_path / "bench.png")
    assert (tmp_path / "bench.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_table_holds_what_the_picture_shows() -> None:
    figures = {name: _figures() for name in ("Countoff", "stock Rasa")}
    rows_made = table(figures)
    assert set(report.PICTURED) <= {row.name for row in rows_made}
    assert len({row.name for row in rows_made}) == len(rows_made)


def _figures() -> Figures:
    deaf = {text: {"intent": {"name": "nlu_fallback"}, "entities": []} for text in texts()}
    made = Figures([1.0], [100.0], Training(10.0, 15.0), 500.0, [4.0], scores=Scores(deaf), second_ms=[5.0])
    made.turn_ms = {turn: [10.0, 11.0] for turn in made.turn_ms}
    made.per_second = {users: [50.0] for users in made.per_second}
    return made


def test_turns_near_a_turn_stand_for_it() -> None:
    load = Load({turn: [float(turn)] for turn in range(1, 206)}, failed=0, seconds=5.0)
    assert load.near(5) == [4.0, 5.0, 6.0]
    assert min(load.near(200)) == 192.0
    assert load.per_second == 41.0


@pytest.mark.parametrize(("values", "which", "found"), [([1.0, 2.0, 3.0], 50, 2.0), ([7.0], 99, 7.0)])
def test_percentiles(values: list[float], which: int, found: float) -> None:
    assert percentile(values, which) == found


def test_the_paired_test_counts_who_alone_is_right() -> None:
    right = {text: {"intent": {"name": "?"}, "entities": []} for text in texts()}
    wrong = dict(right)
    single = [row for row in rows(SENTENCES) if "intent" in row][:12]
    for row in single:
        right[row["text"]] = {"intent": {"name": row["intent"]}, "entities": []}
    found = sign_test(Scores(right), Scores(wrong))
    assert (found["ours_only"], found["others_only"]) == (12, 0)
    assert found["p"] == pytest.approx(2 * 0.5**12)
    assert sign_test(Scores(right), Scores(right)) == {"ours_only": 0, "others_only": 0, "p": 1.0}


def test_the_held_out_files_are_there() -> None:
    assert len(rows(SENTENCES)) >= 400
    assert len(rows(SAFETY)) >= 400


class TestWhatIsMissing:
    def test_no_environment_of_the_stock_rasa(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(contenders, "STOCK_PYTHON", tmp_path / "python")
        with pytest.raises(CountoffError, match="`make bench-setup` installs it"):
            require_stock()
        monkeypatch.setattr("sys.argv", ["bench"])
        assert main() == 1
        assert capsys.readouterr().err.count("\n") == 1

    def test_no_stock_model_of_the_present_data(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(contenders, "STOCK_PYTHON", Path(__file__))
        monkeypatch.setattr(contenders, "KEPT", tmp_path)
        with pytest.raises(CountoffError, match="no stock model of the present data, 100 passes; `make bench`"):
            Stock().model()

    def test_a_port_in_use(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as holder, pytest.raises(CountoffError, match="in use; stop what"):
            require_free([holder.getsockname()[1]])


def test_each_change_that_can_be_left_out_is_known() -> None:
    from countoff import shortcuts  # noqa: PLC0415  # it imports Rasa

    for name in CHANGES:
        if name.startswith(("remember", "use")):
            assert callable(getattr(shortcuts, name))
    taken = {name for name in vars(shortcuts) if name.startswith(("remember", "use_"))}
    assert taken <= set(CHANGES)
