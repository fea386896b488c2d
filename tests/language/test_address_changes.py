"""Changes of mind about an address, as residents write them."""

from __future__ import annotations

import time
from typing import Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.address_changes import corner_meant, corrected, place_meant
from bot.language.addresses import Address

TOWN = "Kitchener"
BEFORE = Address(civic="201", street="King", street_type="St", direction="W")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("actually it's 210 not 201", "210 King St W"),
        ("not 201 but 210", "210 King St W"),
        ("c'est le 210 pas le 201", "210 King St W"),
        ("pas 201, c'est 210", "210 King St W"),
        ("en fait 210", "210 King St W"),
        ("sorry 210b", "210B King St W"),
        ("210 king", "210 King St W"),
        ("i meant 45 queen st n", "45 Queen St N"),
        ("i meant east", "201 King St E"),
        ("sorry, i meant to say 210", "210 King St W"),
        ("wrong number, it's 210", "210 King St W"),
        ("change it to 210 please", "210 King St W"),
        ("actually it's 210 i think", "210 King St W"),
        ("sorry, 210 on king", "210 King St W"),
        ("sorry, #210", "210 King St W"),
        ("désolée, c'est au 210 svp", "210 King St W"),
        ("je me suis trompée, le numéro est 210", "210 King St W"),
        ("sorry 210 east", "210 King St E"),
        ("sorry, north side", "201 King St N"),
        ("it should be king street east", "201 King St E"),
        ("désolé, rue King Est", "201 King St E"),
        ("plutôt est svp", "201 King St E"),
        ("sorry, unit 5", "201 King St W, Unit 5"),
        ("désolé, app. 5", "201 King St W, Unit 5"),
        ("sorry, 210 unit 5", "210 King St W, Unit 5"),
        ("no wait its 210", "210 King St W"),
        ("oops, make it 210", "210 King St W"),
        ("scratch that, 210", "210 King St W"),
        ("nope, 210", "210 King St W"),
        ("attendez, c'est le 210", "210 King St W"),
        ("non, le 210", "210 King St W"),
        ("oups 210", "210 King St W"),
        ("hold on wait, it's krug st", "201 Krug St"),
        ("wrong street, it's weber east", "201 Weber E"),
        ("pas la bonne rue, c'est krug", "201 Krug"),
        ("finalement c'est sur la rue Krug", "201 Krug St"),
        ("no it has 2 holes", None),
        ("non, il y a 3 trous", None),
        ("wait, 2 bags", None),
        ("oops the pole on krug st fell over too and is smashed", None),
        ("it's 300 not 400", None),  # it never was 400
        ("deep hole 3 feet wide", None),
        ("hello", None),
        ("something is wrong with it, it has been there 3 weeks", None),
        ("sorry, I meant to say there are 2 of them", None),
        ("wrong way sign and 2 lights out", None),
        ("sorry, 3 weeks", None),
        ("sorry, 2 bags", None),
        ("actually it's on the east side of the park", None),
        ("désolé, mais le trou est profond", None),
        ("désolé, ça fait 3 semaines", None),
        ("désolé, 3 trous", None),
        ("en fait il est très large", None),
        ("en fait king est bloqué", None),
    ],
)
def test_a_change_of_mind_changes_what_it_names(text: str, line: Optional[str]) -> None:
    changed = corrected(BEFORE, text, town=TOWN)
    assert (changed.line if changed else None) == line


@pytest.mark.parametrize("text", ["sorry, 4", "en fait 4"])
def test_a_number_alone_answers_a_question_for_a_number(text: str) -> None:
    assert corrected(BEFORE, text, said_so=True, is_answer=True) is None
    assert corrected(BEFORE, text, said_so=True) is not None


def test_what_is_counted_in_a_description_is_no_correction() -> None:
    assert corrected(BEFORE, "sorry, 2 sofas", said_so=True) is None
    assert corrected(BEFORE, "sorry, 2 king", said_so=True) is not None


def test_a_second_address_in_a_description_is_no_correction() -> None:
    assert corrected(BEFORE, "it runs up to 45 queen st n", said_so=True) is None
    assert corrected(BEFORE, "actually it is 45 queen st n", said_so=True) is not None


AT_HOME = Address(civic="152", street="Heritage", street_type="Dr")


@pytest.mark.parametrize(
    "text",
    [
        "no light on duke st",
        "no stop sign on victoria",
        "no sidewalk on weber st",
        "no sidewalk north",
        "sorry, green",
        "actually it's green",
        "sorry i meant green",
        "wait, the mill is closed",
        "the light takes forever to change at king and queen",
        "no light at the corner of king and queen",
        "no lights from the bridge to 45 queen st n",
        "oops, the sign for weber st is bent",
        "pas de lumière sur la rue Duke",
        "non, il n'y a pas de trottoir sur la rue Weber",
        "désolé, vert",
        "en fait c'est green",
        "le feu change trop vite au coin de king et queen",
    ],
)
@pytest.mark.parametrize("is_answer", [False, True])
def test_a_description_that_names_another_street_moves_nothing(text: str, is_answer: bool) -> None:
    assert corrected(AT_HOME, text, town=TOWN, said_so=True, is_answer=is_answer) is None
    assert corner_meant(text, town=TOWN, said_so=True) is None
    assert place_meant(text, town=TOWN, said_so=True) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("no wait, it's krug st", "152 Krug St"),
        ("hold on, it's duke st", "152 Duke St"),
        ("sorry i gave you the wrong street, it's duke", "152 Duke"),
        ("no, 45 queen st n", "45 Queen St N"),
        ("attends, c'est la rue Duke", "152 Duke St"),
        ("c'est pas la bonne rue, c'est duke", "152 Duke"),
        ("mauvaise adresse, c'est le 45 rue Queen Nord", "45 Queen St N"),
    ],
)
@pytest.mark.parametrize("is_answer", [False, True])
def test_a_place_is_put_right_where_a_description_is_asked_for(text: str, line: str, is_answer: bool) -> None:
    changed = corrected(AT_HOME, text, town=TOWN, said_so=True, is_answer=is_answer)
    assert changed is not None
    assert changed.line == line


@pytest.mark.parametrize("text", ["no wait, it's 78", "non, c'est le 78"])
def test_a_number_alone_is_put_right_where_no_number_is_asked_for(text: str) -> None:
    changed = corrected(AT_HOME, text, town=TOWN, said_so=True)
    assert changed is not None
    assert changed.line == "78 Heritage Dr"
    assert corrected(AT_HOME, text, town=TOWN, is_answer=True) is None


@pytest.mark.parametrize(
    ("text", "corner"),
    [
        ("oh wait it's the corner of krug and weber", "Krug & Weber"),
        ("wrong corner, it's king and queen", "King & Queen"),
        ("oops, weber st w and krug st", "Weber St W & Krug St"),
        ("attendez, c'est au coin de king et queen", "King & Queen"),
    ],
)
def test_a_corner_is_put_right_where_a_description_is_asked_for(text: str, corner: str) -> None:
    assert corner_meant(text, town=TOWN, said_so=True) == corner


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    changed = corrected(BEFORE, text)
    assert changed is None or changed.civic


@pytest.mark.parametrize("piece", ["sorry 5 ", "sorry unit ", "désolé est "])
def test_a_long_message_takes_no_longer_than_a_moment(piece: str) -> None:
    text, started = (piece * 2000)[:2000], time.monotonic()
    corrected(BEFORE, text, town=TOWN)
    assert time.monotonic() - started < 1
