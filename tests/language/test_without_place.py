"""What is left of a message once its place is taken out: what is meant."""

from __future__ import annotations

import pytest

from bot.language.without_place import without_place


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("street lamp dark at the corner of krug and weber", "street lamp dark"),
        ("lampadaire brûlé au coin de Krug et Weber", "lampadaire brûlé"),
        ("stump left behind on krug street", "stump left behind"),
        ("un arbre penche sur la rue Krug", "un arbre penche"),
        ("pothole krug and weber", "pothole"),
        ("potholes at 45 krug st and nobody comes", "potholes at and nobody comes"),
        ("sorry, krug and weber", "sorry, krug and weber"),  # hardly more than a place
        ("krug and weber", "krug and weber"),
        ("is krug closed at weber", "is krug closed at weber"),  # the road itself is meant
        ("travaux sur la rue Krug", "travaux sur la rue Krug"),
        ("do krug st and weber st meet somewhere", "do krug st and weber st meet somewhere"),
        ("how do i plant a tree", "how do i plant a tree"),
    ],
)
def test_a_place_is_taken_out_and_what_is_meant_is_left(text: str, left: str) -> None:
    assert without_place(text) == left
