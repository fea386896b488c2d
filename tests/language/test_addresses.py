"""Addresses as residents write them."""

from __future__ import annotations

import time
from typing import Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.addresses import Address, find_address, locate, without_address
from bot.language.corners import find_corner
from bot.language.known_streets import closest_street
from bot.language.streets import find_street

TOWN = "Kitchener"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("they skiped my garbage agian, 45 queen st n", "45 Queen St N"),
        ("200 rue king ouest", "200 King St W"),
        ("when is garbage at 200 king st w?", "200 King St W"),
        ("200 King Street West, Kitchener, ON N2G 4V6", "200 King St W, N2G 4V6"),
        ("200, rue King Ouest, app. 5, N2G4V6", "200 King St W, Unit 5, N2G 4V6"),
        ("55-A Queen St. N.", "55A Queen St N"),
        ("200½ King St E", "200 1/2 King St E"),
        ("300 King street e unit 12", "300 King St E, Unit 12"),
        ("Unit 4 - 1450 Block Line Road, Kitchener ON", "1450 Block Line Rd, Unit 4"),
        ("4-350 Block Line Rd", "350 Block Line Rd, Unit 4"),
        ("#5 - 200 king st w", "200 King St W, Unit 5"),
        ("apt 3 200 king w", "200 King W, Unit 3"),
        ("201 frederick #405", "201 Frederick, Unit 405"),
        ("1-44 Rue Frederick", "44 Frederick St, Unit 1"),
        ("at 100 fischer-hallman rd", "100 Fischer-Hallman Rd"),
        ("900 Homer Watson boulevard", "900 Homer Watson Blvd"),
        ("10 forest hill dr", "10 Forest Hill Dr"),
        ("75 St. Leger St.", "75 St Leger St"),
        ("66 west ave", "66 West Ave"),
        ("200 avenue rd", "200 Avenue Rd"),
        ("12 avenue union", "12 Union Ave"),
        ("12 5th ave", "12 5th Ave"),
        ("310 queen's blvd", "310 Queen's Blvd"),
        ("c'est quand les ordures au 45 rue queen nord svp", "45 Queen St N"),
        ("le lampadaire au 200 rue king est est brisé", "200 King St E"),  # the first "est" is East, the second is "is"
        ("le lampadaire au 200 rue king est brisé", "200 King St"),
        ("200 rue king c'est quand", "200 King St"),
        ("200 king st s'il vous plait", "200 King St"),
        ("500 highland rd w. its huge", "500 Highland Rd W"),
        ("45 queen street north kitchener", "45 Queen St N"),
        ("200 king", "200 King"),
        ("it's 200 king", "200 King"),
        ("garbage day at 200 king", "200 King"),
        ("45 queen n", "45 Queen N"),
        ("１２０ krug st", "120 Krug St"),
        ("PH 2 - 200 King St W", "200 King St W, Unit 2"),
        ("12345-350 Block Line Rd", "350 Block Line Rd, Unit 12345"),
        ("350 block line", "350 Block Line"),  # "block" is counted too, this is a street of the city
        ("200 king there is a hole", "200 King"),
        ("200 qeen has no light", "200 Qeen"),
        ("200 elm please", "200 Elm"),  # no street on the list, but nothing else is said
        ("200 elm, kitchener ON, merci", "200 Elm"),
        ("there is a hole at 200 elm and it is deep", "200 Elm"),
        ("5 bags of garbage at 45 queen n", "45 Queen N"),
        ("5 bags 45 weber st", "45 Weber St"),
        ("200 green cart missing", "200 Green"),
        ("3 sofas on the grass, 45 Roos St", "45 Roos St"),
        ("au 200 de la rue King Ouest", "200 King St W"),
        ("au 200, de la rue king ouest", "200 King St W"),
        ("45 de l'avenue Belmont Ouest", "45 Belmont Ave W"),
        ("45 de l’avenue Belmont", "45 Belmont Ave"),
        ("le 310 du boul. Queen", "310 Queen Blvd"),
        ("12 rue du Carrefour", "12 Carrefour St"),
        ("45 l'amoreaux st", "45 L'Amoreaux St"),  # no type follows "l'"
        ("45 st leger", "45 St Leger"),
        ("75 st. leger, apt 4", "75 St Leger, Unit 4"),
        ("12 corner brook rd", "12 Corner Brook Rd"),
    ],
)
def test_an_address_is_found_in_a_message(text: str, line: str) -> None:
    found = find_address(text, town=TOWN)
    assert found is not None
    assert found.line == line


