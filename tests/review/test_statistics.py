"""What is published of what residents ask: counts of people, and none that leads to a few of them."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import date
from itertools import permutations, product
from pathlib import Path
from typing import Any, Dict, List, Optional, Set, Tuple

import pytest

from bot.cli import main
from tests.review.counted import local, resident, turn, visit

Shown = Tuple[Tuple[Optional[int], ...], Optional[int]]


def shown(counts: Tuple[int, ...], order: Tuple[int, ...]) -> Shown:
    from bot.review.statistics import held_back

    cells, total = held_back(counts, order)
    return tuple(cells), total


@pytest.mark.parametrize("cells", [1, 2, 3])
def test_nobody_works_out_a_count_that_is_held_back_even_knowing_how_it_is_done(cells: int) -> None:
    """Every table there can be, up to 14 people a cell, is published; then each published table is read by an attacker who looks up
    which tables it can come from."""
    from_which: Dict[Shown, Set[Tuple[int, ...]]] = defaultdict(set)
    for counts in product(range(1, 15), repeat=cells):
        for order in permutations(range(cells)):
            from_which[shown(counts, order)].add(counts)
    attacked = 0
    for (published, total), tables in from_which.items():
        hidden = [place for place, count in enumerate(published) if count is None]
        if total is not None and total - sum(count or 0 for count in published) > 14:
            continue  # it may come from larger tables than were made here
        for place in hidden:
            attacked += 1
            could_be = {table[place] for table in tables}
            assert could_be >= {1, 2, 3, 4}, (published, total, tables)
    assert attacked


def test_a_total_gives_no_single_small_count_away() -> None:
    """The plain attack: the total less everything that is shown."""
    assert shown((3, 50, 60), (0, 1, 2)) == ((None, None, 60), 113)
    assert shown((3, 50, 60), (2, 0, 1)) == ((None, 50, None), 113)
    assert shown((1, 6, 5), (1, 2, 0)) == ((None, None, None), 12)  # 1 + 6 leaves too little to hide in: 5 goes too
    assert shown((3,), (0,)) == ((None,), None)
    assert shown((5, 70), (0, 1)) == ((5, 70), 75)


def three_months(console_database: str) -> None:
    """In September few, in October many ask about garbage; three ask about fares by text message."""
    for _ in range(4):
        visit(local("2026-09-10"), of=resident())
    for _ in range(12):
        visit(local("2026-10-31", "23:59"), {}, {}, of=resident())
    for _ in range(7):
        visit(local("2026-10-01", "00:00"), {"topic": "parking"}, of=resident())
    for _ in range(3):
        visit(local("2026-10-20"), {"topic": "transit"}, of=resident("sms"), channel="sms")
    for _ in range(9):
        visit(local("2026-10-20"), {"topic": ""}, of=resident())


def statistics(folder: Path, first: str, last: str) -> List[Dict[str, str]]:
    with pytest.raises(SystemExit) as ended:
        main(["console", "statistics", "--from", first, "--to", last, "--output", str(folder / "asked.csv")])
    assert ended.value.code == 0
    with (folder / "asked.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_question_is_one_resident_and_one_topic_a_month_and_small_counts_are_held_back(console_database: str, tmp_path: Path) -> None:
    three_months(console_database)
    rows = statistics(tmp_path, "2026-09", "2026-10")
    october = {(row["channel"], row["language"], row["topic"]): row["questions"] for row in rows if row["month"] == "2026-10"}
    assert set(october) == {("sms", "en", "transit"), ("webchat", "en", "parking"), ("webchat", "en", "waste"), ("all", "all", "all")}
    assert october["sms", "en", "transit"] == ""
    assert october["all", "all", "all"] == "22"
    rest = {october["webchat", "en", "parking"], october["webchat", "en", "waste"]}
    assert rest in ({"", "12"}, {"7", ""})  # one of them, by a secret order, hides the third
    september = {row["topic"]: row["questions"] for row in rows if row["month"] == "2026-09"}
    assert september == {"waste": "", "all": ""}


def test_what_is_held_back_stays_the_same_when_a_file_is_written_again(console_database: str, tmp_path: Path) -> None:
    three_months(console_database)
    assert statistics(tmp_path, "2026-09", "2026-10") == statistics(tmp_path, "2026-09", "2026-10")
    october = [row for row in statistics(tmp_path, "2026-09", "2026-10") if row["month"] == "2026-10"]
    assert statistics(tmp_path, "2026-10", "2026-10") == october


def test_one_resident_who_asks_often_is_one(console_database: str, tmp_path: Path) -> None:
    talkative = resident()
    for day in range(10, 20):
        visit(local(f"2026-10-{day}"), {}, {}, of=talkative)
    assert [row["questions"] for row in statistics(tmp_path, "2026-10", "2026-10")] == ["", ""]


def test_the_description_beside_the_file_explains_every_column_in_both_languages(console_database: str, tmp_path: Path) -> None:
    rows = statistics(tmp_path, "2026-10", "2026-10")
    described = json.loads((tmp_path / "asked.csv-metadata.json").read_text(encoding="utf-8"))
    assert rows[0].keys() == {column["name"] for column in described["tableSchema"]["columns"]}
    assert described["url"] == "asked.csv"
    for column in described["tableSchema"]["columns"]:
        assert {said["@language"] for said in column["dc:description"] if said["@value"]} == {"en", "fr"}


def test_whoever_writes_the_file_is_in_the_audit_log(console_database: str, tmp_path: Path) -> None:
    from bot.review.models import AuditEntry

    statistics(tmp_path, "2026-09", "2026-10")
    assert AuditEntry.objects.filter(action="export", subject="statistics", reason="2026-09 to 2026-10").count() == 1


def test_a_month_that_is_not_over_and_a_wrong_order_are_refused(
    console_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from bot.review.periods import today

    file = tmp_path / "asked.csv"
    for first, last in ((f"{today():%Y-%m}", f"{today():%Y-%m}"), ("2026-10", "2026-09")):
        with pytest.raises(SystemExit) as ended:
            main(["console", "statistics", "--from", first, "--to", last, "--output", str(file)])
        assert ended.value.code == 1
        assert "month" in capsys.readouterr().err
    assert not file.exists()


def test_a_turn_without_a_language_is_counted_as_undetermined(console_database: str, tmp_path: Path) -> None:
    for _ in range(5):
        turn(visit(local("2026-10-05"), {"topic": ""}, language=None, of=resident()), local("2026-10-05"))
    assert statistics(tmp_path, "2026-10", "2026-10")[0]["language"] == "und"


def test_no_day_is_left_out_between_months(console_database: str) -> None:
    from bot.review.statistics import rows

    for month in range(1, 13):
        for _ in range(5):
            visit(local(f"2025-{month:02d}-28"), of=resident())
    totals: Dict[str, Any] = {row.month: row.questions for row in rows(date(2025, 1, 1), date(2025, 12, 1)) if row.topic == "all"}
    assert totals == {f"2025-{month:02d}": 5 for month in range(1, 13)}
