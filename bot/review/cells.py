"""Tables for other programs: CSV, and workbooks of Excel. No cell of either is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from typing import IO, Iterable, Iterator, Mapping, Sequence, Union

import xlsxwriter

Cell = Union[str, int, float, None]
BYTE_ORDER_MARK = "\ufeff"  # without it, Excel reads UTF-8 as the computer's old code page
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")  # OWASP, "CSV Injection"
LONGEST_CELL = 32_767  # characters, of a workbook's


def csv_lines(rows: Iterable[Sequence[Cell]], *, mark: bool = True) -> Iterator[str]:
    """A CSV file, a line at a time: RFC 4180, and `'` before what a spreadsheet would calculate.

    Args:
        mark: begin with the byte order mark; not when this goes on with a file.
    """
    line = io.StringIO()
    write = csv.writer(line).writerow
    if mark:
        yield BYTE_ORDER_MARK
    for row in rows:
        write([inert(cell) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def inert(cell: Cell) -> Cell:
    """A cell that a spreadsheet shows and does not calculate, spaces before a formula or not."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


def workbook(sheets: Mapping[str, Iterable[Sequence[Cell]]], file: IO[bytes]) -> None:
    """Writes an Excel workbook, a row at a time; every text is stored as a text.

    Args:
        sheets: rows by the sheet's name, the first row of each a heading.
    """
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for row_number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    style = bold if row_number == 0 else None
                    if isinstance(cell, str):
                        sheet.write_string(row_number, column, cell[:LONGEST_CELL], style)
                    elif cell is not None:
                        sheet.write_number(row_number, column, cell, style)