@pytest.mark.parametrize(
    "text",
    [
        "my 2 bins on king st",
        "I called 3 times about 2 cars parked on the street",
        "there are 3 potholes on king st",
        "il y a 3 nids-de-poule sur la rue king",
        "what's happening with 26-000417",
        "call 519-741-2345",
        "at 5 tomorrow",
        "i waited 2 hours way too long",
        "it has been 3 weeks and the street is dark",
        "the hole is 10 wide",
        "4 way stop",
        "it is a 2 way street",
        "5 bags of garbage dumped on weber st",
        "2 mattresses and a couch on queen st n",
        "2 mattresses",
        "my 2 green bins were not emptied",
        "i have 3 green carts and no recycling cart",
        "5 bags weber st",
        "2 couches queen st n",
        "2 queen mattresses",
        "3 cars north of weber st",
        "1 big pothole on king st w",
        "3 shopping carts in victoria park",
        "200 block of king st w",
        "5 sacs laissés sur la rue king",
        "2 gros divans sur la rue weber",
        "3 matelas",
        "45 st",
        "N2G 4V6",
        "",
    ],
)
def test_other_numbers_are_no_address(text: str) -> None:
    assert find_address(text, town=TOWN) is None


def test_the_rest_of_the_message_is_kept() -> None:
    located = locate("they skipped 45 queen st n, again", town=TOWN)
    assert located is not None
    assert located.rest == "they skipped again"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("garbage day at 200 King Street West, Kitchener, ON N2G 4V6, Canada", "garbage day at"),
        ("200 king st w kitchener ontario please", "please"),
        ("200 king st w on friday", "on friday"),  # "on" is Ontario only behind the town
    ],
)
def test_city_and_province_belong_to_the_address(text: str, rest: str) -> None:
    located = locate(text, town=TOWN)
    assert located is not None
    assert located.rest == rest


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("they skipped my garbage, 45 queen st n", "they skipped my garbage"),
        ("au 45 rue Queen Nord, pas de collecte", "au pas de collecte"),
        ("45 queen st n", "45 queen st n"),
        ("garbage 45 queen st n", "garbage 45 queen st n"),
        ("two bins are missing", "two bins are missing"),
    ],
)
def test_a_message_loses_its_address_unless_little_else_is_left(text: str, left: str) -> None:
    assert without_address(text) == left


@pytest.mark.parametrize(
    ("text", "code", "repaired"),
    [("200 king st w, n2g 4v6", "N2G 4V6", False), ("200 king st w, n2g 4vI", "N2G 4V1", True), ("200 king st w", "", False)],
)
def test_a_slip_in_a_postal_code_is_repaired_and_said(text: str, code: str, repaired: bool) -> None:
    located = locate(text, town=TOWN)
    assert located is not None
    assert (located.address.postal, located.repaired) == (code, repaired)


def test_a_known_street_gives_its_spelling_to_a_name_close_to_it() -> None:
    found = find_address("45 qeen st n", streets=["Queen", "King", "Krug"])
    assert found is not None
    assert found.line == "45 Queen St N"


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("qeen", ["Queen", "King", "Krug"], "Queen"),
        ("BLOCKLINE", ["Block Line", "Bleams"], "Block Line"),
        ("fisher hallman", ["Fischer-Hallman", "Frederick"], "Fischer-Hallman"),
        ("king", ["Kingswood", "Kingsway"], None),  # begins like them, is not like them
        ("stirlin", ["Stirling", "Stirlink"], None),  # two as close: nobody can tell
        ("queen", [], None),
    ],
)
def test_a_street_is_guessed_only_when_one_is_clearly_meant(name: str, known: list[str], meant: Optional[str]) -> None:
    assert closest_street(name, known) == meant


