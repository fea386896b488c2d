"""Which messages have their place in a town around the city, and which only look so."""

from __future__ import annotations

from typing import Optional

import pytest

from bot.language.other_towns import other_town


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("street lamp dark at 88 elgin st n cambridge", "Cambridge"),
        ("sinkhole, 310 albert street, waterloo", "Waterloo"),
        ("310 albert waterloo", "Waterloo"),  # the name of the town is no part of the street's
        ("4 park hill rd e, unit 2, galt on", "Cambridge"),
        ("71 wyndham street north n1h 4e7 guelph", "Guelph"),
        ("is king st open in waterloo", "Waterloo"),
        ("graffiti in downtown guelph", "Guelph"),
        ("light out at king st and erb st waterloo", "Waterloo"),
        ("cambridge: 20 water st n", "Cambridge"),
        ("it's in st. jacobs please", "St. Jacobs"),
        ("trottoir brisé au 9, rue Dickson à Cambridge", "Cambridge"),
        ("un arbre est tombé a waterloo", "Waterloo"),
        ("au centre-ville de Guelph", "Guelph"),
        ("pothole at 310 albert street in waterloo", "Waterloo"),
        ("light out at king st and erb st in waterloo", "Waterloo"),
        ("feu brisé au coin de king et erb à waterloo", "Waterloo"),
        ("I live in Cambridge, big pothole at 200 king st w wrecked my tire", None),
        ("I work in Waterloo but the sidewalk at 33 benton st is broken", None),
        ("my mother in Guelph says the tree at 45 Queen St N fell", None),
        ("they fixed this in waterloo, why not at king and ontario", None),
        ("i live with my son in guelph and saw a broken bench", None),
        ("J'habite à Cambridge, nid-de-poule au 200 rue King Ouest", None),
        ("je travaille à waterloo, le trottoir est brisé au coin de king et ontario", None),
        ("ma mère à Guelph dit que l'arbre est tombé", None),
        ("when does the road work in waterloo end", "Waterloo"),
        ("graffiti on the school in cambridge", "Cambridge"),
        ("in kitchener, not in waterloo", None),  # the city itself is named as the place
        ("in the region of waterloo", None),
        ("who pays for roads in waterloo region", None),
        ("dans la région de Waterloo", None),
        ("pothole on guelph st", None),
        ("nid-de-poule au 45 rue Waterloo", None),
        ("12 cambridge avenue", None),
        ("at king st and waterloo st", None),
        ("i lost a cambridge library card", None),
        ("the bus to guelph is late", None),
        ("kitchener waterloo humane society", None),
        ("hello", None),
    ],
)
def test_a_town_counts_behind_a_place_or_behind_in(text: str, town: Optional[str]) -> None:
    assert other_town(text) == town
