"""Turns `open_data.yml` into layers. Everything wrong with the file is reported, not only the first thing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from bot.city import city
from bot.knowledge.fields import Fields
from bot.knowledge.problems import KnowledgeError, Problem
from bot.knowledge.reading import Sheet
from bot.open_data.check import contradictions
from bot.open_data.layers import CATEGORY, KINDS, MEASURED, Catalogue, Field, FieldValue, Layer, Names
from bot.open_data.query import STATISTICS

_REQUIRED = ("id", "service", "title", "row", "synonyms", "page", "shows", "fields")
_OPTIONAL = ("date", "largest", "sort", "short", "personal", "until", "thing", "stock")
_OF_A_FIELD = ("id", "name", "kind", "title", "synonyms", "values", "numbers", "streets", "alone", "unit", "statistics", "not_of")
_SAID = ("most", "least", "total", "happened")
_OF_A_VALUE = ("value", "title", "synonyms", "alone")
_SERVICE = re.compile(r"[\w/]+/(?:FeatureServer|MapServer)/\d+")
_NUMBERS = re.compile(r"(\d{1,3})-(\d{1,3})")
_UNITS = ("m", "km", "cm", "mm")


def load(path: Path, languages: Optional[Sequence[str]] = None) -> Catalogue:
    """The layers of a file. Raises KnowledgeError listing every error; arguments as in `read`."""
    found, problems = read(path, languages)
    if found is None or problems:
        raise KnowledgeError(problems)
    return found


def read(path: Path, languages: Optional[Sequence[str]] = None) -> Tuple[Optional[Catalogue], List[Problem]]:
    """The layers and every problem, in the order of lines; None when the file holds no layers.

    Args:
        languages: that texts must be there in; by default the city's.
    """
    sheet = Sheet(path.name, path.read_bytes())
    content = sheet.value if isinstance(sheet.value, dict) else {}
    rows = content.get("layers")
    if not isinstance(rows, list):
        return None, sheet.problems or [Problem(sheet.file, 1, "must list the layers below 'layers:'")]
    reader = _Reader(sheet, languages or city().languages)
    head = Fields(sheet, (), content, reader.languages, called=sheet.file)
    head.known(content, ("portal", "metres", "shared", "layers"))
    shared = list(reader.fields(content.get("shared") or [], ("shared",), {}))
    layers = [reader.layer(row, ("layers", at), {one.id: one for one in shared}) for at, row in enumerate(rows)]
    portal, metres = head.web_address(content, "portal"), head.whole(content, "metres")
    problems = [*sheet.problems, *head.problems, *reader.problems]
    if not problems:  # else what only could not be read would be called missing
        problems = list(contradictions(sheet, layers))
    return Catalogue(portal, metres, layers), sorted(problems, key=lambda problem: problem.line)


class _Reader:
    def __init__(self, sheet: Sheet, languages: Sequence[str]) -> None:
        self.sheet, self.languages = sheet, languages
        self.problems: List[Problem] = []

    def layer(self, row: Any, path: Tuple[object, ...], shared: Mapping[str, Field]) -> Layer:
        of = Fields(self.sheet, path, row, self.languages, called="layer")
        of.known(of.row, (*_REQUIRED, *_OPTIONAL))
        rows = of.languages_of(of.row.get("row"), "row") or {}
        layer = Layer(
            id=of.name(of.row, "id"),
            service=_matching(of, "service", _SERVICE, "must be as Building_Permits/FeatureServer/0"),
            title=of.words(of.row, "title"),
            row={language: _pair(of, rows.get(language), f"row.{language}") for language in self.languages},
            synonyms=_names(of, of.row.get("synonyms"), "synonyms"),
            page=of.web_address(of.row, "page"),
            fields=tuple(self.fields(of.row.get("fields"), (*path, "fields"), shared)),
            shows=of.texts(of.row.get("shows"), "shows"),
            date=of.name(of.row, "date") if "date" in of.row else None,
            largest=of.name(of.row, "largest") if "largest" in of.row else None,
            sort=of.name(of.row, "sort") if "sort" in of.row else None,
            short=_names(of, of.row.get("short"), "short"),
            personal=_names(of, of.row.get("personal"), "personal"),
            until=of.name(of.row, "until") if "until" in of.row else None,
            thing=of.name(of.row, "thing") if "thing" in of.row else None,
            stock=_yes(of, "stock"),
        )
        self.problems += of.problems
        return layer

    def fields(self, rows: Any, path: Tuple[object, ...], shared: Mapping[str, Field]) -> Iterator[Field]:
        """The fields listed; a text is the id of a shared one."""
        if not isinstance(rows, list):
            self.problems.append(Problem(self.sheet.file, self.sheet.line(*path), "must list the fields", field="fields"))
            return
        for at, row in enumerate(rows):
            if not isinstance(row, str):
                yield self._field(row, (*path, at))
            elif row in shared:
                yield shared[row]
            else:
                self.problems.append(Problem(self.sheet.file, self.sheet.line(*path, at), f"'{row}' is no shared field", field="fields"))

    def _field(self, row: Any, path: Tuple[object, ...]) -> Field:
        of = Fields(self.sheet, path, row, self.languages, called="field")
        of.known(of.row, (*_OF_A_FIELD, *_SAID))
        kind = of.one_of("kind", KINDS)
        statistics = of.texts(of.row["statistics"], "statistics") if "statistics" in of.row else ()
        for one in set(statistics) - set(STATISTICS):
            of.problem("statistics", f"must be of {', '.join(STATISTICS)}, not '{one}'")
        if statistics and kind not in MEASURED:
            of.problem("statistics", f"only {', '.join(MEASURED)} have statistics")
        if (kind == CATEGORY) != bool(of.row.get("values") or of.row.get("numbers")):
            of.problem("kind", "a category lists its values or numbers, nothing else does")
        if "unit" in of.row and of.row["unit"] not in _UNITS:
            of.problem("unit", f"must be one of {', '.join(_UNITS)}")
        found = Field(
            id=of.name(of.row, "id"),
            name=of.text(of.row, "name"),
            kind=kind,
            title=of.words(of.row, "title"),
            values=tuple(self._values(of, path)),
            numbered="numbers" in of.row,
            streets=_yes(of, "streets"),
            alone=_yes(of, "alone"),
            unit=of.row.get("unit"),
            statistics=statistics,
            synonyms=_names(of, of.row.get("synonyms"), "synonyms"),
            not_of=_not_of(of),
            **{key: _names(of, of.row.get(key), key) for key in _SAID},
        )
        self.problems += of.problems
        return found

    def _values(self, of: Fields, path: Tuple[object, ...]) -> Iterator[FieldValue]:
        alone = _yes(of, "alone")
        if "numbers" in of.row:
            first, _, last = _matching(of, "numbers", _NUMBERS, "must be as 1-10").partition("-")
            title = of.row.get("title")
            titles = title if isinstance(title, dict) else {}
            for number in range(int(first or 0), int(last or -1) + 1):
                yield FieldValue(number, {language: f"{titles.get(language)} {number}" for language in self.languages})
        rows = of.row.get("values") or []
        for at, row in enumerate(rows if isinstance(rows, list) else []):
            value = Fields(self.sheet, (*path, "values", at), row, self.languages, called="value")
            value.known(value.row, _OF_A_VALUE)
            title = value.words(value.row, "title")
            yield FieldValue(
                value.text(value.row, "value"),
                title,
                _names(value, value.row.get("synonyms"), "synonyms"),
                alone or _yes(value, "alone"),
            )
            self.problems += value.problems


def _not_of(of: Fields) -> Dict[str, Tuple[str, ...]]:
    rows = of.row.get("not_of") or {}
    if not isinstance(rows, dict):
        of.problem("not_of", "must be values by field: {type: [Demolition]}")
        return {}
    return {str(name): of.texts(values, f"not_of.{name}") for name, values in rows.items()}


def _names(of: Fields, value: Any, name: str) -> Names:
    """Ways to say something, per language; a language, or all of it, may be left out."""
    if value is None:
        return {}
    found: Dict[str, Tuple[str, ...]] = {}
    for language, texts in (of.languages_of(value, name) or {}).items():
        found[language] = of.texts(texts, f"{name}.{language}") if texts else ()
    return found


def _pair(of: Fields, value: Any, name: str) -> Tuple[str, str]:
    texts = of.texts(value, name)
    if len(texts) != 2:
        of.problem(name, "must be two texts, one row and several: [tree, trees]")
        return "", ""
    return texts[0], texts[1]


def _yes(of: Fields, key: str) -> bool:
    value = of.row.get(key, "no")
    if value not in ("yes", "no"):
        of.problem(key, "must be yes or no")
    return bool(value == "yes")


def _matching(of: Fields, key: str, pattern: re.Pattern[str], message: str) -> str:
    text = of.text(of.row, key)
    if text and not pattern.fullmatch(text):
        of.problem(key, f"{message}, not '{text}'")
        return ""
    return text