@pytest.mark.parametrize(
    ("text", "corner"),
    [
        ("corner of king and queen", "King & Queen"),
        ("pothole at king st & frederick st", "King St & Frederick St"),
        ("au coin de la rue king et de la rue frederick", "King St & Frederick St"),
        ("weber st w and victoria st n", "Weber St W & Victoria St N"),
        ("coin king et victoria", "King & Victoria"),
        ("pothole on weber st at the corner of frederick st", "Weber St & Frederick St"),
        ("king st w at the corner of queen", "King St W & Queen"),
        ("weber st w, at the intersection with victoria st n", "Weber St W & Victoria St N"),
        ("king st w at victoria", "King St W & Victoria"),
        ("king st w @ elm ave", "King St W & Elm Ave"),
        ("coin de la rue King et de l'avenue Belmont", "King St & Belmont Ave"),
        ("à l'angle de king et victoria", "King & Victoria"),
        ("rue King, à l'angle de la rue Queen", "King St & Queen St"),
        ("rue king coin queen", "King St & Queen"),
        ("broken bench at the corner of king st and queen st", "King St & Queen St"),
        ("bus 201 on block line at the corner of fischer-hallman and ottawa", "Fischer-Hallman & Ottawa"),
        ("broken bench at king st", None),
        ("king st w at night", None),
        ("king st w at the park", None),
        ("king st w at the corner of the parking lot", None),
        ("king st corner", None),
        ("king and queen", "King & Queen"),
        ("king and elmwood please", "King & Elmwood"),  # nothing else is said, and one is known
        ("dim lamp at krug and weber since sunday", "Krug & Weber"),
        ("pothole at Franklin and Weber", "Franklin & Weber"),
        ("pothole near fisher hallman and ottawa", "Fischer-Hallman & Ottawa"),  # as the city writes it
        ("street light out king and ontario", "King & Ontario"),
        ("nid-de-poule king et ontario", "King & Ontario"),
        ("nid-de-poule à king et ontario depuis lundi", "King & Ontario"),
        ("trou sur weber et krug", "Weber & Krug"),
        ("broken bench at union and mill", "Union & Mill"),
        ("union and mill", "Union & Mill"),
        ("trees green and young", None),
        ("the union and the mill", None),
        ("arbres green et young", None),
        ("our river and mill are polluted", None),
        ("we sleep in a king and queen", None),
        ("the king and ontario want this", None),
        ("le king et queen ont fermé", None),
        ("king/weber area", None),
        ("on frederick by lancaster st", "Frederick & Lancaster St"),
        ("sur Weber près de la rue Krug", "Weber & Krug St"),
        ("a king and queen size bed", None),
        ("king st by the mill", None),
        ("a path and a walking trail", None),
        ("on king near the river trail", None),
        ("fish and chips", None),
        ("hole on king st and it is deep", None),
    ],
)
def test_a_corner_is_two_streets_and_something_that_says_so(text: str, corner: Optional[str]) -> None:
    assert find_corner(text, town=TOWN) == corner


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("pothole on king st", "King St"),
        ("trou sur la rue king ouest", "King St W"),
        ("hole on block line rd near the school", "Block Line Rd"),
        ("trou sur l'avenue Belmont", "Belmont Ave"),
        ("5 bags of garbage dumped on weber st", "Weber St"),
        ("200 block of king st w", "King St W"),
        ("the street is dark", None),
        ("my street", None),
    ],
)
def test_a_street_is_found_without_a_number(text: str, street: Optional[str]) -> None:
    assert find_street(text) == street


NAMES = st.sampled_from(["King", "Queen", "Block Line", "Fischer-Hallman", "St Leger", "O'Brien", "Homer Watson", "5th", "Forest Hill"])
ADDRESSES = st.builds(
    Address,
    civic=st.integers(1, 99999).map(str),
    suffix=st.sampled_from(["", "A", "B", "1/2"]),
    street=NAMES,
    street_type=st.sampled_from(["St", "Ave", "Rd", "Blvd", "Cres", "Crt", "Pl", "Way"]),
    direction=st.sampled_from(["", "N", "S", "E", "W"]),
    unit=st.sampled_from(["", "4", "12", "405", "B2"]),
    postal=st.sampled_from(["", "N2G 4V6", "N2H 1A1"]),
)


@given(ADDRESSES)
def test_the_canonical_line_reads_as_the_same_address(address: Address) -> None:
    assert find_address(address.line, town=TOWN) == address


@given(
    ADDRESSES,
    st.sampled_from(["garbage day at {}", "when do you come to {}?", "{} please", "bonjour, c'est au {}", "HI {}"]),
    st.booleans(),
)
def test_words_around_an_address_and_its_case_do_not_change_it(address: Address, around: str, shouted: bool) -> None:
    text = around.format(address.line)
    assert find_address(text.upper() if shouted else text.lower(), town=TOWN) == address


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    located = locate(text, town=TOWN)
    assert located is None or located.address.civic
    find_corner(text)
    find_street(text)


@pytest.mark.parametrize("piece", ["king at ", "at 5 king bags ", "corner of the ", "de l'avenue ", "5 st leger ", "king & "])
def test_a_long_message_takes_no_longer_than_a_moment(piece: str) -> None:
    text, started = (piece * 2000)[:2000], time.monotonic()
    find_address(text, town=TOWN)
    find_corner(text, town=TOWN)
    find_street(text, town=TOWN)
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("somebody blocks the cycling lane on krug", "Krug"),
        ("un camion sur Weber", "Weber"),
        ("couch left krug st", "Krug St"),
        ("block line road", "Block Line Rd"),
        ("van in the fire lane", None),
        ("a bike lane full of snow", None),
        ("log across the hydrocut trail", None),
        ("fountain on the town square", None),
        ("stickers on green bins", None),
        ("une plaque de rue tordue", None),
        ("la rue inondée", None),
        ("la rue Krug inondée", "Krug St"),
    ],
)
def test_a_thing_that_is_called_lane_or_trail_is_no_street(text: str, street: Optional[str]) -> None:
    assert find_street(text, town=TOWN) == street


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("au 31 rue krug finalement", "31 Krug St"),
        ("31 rue Krug stp", "31 Krug St"),
        ("c'est le 31 rue weber ouest genre", "31 Weber St W"),
        ("31 rue Sauvé", "31 Sauvé St"),
        ("7 maple grove court", "7 Maple Grove Crt"),
        ("7 court st", "7 Court St"),
    ],
)
def test_a_word_behind_a_french_street_is_no_part_of_its_name(text: str, line: str) -> None:
    found = find_address(text, town=TOWN)
    assert (found.line if found else None) == line
