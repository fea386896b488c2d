"""Where a message may be cut in two."""

from __future__ import annotations

from typing import List, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.needs import MOST_PARTS, MOST_PLACES, parts, splits


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("my recycling got missed and when's the tax bill due", ("my recycling got missed", "when's the tax bill due")),
        ("Where do I pay my water bill? Also how do I get a dog licence", ("Where do I pay my water bill?", "how do I get a dog licence")),
        ("the sign at my corner fell and is it open on sunday", ("the sign at my corner fell", "is it open on sunday")),
        ("how do i pay a ticket, where is city hall", ("how do i pay a ticket", "where is city hall")),
        ("mon bac vert est brisé et quand est-ce que je paie mes taxes", ("mon bac vert est brisé", "quand est-ce que je paie mes taxes")),
    ],
)
def test_the_plainest_cut_comes_first(text: str, halves: Tuple[str, str]) -> None:
    best = splits(text)[0]
    assert (best.first, best.second) == halves
    assert best.plain


@pytest.mark.parametrize(
    "text",
    ["there's a pothole and it is deep", "garbage, recycling and organics day", "a big sign fell down and is lying across the bike lane"],
)
def test_an_and_alone_is_not_plain(text: str) -> None:
    assert splits(text)
    assert not any(split.plain for split in splits(text))


@pytest.mark.parametrize("text", ["", "hello", "when is garbage day", "noise and lights", "200 king st w, kitchener"])
def test_most_messages_are_one_need(text: str) -> None:
    assert not any(split.plain for split in splits(text))
    assert all(min(len(split.first.split()), len(split.second.split())) >= 2 for split in splits(text))


@given(st.text(alphabet=st.sampled_from("ab ,.?!\nand "), max_size=400))
def test_cuts_are_few_and_lose_no_word_but_the_joiner(text: str) -> None:
    found = splits(text)
    assert len(found) <= MOST_PLACES
    for split in found:
        assert text.strip().startswith(split.first.rstrip("?.!;"))
        assert text.strip().endswith(split.second)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("when is garbage day", []),
        ("cats and dogs", []),  # too short to be two sentences
        (
            "the truck never came this week. now my wife is lying on the floor",
            ["the truck never came this week", "now my wife is lying on the floor"],
        ),
        (
            "je veux renouveler mon permis, et mon fils a avalé du javel",
            ["je veux renouveler mon permis", "mon fils a avalé du javel"],
        ),
        ("calling about my green bin but he hits her again", ["calling about my green bin", "he hits her again"]),
    ],
)
def test_sentences_and_clauses_are_read_by_themselves(text: str, found: List[str]) -> None:
    assert parts(text) == found


@given(st.text(alphabet=st.sampled_from("ab ,.?!\nand "), max_size=400))
def test_parts_are_few_and_in_their_order(text: str) -> None:
    found = parts(text)
    assert len(found) != 1
    assert len(found) <= MOST_PARTS
    begin = 0
    for part in found:
        begin = text.index(part, begin) + len(part)
