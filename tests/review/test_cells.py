"""Tables that other programs open: nothing in them is run, and what was put in comes out."""

from __future__ import annotations

import csv
import io
from typing import List

import openpyxl
import pytest

from bot.review.cells import Cell, csv_lines, workbook

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x","y")']
PLAIN = ["déjà vu", 'say "hi", he said', "two\nlines", "a,b;c", "'quoted", "1-2", "", "<b>", "𝄞"]


def read(text: str) -> List[List[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_is_no_formula_in_either_file(text: str) -> None:
    assert read("".join(csv_lines([["a", text]]))) == [["a", f"'{text}"]]
    file = io.BytesIO()
    workbook({"Sheet": [["heading"], [text]]}, file)
    cell = openpyxl.load_workbook(file)["Sheet"]["A2"]
    assert cell.data_type in ("s", "inlineStr")
    assert str(cell.value).replace("_x000D_", "\r").strip() == text.strip()


def test_everything_else_comes_out_as_it_went_in() -> None:
    assert read("".join(csv_lines([PLAIN, [1, -2.5, None]]))) == [PLAIN, ["1", "-2.5", ""]]
    file = io.BytesIO()
    row: List[Cell] = [*PLAIN, 1, -2.5, None]
    workbook({"Chiffres": [["heading"], row]}, file)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Chiffres"]
    assert [cell.value for cell in book["Chiffres"][2]][: len(row)] == [*PLAIN, 1, -2.5]


def test_a_file_in_pieces_has_one_mark() -> None:
    whole = "".join(csv_lines([["a"]])) + "".join(csv_lines([["b"]], mark=False))
    assert whole == "\ufeffa\r\nb\r\n"


def test_a_cell_longer_than_a_workbook_takes_is_cut() -> None:
    file = io.BytesIO()
    workbook({"Sheet": [["x" * 40_000]]}, file)
    assert len(openpyxl.load_workbook(file)["Sheet"]["A1"].value) == 32_767
