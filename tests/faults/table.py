"""`python -m tests.faults.table`: runs every test that a case names, and writes the results into docs/reliability.md.

`python -m tests.faults.table FILE` writes what earlier runs recorded (`tests.faults.recording`).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any, Dict, List, Mapping, Sequence, Tuple

import yaml

from bot.settings import ROOT

PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- begin: written by `make test-faults` -->\n", "<!-- end -->\n"
HEAD = "| case | what breaks | what happens | tests | result |\n| --- | --- | --- | --- | --- |\n"
SOAK_HEAD = "| part | memory at the end | per 1,000 turns | open files at the end | per 1,000 turns |\n| --- | --- | --- | --- | --- |\n"
Results = Mapping[str, Mapping[str, Any]]


def cases() -> Dict[str, Dict[str, Any]]:
    """By id: `fault`, and either `happens` and `tests` or `not`."""
    return dict(yaml.safe_load((Path(__file__).parent / "cases.yml").read_text(encoding="utf-8")))


def named_tests(rows: Mapping[str, Mapping[str, Any]]) -> List[str]:
    """The tests that cases name, each once and without parameters."""
    return sorted({test.partition("[")[0] for row in rows.values() for test in row.get("tests", ())})


def ended(test: str, results: Results) -> List[str]:
    """How the rows of a test ended."""
    return [str(result["outcome"]) for name, result in results.items() if name == test or name.startswith(f"{test}[")]


def line(name: str, row: Mapping[str, Any], results: Results) -> str:
    if "not" in row:
        return f"| {name} | {row['fault']} | {row['not']} | none | not run |\n"
    files: Dict[str, int] = {}
    for test in row["tests"]:
        file = test.partition("::")[0]
        files[file] = files.get(file, 0) + 1
    shown = "<br>".join(f"`{file}` ({count})" for file, count in files.items())
    return f"| {name} | {row['fault']} | {row['happens']} | {shown} | {verdict(row['tests'], results)} |\n"


def verdict(tests: Sequence[str], results: Results) -> str:
    """Passed, failed, or not run; with how many rows of tests there were."""
    outcomes = [ended(test, results) for test in tests]
    rows = [outcome for rows in outcomes for outcome in rows]
    if "failed" in rows:
        return f"**failed**: {rows.count('failed')} of {len(rows)}"
    return f"passed, {len(rows)}" if all(outcomes) else "not run"


def written(results: Results, day: date) -> str:
    """What stands between the marks of the page."""
    table = "".join(line(name, row, results) for name, row in cases().items())
    soaks = [result["properties"]["soak"] for result in results.values() if "soak" in result["properties"]]
    return (
        f"Run of {day:%B} {day.day}, {day.year}. In brackets: how many tests; in the result: how many rows of them.\n\n{HEAD}{table}"
        + "".join(map(soaked, soaks))
    )


def soaked(soak: Mapping[str, Any]) -> str:
    rows = "".join(
        f"| {part} | {used['memory_mb']} MB | {used['memory_slope']:+.1f} MB | {used['files']} | {used['files_slope']:+.1f} |\n"
        for part, used in soak["parts"].items()
    )
    said = f"Soak (F35): {soak['turns']:,} turns in {soak['seconds']} s, at most {soak['connections']} connections to PostgreSQL."
    return f"\n{said} Slopes are of the second half.\n\n{SOAK_HEAD}{rows}"


def parts(page: str) -> Tuple[str, str, str]:
    """The page before, between and after the marks."""
    before, _, rest = page.partition(BEGIN)
    between, _, after = rest.partition(END)
    return before, between, after


def run(path: Path) -> int:
    """Runs all of it; results go to a file. Returns pytest's exit code."""
    recorded = ["-p", "tests.faults.recording", "--record-results", str(path)]
    elsewhere = [test for test in named_tests(cases()) if not test.startswith("tests/faults/")]
    command = [sys.executable, "-m", "pytest", *recorded, "-m", "", "-n", "2", "--dist", "loadfile", "tests/faults", *elsewhere]
    return subprocess.run(command, cwd=ROOT).returncode


def main(arguments: Sequence[str]) -> int:
    """With a file: what runs recorded there is written, and nothing is run."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(arguments[0]) if arguments else Path(scratch) / "results.json"
        code = 0 if arguments else run(path)
        results = json.loads(path.read_text(encoding="utf-8"))
    before, _, after = parts(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(f"{before}{BEGIN}{written(results, datetime.now(timezone.utc).date())}{END}{after}", encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
