"""The layers of the city, and what is wrong with a file of layers."""

from __future__ import annotations

from pathlib import Path
from typing import List

import pytest

from bot.knowledge.problems import KnowledgeError
from bot.open_data.layers import catalogue
from bot.open_data.loading import load, read
from bot.open_data.query import Query, QueryError

LAYERS = """\
portal: https://data.example.org/
metres: 500
shared:
  - {id: ward, name: WARDID, kind: category, numbers: 1-3, title: {en: ward, fr: quartier}}
layers:
  - id: trees
    service: Trees/FeatureServer/0
    title: {en: Trees, fr: Arbres}
    row: {en: [tree, trees], fr: [arbre, arbres]}
    synonyms: {en: [street tree], fr: []}
    page: https://data.example.org/trees
    date: planted
    shows: [kind]
    fields:
      - id: kind
        name: SPECIES
        kind: category
        title: {en: species, fr: espèce}
        values:
          - {value: Red Oak, title: {en: red oak, fr: chêne rouge}, synonyms: {en: [oak], fr: [chêne]}}
      - {id: width, name: DBH, kind: length, unit: cm, title: {en: width, fr: largeur}, statistics: [avg]}
      - {id: planted, name: PLANTED, kind: date, title: {en: planted, fr: plantation}}
      - ward
"""


def problems(tmp_path: Path, text: str) -> List[str]:
    path = tmp_path / "open_data.yml"
    path.write_text(text, encoding="utf-8")
    return [str(problem) for problem in read(path, ("en", "fr"))[1]]


def test_a_layer_is_read_with_its_fields_and_the_shared_ones(tmp_path: Path) -> None:
    assert problems(tmp_path, LAYERS) == []
    layer = load(tmp_path / "open_data.yml", ("en", "fr")).layer("trees")
    assert layer is not None
    assert [field.id for field in layer.fields] == ["kind", "width", "planted", "ward"]
    ward = layer.field("ward")
    assert ward is not None
    assert [(one.value, one.title["fr"]) for one in ward.values] == [(1, "quartier 1"), (2, "quartier 2"), (3, "quartier 3")]


@pytest.mark.parametrize(
    ("was", "now", "line", "says"),
    [
        ("date: planted", "date: opened", 12, "'opened' is no field of the kind date"),
        ("shows: [kind]", "shows: [kind]\n    until: kind", 14, "'kind' is no field of the kind date"),
        ("shows: [kind]", "shows: [name]", 13, "there is no field 'name'"),
        ("service: Trees/FeatureServer/0", "service: Trees", 7, "must be as Building_Permits/FeatureServer/0"),
        ("kind: length", "kind: lenght", 21, "must be one of category"),
        ("statistics: [avg]", "statistics: [median]", 21, "not 'median'"),
        ("unit: cm", "unit: cm, not_of: {kind: [Pine]}", 15, "'width' is not of a value that is not there: kind Pine"),
        ("unit: cm", "unit: inch", 21, "must be one of m, km, cm, mm"),
        ("      - ward\n", "      - borough\n", 23, "'borough' is no shared field"),
        ("{en: width, fr: largeur}", "{en: width}", 21, "missing"),
        ("{en: width, fr: largeur}", "{en: species, fr: largeur}", 15, "'species' names kind and width"),
        ("    date: planted\n", "    dates: planted\n", 12, "unknown field, did you mean 'date'?"),
        ("metres: 500", "metres: far", 2, "must be a whole number"),
        ("row: {en: [tree, trees]", "row: {en: [tree]", 9, "must be two texts"),
        ("kind: category\n        title", "kind: text\n        title", 17, "a category lists"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, was: str, now: str, line: int, says: str) -> None:
    assert was in LAYERS
    found = problems(tmp_path, LAYERS.replace(was, now))
    assert any(problem.startswith(f"open_data.yml:{line}:") and says in problem for problem in found), found


def test_two_layers_are_not_called_the_same(tmp_path: Path) -> None:
    second = LAYERS[LAYERS.index("  - id: trees") :].replace("id: trees", "id: forest")
    assert "open_data.yml:28: forest: synonyms: 'tree' is also a name of trees" in problems(tmp_path, LAYERS + second)


def test_a_file_with_errors_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "open_data.yml").write_text("layers: none", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="must list the layers"):
        load(tmp_path / "open_data.yml", ("en", "fr"))


def test_no_field_of_the_city_s_layers_holds_a_person() -> None:
    names = {field.name for layer in catalogue().layers for field in layer.fields}
    assert len(names) > 30
    assert not names & {"APPLICANT", "OWNERS", "CONTRACTOR", "CONTRACTOR_CONTACT", "ISSUED_BY", "ROLL_NO", "COUNCILLOR"}


@pytest.mark.parametrize(
    "shape",
    [
        {"layer": "trees"},
        {"layer": "trees", "dates": ["2023-01-01", "2023-12-31"], "in_effect": True},
        {"layer": "trees", "want": "record", "measure": {"max": "width"}, "dates": ["2023-01-01", "2023-12-31"]},
        {"layer": "trees", "want": "groups", "by": "ward", "order": "most", "top": 3, "where": {"ward": [1, 2], "kind": "Red Oak"}},
        {"layer": "trees", "want": "groups", "by": "kind", "together": [["Bur Oak", "Red Oak"]]},
        {"layer": "trees", "near": {"place": "200 King St W", "metres": 500}},
    ],
)
def test_a_query_comes_back_from_its_json(shape: object) -> None:
    assert isinstance(shape, dict)
    query = Query.from_dict(shape)
    assert Query.from_dict(query.to_dict()) == query
    assert {key: value for key, value in query.to_dict().items() if key in shape} == shape


@pytest.mark.parametrize(
    "shape",
    [
        {},
        {"layer": "trees", "want": "all"},
        {"layer": "trees", "measure": {"median": "width"}},
        {"layer": "trees", "where": {"ward": []}},
        {"layer": "trees", "dates": ["2023-12-31", "2023-01-01"]},
        {"layer": "trees", "near": {"place": "here"}},
        {"layer": "trees", "top": 0},
        {"layer": "trees", "in_effect": "yes"},
        {"layer": "trees", "together": [[]]},
        {"layer": "trees", "sql": "1=1"},
    ],
)
def test_what_is_no_query_is_not_taken_for_one(shape: object) -> None:
    assert isinstance(shape, dict)
    with pytest.raises(QueryError):
        Query.from_dict(shape)
