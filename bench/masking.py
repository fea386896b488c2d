"""What the masking misses, what it hides for nothing, and what it costs: `python -m bench.masking [--rows]`.

The corpus is `tests/fixtures/masking`. `--rows` shows each miss and each false alarm of the part that may be tuned to.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import Iterable, List, Tuple

from bot.conversations.cleaning import tidy
from bot.conversations.logs import mask_line
from bot.conversations.masking import mask
from bot.conversations.never_stored import never_store
from tests.conversations.planted import PARTS, Row, harmless, planted

LANGUAGES = ("en", "fr", "mixed")
COSTS = {
    "a usual log line": "turn 3f2a12345678903f2a1234567890abcd of conversation 77 answered in 412 ms: look_up/next_bus, 2 calls, done",
    "a message without numbers": "hi, they skipped my garbage again this week and nobody answers, can someone please have a look",
    "a message with a phone number": "hi there, please call me at 519-555-0123 about the pothole on king st, thanks",
    "a message with an address": "garbage was not picked up at 45 queen st n this week, second time now",
    "2,000 characters of words": "the snow plough came by again and left a wall of ice across the driveway " * 27,
}
RUNS = 2_000


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    print(f"| {' | '.join(head)} |\n| --- | {' | '.join('---:' for _ in list(head)[1:])} |")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def _misses(rows: List[Row]) -> None:
    found: Counter[Tuple[str, str, str]] = Counter()
    missed: Counter[Tuple[str, str, str]] = Counter()
    for row in rows:
        found.update((kind, row.language, row.part) for kind, _ in row.secrets)
        missed.update((kind, row.language, row.part) for kind in row.misses())
    columns = [(language, part) for language in LANGUAGES for part in PARTS]
    kinds = list(dict.fromkeys(kind for kind, _, _ in found))

    def cells(kinds: List[str]) -> List[str]:
        of = [(sum(missed[(kind, *at)] for kind in kinds), sum(found[(kind, *at)] for kind in kinds)) for at in columns]
        return [f"{misses} of {all_}" if all_ else "" for misses, all_ in of]

    head = ["misses", *(f"{language}, {part}" for language, part in columns)]
    _table(head, [*([kind.replace("_", " "), *cells([kind])] for kind in kinds), ["all", *cells(kinds)]])


def _false_alarms(rows: List[Row]) -> None:
    of = {(row.language, row.part): [] for row in rows}  # type: ignore[var-annotated]
    for row in rows:
        of[row.language, row.part].append(row.shown() != row.tidied)
    _table(
        ["false alarms", *(f"{language}, {part}" for language, part in of)],
        [["harmless messages", *(f"{sum(changed)} of {len(changed)}" for changed in of.values())]],
    )


def _cost(text: str) -> List[str]:
    cells = []
    for work in (mask, mask_line, lambda text: never_store(tidy(text))):
        times = []
        for _ in range(RUNS if len(text) < 500 else RUNS // 10):
            begun = time.perf_counter()
            work(text)
            times.append(time.perf_counter() - begun)
        times.sort()
        cells.append(f"{1000 * times[len(times) // 2]:.3f} / {1000 * times[len(times) * 99 // 100]:.3f}")
    return cells


def main() -> None:
    secrets, plain = planted(), harmless()
    _misses(secrets)
    print()
    _false_alarms(plain)
    print()
    _table(
        ["ms, median / 99 of 100", "mask", "mask_line (with amounts)", "tidy and never_store"],
        [[name, *_cost(text)] for name, text in COSTS.items()],
    )
    if "--rows" in sys.argv:
        for row in secrets:
            if row.part == "tuned" and row.misses():
                print("missed", row.misses(), repr(row.text), "->", repr(row.shown()))
        for row in plain:
            if row.part == "tuned" and row.shown() != row.tidied:
                print("false alarm", repr(row.tidied), "->", repr(row.shown()))


if __name__ == "__main__":
    main()
