"""Roads as residents name them, beside those a city system lists."""

from __future__ import annotations

import pytest

from bot.language.road_names import named_corner, named_road, same_road

KNOWN = ["King St W", "Victoria St N", "Homer Watson Blvd", "Fischer-Hallman Rd", "Mill St", "River Rd E", "Queen's Blvd"]


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("King St", "King St W"),
        ("King", "KING ST W"),
        ("King W", "King St W"),
        ("rue King Ouest", "King St W"),
        ("Fischer Hallman Rd", "Fischer-Hallman Rd"),
        ("Queens Blvd", "Queen's Blvd"),
        ("Homer Watson", "Homer Watson Blvd"),
        ("King St W", "King"),
    ],
)
def test_what_either_leaves_out_does_not_matter(asked: str, known: str) -> None:
    assert same_road(asked, known)


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("King St W", "King St E"),
        ("King St", "Kingsway Dr"),
        ("Queen St", "Queen's Blvd"),
        ("Mill St", "Hill St"),
        ("Weber St", "King St W"),
    ],
)
def test_another_road_is_another_road(asked: str, known: str) -> None:
    assert not same_road(asked, known)


@pytest.mark.parametrize(
    ("text", "road"),
    [
        ("is king closed", "King"),
        ("king w open yet?", "King W"),
        ("king ouest fermée?", "King W"),
        ("king est fermée?", "King"),  # "est" is a verb here
        ("homer watson closed?", "Homer Watson"),
        ("fischer hallman construction", "Fischer-Hallman"),
        ("travaux sur Victoria", "Victoria"),
        ("river trail closed", None),
        ("the mill race", None),
        ("closed", None),
        ("", None),
    ],
)
def test_a_road_is_found_without_its_type_where_only_a_road_can_stand(text: str, road: object) -> None:
    assert named_road(text, KNOWN) == road


@pytest.mark.parametrize(
    ("text", "corner"),
    [("closures near king and victoria", "King & Victoria"), ("near king and elm", None), ("closed and blocked", None), ("king", None)],
)
def test_two_known_roads_with_a_joint_are_a_corner(text: str, corner: object) -> None:
    assert named_corner(text, KNOWN) == corner
