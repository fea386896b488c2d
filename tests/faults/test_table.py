"""docs/reliability.md shows every case there is, and no case names a test that there is not."""

from __future__ import annotations

import ast
from typing import Dict, List, Set

import pytest

from bot.settings import ROOT
from tests.faults.table import PAGE, cases, line, named_tests, parts, verdict

CASES = cases()


def functions(file: str) -> Set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def rows() -> Dict[str, List[str]]:
    """The table of the page, by case."""
    _, between, _ = parts(PAGE.read_text(encoding="utf-8"))
    found = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in between.splitlines() if line.startswith("| F")]
    return {cells[0]: cells for cells in found}


def test_the_cases_are_those_of_the_list() -> None:
    assert list(CASES) == [f"F{number:02}" for number in range(1, 38)]
    assert all(("not" in row) != ("tests" in row) for row in CASES.values())


@pytest.mark.parametrize("file", sorted({test.partition("::")[0] for test in named_tests(CASES)}))
def test_every_test_a_case_names_is_there(file: str) -> None:
    named = {test.rpartition("::")[2] for test in named_tests(CASES) if test.startswith(f"{file}::")}
    assert named
    assert named <= functions(file)


@pytest.mark.parametrize("name", ["killed", "database", "parts", "soak"])
def test_every_test_that_breaks_something_is_of_a_case(name: str) -> None:
    file = f"tests/faults/test_{name}.py"
    there = {function for function in functions(file) if function.startswith("test_")}
    assert there
    assert there <= {test.rpartition("::")[2] for test in named_tests(CASES)}


def test_the_page_has_a_row_for_every_case_with_what_the_case_says_and_what_came_of_it() -> None:
    table = rows()
    assert list(table) == list(CASES)
    for name, row in CASES.items():
        fault, happens, named, result = table[name][1:]
        assert (fault, happens) == (row["fault"], row.get("happens", row.get("not")))
        assert line(name, row, {}).startswith(f"| {name} | {fault} | {happens} | {named} |")
        assert result.startswith("passed" if "tests" in row else "not run")


def test_a_result_is_that_of_all_its_rows() -> None:
    passed, failed = {"outcome": "passed"}, {"outcome": "failed"}
    assert verdict(["a::t", "b::u"], {"a::t[1]": passed, "a::t[2]": passed, "b::u": passed, "a::tt": failed}) == "passed, 3"
    assert verdict(["a::t"], {"a::t[1]": passed, "a::t[2]": failed}) == "**failed**: 1 of 2"
    assert verdict(["a::t", "b::u"], {"a::t": passed}) == "not run"
