"""Reads the fields of one article, or of another row of a file, one kind of field at a time, and collects what is wrong with them."""

from __future__ import annotations

import re
from datetime import date
from difflib import get_close_matches
from typing import Any, Dict, List, Optional, Sequence, Tuple

from bot.knowledge.problems import Problem
from bot.knowledge.reading import Keys, Sheet
from bot.knowledge.schema import Words

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_QUOTE_IT = "put a text with a comma or a colon in it between quotes"


class Fields:
    """The fields of the row at `path` in a sheet. A field that is wrong is reported and read as empty. `called`: a row without id."""

    def __init__(self, sheet: Sheet, path: Keys, row: Any, languages: Sequence[str], *, called: str = "article") -> None:
        self.sheet, self.path, self.languages, self.called = sheet, path, languages, called
        self.row: Dict[str, Any] = row if isinstance(row, dict) else {}
        self.problems: List[Problem] = []

    def problem(self, field: str, message: str) -> None:
        line = self.sheet.line(*self.path, *field.split("."))
        number = f" {self.path[-1] + 1}" if self.path and isinstance(self.path[-1], int) else ""
        name = str(self.row.get("id") or f"{self.called}{number}")
        self.problems.append(Problem(self.sheet.file, line, message, article=name, field=field or None))

    def known(self, row: Dict[str, Any], names: Sequence[str], prefix: str = "") -> None:
        for key in row:
            if key not in names:
                near = get_close_matches(key, names, n=1)
                self.problem(f"{prefix}{key}", f"unknown field, did you mean '{near[0]}'?" if near else "unknown field")

    def languages_of(self, value: Any, field: str) -> Optional[Dict[str, Any]]:
        """What is written per language, None when it is not written per language."""
        row = self.mapping(value, field)
        for key in row or ():
            if key not in self.languages:
                self.problem(field, f"'{key}' is not a language; {_QUOTE_IT}")
        return row

    def mapping(self, value: Any, field: str) -> Optional[Dict[str, Any]]:
        if isinstance(value, dict):
            return value
        self.problem(field, "must be one entry per line, 'name: value'" if value else "missing")
        return None

    def text(self, row: Dict[str, Any], key: str, prefix: str = "") -> str:
        value = row.get(key)
        if isinstance(value, str) and value:
            return value
        self.problem(f"{prefix}{key}", "must be one text" if value else "missing")
        return ""

    def words(self, row: Dict[str, Any], key: str, prefix: str = "") -> Words:
        """One text in each language."""
        texts = self.languages_of(row.get(key), f"{prefix}{key}")
        return {} if texts is None else {language: self.text(texts, language, f"{prefix}{key}.") for language in self.languages}

    def texts(self, value: Any, field: str) -> Tuple[str, ...]:
        """A list of texts, at least one."""
        if not value:
            self.problem(field, "missing")
        elif not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.problem(field, f"must be a list of texts, each on its line after '- '; {_QUOTE_IT}")
        else:
            return tuple(value)
        return ()

    def name(self, row: Dict[str, Any], key: str, prefix: str = "") -> str:
        text = self.text(row, key, prefix)
        if text and not _NAME.fullmatch(text):
            self.problem(f"{prefix}{key}", f"may hold small letters, digits and _ only, and begins with a letter: '{text}'")
        return text

    def one_of(self, key: str, allowed: Sequence[str]) -> str:
        text = self.text(self.row, key)
        if text and text not in allowed:
            self.problem(key, f"must be one of {', '.join(allowed)}, not '{text}'")
        return text

    def whole(self, row: Dict[str, Any], key: str) -> int:
        """A whole number above 0."""
        text = self.text(row, key)
        if text and not re.fullmatch(r"[1-9]\d{0,8}", text):
            self.problem(key, f"must be a whole number, not '{text}'")
            return 0
        return int(text or 0)

    def web_address(self, row: Dict[str, Any], key: str, prefix: str = "") -> str:
        text = self.text(row, key, prefix)
        if text and not re.fullmatch(r"https://[^\s/]+\.\S+", text):
            self.problem(f"{prefix}{key}", f"must be an address that begins with https://, not '{text}'")
        return text

    def day(self, key: str, *, or_less_exact: bool = False) -> str:
        """An ISO date; where the source gives less, a year and month or a year will do."""
        text = self.text(self.row, key)
        shortened = or_less_exact and len(text) in (4, 7)
        if text and not _is_date(f"{text}-01-01"[:10] if shortened else text):
            allowed = "a date such as 2026-11-23, or as much of it as the source gives (2026-11, 2026)"
            self.problem(key, f"must be {allowed if or_less_exact else 'a date such as 2027-03-31'}, not '{text}'")
        return text


def _is_date(text: str) -> bool:
    try:
        return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False
