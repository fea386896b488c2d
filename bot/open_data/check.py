"""What does not fit together in `open_data.yml`, once every line of it could be read."""

from __future__ import annotations

from typing import Dict, Iterator, Sequence, Set, Tuple

from bot.knowledge.problems import Problem
from bot.knowledge.reading import Sheet
from bot.knowledge.wording import comparable
from bot.open_data.layers import CATEGORY, DATE, LABEL, MEASURED, TEXT, Field, Layer, Names


def contradictions(sheet: Sheet, layers: Sequence[Layer]) -> Iterator[Problem]:
    """Ids used twice, fields that are not there, and words with two meanings."""
    ids: Set[str] = set()
    said: Dict[Tuple[str, str], str] = {}
    for at, layer in enumerate(layers):

        def problem(field: str, message: str, *, at: int = at, layer: Layer = layer) -> Problem:
            return Problem(sheet.file, sheet.line("layers", at, *field.split(".")), message, article=layer.id, field=field)

        if layer.id in ids:
            yield problem("id", "is also the id of a layer above")
        ids.add(layer.id)
        for language, word in _each({language: (*layer.row[language], *layer.synonyms.get(language, ())) for language in layer.row}):
            other = said.setdefault((language, word), layer.id)
            if other != layer.id:
                yield problem("synonyms", f"'{word}' is also a name of {other}")
        for field, message in _fields(layer):
            yield problem(field, message)


def _fields(layer: Layer) -> Iterator[Tuple[str, str]]:
    names = [field.id for field in layer.fields]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield "fields", f"there are two fields '{name}'"
    for key, wanted, kinds in (
        ("date", layer.date, (DATE,)),
        ("until", layer.until, (DATE,)),
        ("thing", layer.thing, (LABEL, TEXT)),
        ("largest", layer.largest, MEASURED),
        ("sort", layer.sort, (CATEGORY, TEXT)),
    ):
        found = layer.field(wanted) if wanted else None
        if wanted and (found is None or found.kind not in kinds):
            yield key, f"'{wanted}' is no field of the kind {' or '.join(kinds)}"
    for shown in layer.shows:
        if shown not in names:
            yield "shows", f"there is no field '{shown}'"
    for field in layer.fields:
        for name, values in field.not_of.items():
            other = layer.field(name)
            for value in values:
                if other is None or other.value(value) is None:
                    yield "fields", f"'{field.id}' is not of a value that is not there: {name} {value}"
    private = set(_each(layer.personal))
    said: Dict[Tuple[str, str], str] = {}
    for field in layer.fields:
        for named in _words(field):
            if named in private:
                yield "personal", f"'{named[1]}' is also a name of {field.id}"
            if said.setdefault(named, field.id) != field.id:
                yield "fields", f"'{named[1]}' names {said[named]} and {field.id}"


def _words(field: Field) -> Set[Tuple[str, str]]:
    """How a field is called, with the language."""
    return {(language, comparable(title)) for language, title in field.title.items()} | set(_each(field.synonyms))


def _each(names: Names) -> Iterator[Tuple[str, str]]:
    return ((language, comparable(text)) for language, texts in names.items() for text in texts)
