"""Names from the lists in `data/names/`."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.found import Reading
from bot.language.names import MOST_WORDS, Name, NamesError, known_names, names, read_names


def found_in(text: str) -> List[str]:
    return [one.value for one in names(Reading.of(text), known_names())]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("when does breithaupt pool open", ["breithaupt_pool"]),
        ("is the briethaupt pool open", ["breithaupt_pool"]),
        ("forestheights pool", ["forest_heights_pool"]),
        ("forest heights libary hours", ["forest_heights_library"]),
        ("piscine de Breithaupt", ["breithaupt_pool"]),
        ("à la bibliothèque centrale svp", ["central_library"]),
        ("Stanley Park Community Center", ["stanley_park_centre"]),
        ("where is the aud?", ["memorial_auditorium"]),
        ("jeux d’eau du parc Victoria", ["victoria_park_splash_pad"]),
        ("from lions arena to kingsdale community centre", ["lions_arena", "kingsdale_centre"]),
        ("download bus stop data", ["bus_stop"]),
        ("a map of wards", ["wards"]),
        ("données sur les arbres", ["tree_inventory"]),
        ("data on watermain breaks", ["water_main_breaks"]),
        ("the pool", []),
        ("the arena is cold", []),
        ("stanley park", []),
        ("forest heights school", []),
        ("forest heights", []),
        ("the auditor", []),
        ("central heating", []),
        ("my bus stop is dark", []),  # no word about data
        ("there is a water main break", []),
        ("wrong address", []),
        ("the data is wrong", []),
        ("", []),
    ],
)
def test_a_name_is_found_and_a_common_word_is_none(text: str, found: List[str]) -> None:
    assert found_in(text) == found


def test_the_lists_are_there() -> None:
    assert len({name.id for name in known_names() if name.kind == "facility"}) > 30
    assert len({name.id for name in known_names() if name.kind == "dataset"}) > 30


@pytest.mark.parametrize("name", known_names(), ids=lambda name: " ".join(name.words))
def test_every_way_to_say_a_name_is_found(name: Name) -> None:
    text = " ".join(name.words) + (f" {min(name.beside)}" if name.beside else "")
    assert found_in(text)[:1] == [name.id]


ROW = {"id": "mud_lake", "name": "Mud Lake", "aliases": {"fr": ["lac Mud"]}}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"id": "lake", "name": "The mud lake", "aliases": {"en": ["Lake"]}}, "Lake of lake is a single word"),
        ({"id": "other", "name": "Mud lake", "aliases": {}}, "Mud lake is both mud_lake and other"),
    ],
)
def test_a_list_that_would_confuse_is_refused(row: Dict[str, Any], why: str) -> None:
    with pytest.raises(NamesError, match=why):
        read_names({"kind": "facility", "names": [ROW, row]})


def test_between_two_names_as_close_nobody_can_tell() -> None:
    rows = [{"id": name, "name": f"{name} pool", "aliases": {}} for name in ("wilsom", "wilsop")]
    known = read_names({"kind": "facility", "names": rows})
    assert names(Reading.of("wilson pool"), known) == []
    assert [one.value for one in names(Reading.of("wilsom pool"), known)] == ["wilsom"]


@given(st.sampled_from([name for name in known_names() if not name.beside]), st.data())
def test_one_slip_in_a_long_name_never_finds_another_place(name: Name, data: st.DataObject) -> None:
    letters = list(" ".join(name.words))
    at = data.draw(st.integers(1, len(letters) - 2))
    letters[at], letters[at + 1] = letters[at + 1], letters[at]
    assert set(found_in("".join(letters))) <= {name.id}


@given(
    st.text(max_size=200) | st.lists(st.sampled_from("forest heights pool data the aud parks centre d'".split()), max_size=30).map(" ".join)
)
def test_any_text_can_be_read(text: str) -> None:
    found_in(text)


def test_only_the_first_words_are_read() -> None:
    assert found_in("a " * MOST_WORDS + "breithaupt pool") == []
