"""Where a problem is: cross streets, facilities and other places with names, and what the resident is asked when nobody knows them."""

from __future__ import annotations

import uuid
from typing import List

import pytest

from actions.clients.geocoder import Geocoder
from actions.clients.open311 import Open311
from actions.report_described import describes_place
from tests.actions.test_report_problem import at_the_city, made_form
from tests.actions.turns import Form
from tests.running import fault

pytestmark = pytest.mark.usefixtures("record")


@pytest.fixture
def form(open311: Open311, geocoder: Geocoder) -> Form:
    """Asked where on King St the tree is."""
    form = made_form(open311, geocoder)
    form.say("tree down on king st", "report_problem", service_code="trail")
    return form


@pytest.fixture
def unlocated(open311: Open311) -> Form:
    """The same in a city without a locator."""
    form = made_form(open311)
    form.say("tree down on king st", "report_problem", service_code="trail")
    return form


@pytest.mark.parametrize("answer", ["victoria", "at victoria", "near victoria st n", "corner of victoria"])
def test_a_street_that_crosses_the_one_named_before_is_the_place(form: Form, answer: str) -> None:
    form.say(answer)
    assert form.slots["report_location"] == "King St W & Victoria St N"
    assert form.slots["report_point"] == pytest.approx([43.4526, -80.4953], abs=0.0002)


@pytest.mark.parametrize("answer", ["menu", "the big one", "belmont", "over there"])  # belmont does not cross it
def test_words_that_are_no_street_that_crosses_are_asked_about_again(form: Form, answer: str) -> None:
    asked = form.say(answer, "nlu_fallback").responses
    assert asked == ["utter_ask_report_location_unclear"]
    assert form.slots["report_location"] is None


def test_without_a_locator_a_cross_street_must_say_that_it_is_a_street(unlocated: Form) -> None:
    assert unlocated.say("menu", "nlu_fallback").responses == ["utter_ask_report_location_unclear"]
    assert unlocated.say("victoria").responses == ["utter_ask_report_location_lost"]
    unlocated.say("victoria st")
    assert unlocated.slots["report_location"] == "King St & Victoria St"


def test_with_the_locator_down_a_cross_street_must_say_that_it_is_a_street(form: Form, sandbox: str) -> None:
    with fault(sandbox, "arcgis", "html500"):
        assert form.say("victoria").responses == ["utter_ask_report_location_unclear"]
        form.say("victoria st")
    assert form.slots["report_location"] == "King St & Victoria St"


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("at the kitchener market", "Kitchener Market"),
        ("by victoria park", "Victoria Park"),
        ("lyle hallman pool", "Lyle Hallman Pool"),
        ("à la piscine lyle hallman", "Lyle Hallman Pool"),
    ],
)
def test_a_place_with_a_name_is_shown_back_before_it_is_taken(form: Form, answer: str, name: str) -> None:
    shown = form.say(answer)
    assert shown.responses == ["utter_ask_report_location_check"]
    assert shown.text() == f"Do you mean {name}?"
    assert shown.choices == ["That is the place", "Another place"]
    assert form.slots["report_location"] is None
    assert form.say("yes", "affirm").responses == ["utter_ask_report_description"]
    assert form.slots["report_location"] == name


def test_a_place_that_was_taken_goes_to_the_city_with_its_point(form: Form, sandbox: str) -> None:
    words = f"a large branch {uuid.uuid4().hex}"
    form.say("at the kitchener market")
    form.say("That is the place", "affirm", tapped=True)
    form.say(words)
    form.say("skip")
    form.say("send it", "affirm")
    (filed,) = at_the_city(sandbox, words)
    assert filed["address"] == "Kitchener Market"
    assert (filed["lat"], filed["long"]) == (pytest.approx(43.448, abs=0.001), pytest.approx(-80.4847, abs=0.001))


def test_what_is_said_beside_the_name_is_kept_for_the_crew(form: Form) -> None:
    form.say("behind lyle hallman pool, by the bike racks")
    form.say("yes", "affirm")
    assert form.slots["report_location"] == "Lyle Hallman Pool (behind lyle hallman pool, by the bike racks)"


def test_a_place_that_was_not_meant_is_asked_for_in_another_way(form: Form) -> None:
    form.say("by victoria park")
    assert form.say("no", "deny").responses == ["utter_ask_report_location_again"]
    assert form.say("behind the boathouse").text() == "Place: King St (behind the boathouse). Is that right?"
    form.say("yes", "affirm")
    assert form.slots["report_location"] == "King St (behind the boathouse)"


def test_a_no_that_names_the_place_gives_it(form: Form) -> None:
    form.say("by victoria park")
    form.say("no, 200 king st w", "deny")
    assert form.slots["report_location"] == "200 King St W"


def test_a_facility_in_the_first_words_is_shown_back_too(open311: Open311, geocoder: Geocoder) -> None:
    form = made_form(open311, geocoder)
    said = form.say("someone sprayed rude words on the wall of breithaupt pool", "report_problem", service_code="graffiti")
    assert said.text() == "Do you mean Breithaupt Pool?"
    form.say("yes", "affirm")
    assert form.slots["report_location"] == "Breithaupt Pool"


def test_a_facility_is_known_without_a_locator(unlocated: Form) -> None:
    assert unlocated.say("lyle hallman pool").text() == "Do you mean Lyle Hallman Pool?"
    unlocated.say("yes", "affirm")
    assert (unlocated.slots["report_location"], unlocated.slots["report_point"]) == ("Lyle Hallman Pool", None)


def test_in_french_it_is_asked_in_french(form: Form) -> None:
    form.slots["language"] = "fr"
    assert form.say("au kitchener market").text("fr") == "Parlez-vous de Kitchener Market?"


# --- words beside a place that are no place


@pytest.mark.parametrize(
    ("language", "description"),
    [
        ("en", "something is wrong with it, it has been there 3 weeks"),
        ("en", "sorry, I meant to say there are 2 of them"),
        ("en", "wrong way sign and 2 lights out"),
        ("en", "no light on duke st"),
        ("en", "the light takes forever to change at queen and ontario"),
        ("fr", "non, il n'y a pas de trottoir sur la rue Duke"),
        ("fr", "désolé, mais le trou est profond"),
        ("fr", "en fait il est très large"),
    ],
)
def test_a_description_with_a_word_of_correction_is_the_description(open311: Open311, language: str, description: str) -> None:
    form = made_form(open311)
    form.slots["language"] = language
    form.say("201 king st w", "report_problem", service_code="pothole")
    said = form.say(description)
    assert said.responses == ["utter_ask_report_contact"]
    assert (form.slots["report_location"], form.slots["report_description"]) == ("201 King St W", description)


@pytest.mark.parametrize(
    ("language", "answer", "told"),
    [
        ("en", "sorry, unit 5", "I changed the place to 201 King St W, Unit 5."),
        ("en", "sorry, it's 210", "I changed the place to 210 King St W."),
        ("fr", "désolée, c'est le 210", "J'ai changé le lieu pour 210 King St W."),
        ("fr", "désolé, rue King Est", "J'ai changé le lieu pour 201 King St E."),
    ],
)
def test_a_correction_in_few_words_changes_the_place(open311: Open311, language: str, answer: str, told: str) -> None:
    form = made_form(open311)
    form.slots["language"] = language
    form.say("201 king st w", "report_problem", service_code="pothole")
    said = form.say(answer)
    assert said.responses == ["utter_report_place_changed", "utter_ask_report_description"]
    assert said.text(language).splitlines()[0] == told


def test_a_number_that_was_asked_for_is_no_house(open311: Open311) -> None:
    form = made_form(open311)
    form.say("stuff dumped beside the road at 900 homer watson blvd", "report_problem", service_code="illegal_dumping")
    form.say("bags and tires")
    form.say("sorry, 4")
    assert form.slots["report_location"] == "900 Homer Watson Blvd"
    assert form.slots["report_answers"]["AMOUNT"] == ["4"]


def test_a_number_that_chooses_from_a_list_or_tells_the_time_is_no_house(open311: Open311) -> None:
    form = made_form(open311)
    form.say("a van in front of my driveway, 33 benton st", "report_problem", service_code="parking")
    form.say("sorry, 2")
    assert form.slots["report_answers"]["PROBLEM"] == ["hydrant"]
    form.say("white van")
    form.say("désolé, hier à 17 h")
    assert form.slots["report_answers"]["SINCE"][0].split("T")[1].startswith("17:00")
    assert form.slots["report_location"] == "33 Benton St"


def test_at_a_question_with_a_list_another_number_still_puts_the_house_right(open311: Open311) -> None:
    form = made_form(open311)
    form.say("a van in front of my driveway, 33 benton st", "report_problem", service_code="parking")
    assert form.say("sorry, it's 35").text().startswith("I changed the place to 35 Benton St.")


@pytest.mark.parametrize(
    ("language", "words", "street"),
    [
        ("en", "5 bags of garbage dumped on weber st", "Weber St"),
        ("en", "2 mattresses and a couch on queen st n", "Queen St N"),
        ("en", "200 block of king st w has junk everywhere", "King St W"),
        ("fr", "2 gros divans laissés sur la rue Weber", "Weber St"),
        ("fr", "3 sacs de vidanges sur l'avenue Belmont", "Belmont Ave"),
    ],
)
def test_what_is_counted_at_the_beginning_is_no_address_and_where_it_is_gets_asked(
    open311: Open311, language: str, words: str, street: str
) -> None:
    form = made_form(open311)
    form.slots["language"] = language
    asked = form.say(words, "report_problem", service_code="illegal_dumping")
    assert asked.responses == ["utter_ask_report_location_street_only"]
    assert street in asked.text(language)


@pytest.mark.parametrize(
    ("language", "words", "place"),
    [
        ("en", "pothole on weber st at the corner of frederick st", "Weber St & Frederick St"),
        ("en", "pothole on king st w at the corner of queen", "King St W & Queen"),
        ("fr", "trou au coin de la rue King et de l'avenue Belmont", "King St & Belmont Ave"),
        ("fr", "trou sur la rue King, à l'angle de la rue Queen", "King St & Queen St"),
        ("fr", "trou au 200 de la rue King Ouest", "200 King St W"),
        ("fr", "trou devant le 45 de l'avenue Belmont Ouest", "45 Belmont Ave W"),
    ],
)
def test_a_corner_and_a_french_address_are_read_as_they_are_said(open311: Open311, language: str, words: str, place: str) -> None:
    form = made_form(open311)
    form.slots["language"] = language
    form.say(words, "report_problem", service_code="pothole")
    assert form.slots["report_location"] == place


@pytest.mark.parametrize("words", ["broken bench at king st", "bench broken on king st at night"])
def test_a_thing_or_a_time_at_a_street_is_no_corner(open311: Open311, words: str) -> None:
    form = made_form(open311)
    asked = form.say(words, "report_problem", service_code="pothole")
    assert asked.responses == ["utter_ask_report_location_street_only"]


@pytest.mark.parametrize(
    ("answers", "language", "asks"),
    [
        (["i don't know", "what do you mean"], "en", "describe the place"),
        (["I don't know", "I don't know the address", "not sure where exactly"], "en", "describe the place"),
        (["no idea", "how should i know that"], "en", "describe the place"),
        (["je ne sais pas", "je ne sais pas"], "fr", "décrivez le lieu"),
        (["je ne sais pas", "qu'est-ce que ça veut dire", "je ne connais pas l'adresse"], "fr", "décrivez le lieu"),
    ],
)
def test_neither_a_question_nor_not_knowing_is_a_place(form: Form, answers: List[str], language: str, asks: str) -> None:
    form.slots["language"] = language
    for answer in answers:
        assert asks in form.say(answer, "nlu_fallback").text(language)
    assert (form.slots["report_location"], form.slots["report_description"]) == (None, None)


@pytest.mark.parametrize(
    "place",
    [
        "behind the old mill",
        "where the two paths meet",
        "not sure, by the big oak behind the school",
        "près du vieux moulin",
        "où les deux sentiers se croisent",
    ],
)
def test_who_does_not_know_an_address_may_describe_the_place_and_is_asked_for_the_problem(form: Form, place: str) -> None:
    form.say("i don't know", "nlu_fallback")
    assert form.say(place, "nlu_fallback").responses == ["utter_ask_report_location_described"]
    assert form.say("yes", "affirm").responses == ["utter_ask_report_description"]
    assert (form.slots["report_location"], form.slots["report_description"]) == (f"King St ({place})", None)


def test_who_does_not_know_the_number_may_still_name_the_cross_street(form: Form) -> None:
    form.say("i don't know", "nlu_fallback")
    form.say("i don't know, near victoria st n and king st w")
    assert form.slots["report_location"] == "Victoria St N & King St W"


@pytest.mark.parametrize(
    "answer",
    [
        "i can't see a number near it",
        "i can't see any number near the door",
        "it's been like this for weeks by now",
        "I don't have the number by hand",
        "my neighbour will come by",
        "my neighbour will come by tomorrow morning",
        "i am not near it any more",
        "je ne vois pas de numéro près de la porte",
        "mon voisin va passer devant demain",
        "je n'ai pas l'adresse sous la main",
    ],
)
def test_what_says_no_place_is_not_taken_for_one(form: Form, answer: str) -> None:
    assert not describes_place(answer)
    form.say(answer, "nlu_fallback")
    assert (form.slots["report_location"], form.slots["report_options"]) == (None, None)


@pytest.mark.parametrize(
    "answer",
    [
        "there's no number, but it's behind the church",
        "by the swings",
        "under the bridge",
        "the park nearby",
        "across from the bakery",
        "il n'y a pas de numéro, c'est devant l'épicerie",
        "sous le pont",
    ],
)
def test_what_stands_behind_by_or_under_says_where(answer: str) -> None:
    assert describes_place(answer)


# --- another town


@pytest.mark.parametrize(
    ("language", "words", "town"),
    [
        ("en", "street light out at 88 elgin st n cambridge", "Cambridge"),
        ("en", "hole in the road, 310 albert st, waterloo", "Waterloo"),
        ("fr", "nid-de-poule au 9, rue Dickson à Cambridge", "Cambridge"),
    ],
)
def test_a_problem_in_another_town_is_not_taken_and_the_resident_reads_why(open311: Open311, language: str, words: str, town: str) -> None:
    form = made_form(open311)
    form.slots["language"] = language
    said = form.say(words, "report_problem", service_code="pothole")
    assert said.responses == ["utter_report_outside"]
    assert said.text(language).startswith({"en": f"That is in {town}, ", "fr": f"C'est à {town}, "}[language])
    assert (form.open, form.slots["report_location"]) == (False, None)


@pytest.mark.parametrize("answer", ["in cambridge", "310 albert st n, waterloo", "cambridge"])
def test_an_answer_with_another_town_ends_the_report(form: Form, answer: str) -> None:
    assert form.say(answer).responses == ["utter_report_outside"]
    assert not form.open


def test_the_region_and_a_street_with_a_towns_name_are_not_outside(form: Form) -> None:
    form.say("12 guelph st, waterloo region")
    assert form.slots["report_location"] == "12 Guelph St"


# --- a place that is described or has a name


@pytest.fixture
def placeless(open311: Open311, geocoder: Geocoder) -> Form:
    """Asked where the tree is; no street is named yet."""
    form = made_form(open311, geocoder)
    form.say("report a tree", "report_problem", service_code="trail")
    return form


@pytest.mark.parametrize(
    ("language", "answer", "shown"),
    [
        ("en", "behind the old mill", "Place: behind the old mill. Is that right?"),
        ("en", "cherry park, by the swings", "Place: cherry park, by the swings. Is that right?"),
        ("en", "victoria park, beside the bandshell", "Do you mean Victoria Park?"),
        ("fr", "derrière l'école secondaire", "Lieu : derrière l'école secondaire. Est-ce exact?"),
        ("fr", "au parc victoria, près du pont", "Parlez-vous de Victoria Park?"),
    ],
)
def test_a_described_place_is_shown_back_at_once_and_taken_with_a_yes(placeless: Form, language: str, answer: str, shown: str) -> None:
    placeless.slots["language"] = language
    assert placeless.say(answer).text(language) == shown
    assert placeless.say("yes", "affirm").responses == ["utter_ask_report_description"]
    assert answer in placeless.slots["report_location"]


@pytest.mark.parametrize("answer", ["behind the church on krug", "sur Weber devant l'épicerie"])
def test_a_description_with_a_known_street_is_taken_as_it_is(placeless: Form, answer: str) -> None:
    assert placeless.say(answer).responses == ["utter_ask_report_description"]
    assert placeless.slots["report_location"] == answer


@pytest.mark.parametrize(
    "answer",
    [
        "my name is Robin Sample, 519-555-0199",
        "robin@example.org",
        "it got very deep",
        "the lamp is dark",
        "i rent a basement apt",
        "right in front of my house",
        "non n'envoyez rien",
        "je vous reviens demain",
        "je m'appelle Robin, derrière",
    ],
)
def test_what_says_no_place_is_never_taken_for_one(placeless: Form, answer: str) -> None:
    for expected in ("utter_ask_report_location_unclear", "utter_ask_report_location_lost", "utter_ask_report_location_lost"):
        assert placeless.say(answer, "nlu_fallback").responses == [expected]
    assert placeless.slots["report_location"] is None


def test_after_two_answers_without_a_place_there_is_a_way_on(placeless: Form) -> None:
    placeless.say("hmm", "nlu_fallback")
    told = placeless.say("well you know", "nlu_fallback").text()
    assert "Share your location" in told
    assert "519-741-2345" in told
    assert "write never mind" in told
    placeless.say("200 king st w")
    assert placeless.slots["report_location"] == "200 King St W"


@pytest.mark.parametrize(
    ("language", "words", "shown"),
    [
        ("en", "spray paint in victoria park", "Do you mean Victoria Park?"),
        ("en", "bottles everywhere at rockway gardens", "Do you mean Rockway Gardens?"),
        ("fr", "des graffitis au parc Victoria", "Parlez-vous de Victoria Park?"),
    ],
)
def test_a_park_in_the_first_words_is_shown_back(open311: Open311, geocoder: Geocoder, language: str, words: str, shown: str) -> None:
    form = made_form(open311, geocoder)
    form.slots["language"] = language
    assert form.say(words, "report_problem", service_code="graffiti").text(language) == shown


def test_a_park_without_a_name_is_asked_for(open311: Open311, geocoder: Geocoder) -> None:
    form = made_form(open311, geocoder)
    assert form.say("graffiti on a bench in the park", "report_problem", service_code="graffiti").responses == ["utter_ask_report_location"]


def test_a_statement_with_a_known_place_is_the_answer_though_it_sounds_like_another_need(placeless: Form) -> None:
    assert placeless.say("victoria park, by the splash pad", "article", article="splash_pads").text() == "Do you mean Victoria Park?"


@pytest.mark.parametrize("words", ["is there a splash pad in victoria park?", "when does the pool at victoria park open"])
def test_a_question_about_a_place_is_left_to_be_answered(placeless: Form, words: str) -> None:
    placeless.say(words, "article", article="splash_pads")
    assert placeless.rejected


@pytest.mark.parametrize(
    ("first", "answer", "place"),
    [
        ("pothole at king st w and krug st", "oops, weber st w and krug st", "Weber St W & Krug St"),
        ("pothole at king st w and krug st", "no wait, 12 krug st", "12 Krug St"),
        ("pothole at 12 krug st", "oh wait it's the corner of krug and weber", "Krug & Weber"),
        ("pothole at 12 krug st", "attends, c'est la rue Weber", "12 Weber St"),
    ],
)
def test_a_corner_and_a_street_are_put_right_too(open311: Open311, first: str, answer: str, place: str) -> None:
    form = made_form(open311)
    form.say(first, "report_problem", service_code="pothole")
    assert form.say(answer).text().startswith(f"I changed the place to {place}.")
    assert form.slots["report_location"] == place


def test_what_happened_at_another_corner_changes_nothing(open311: Open311) -> None:
    form = made_form(open311)
    form.say("pothole at king st w and krug st", "report_problem", service_code="pothole")
    form.say("there is a second one at weber st w and krug st")
    assert form.slots["report_location"] == "King St W & Krug St"


@pytest.mark.parametrize(
    ("language", "words", "place"),
    [
        ("en", "I live in Cambridge, big pothole at 200 king st w wrecked my tire", "200 King St W"),
        ("en", "my mother in Guelph says there is a pothole at 45 Queen St N", "45 Queen St N"),
        ("fr", "J'habite à Cambridge, gros nid-de-poule au 200 rue King Ouest", "200 King St W"),
    ],
)
def test_who_lives_in_another_town_can_report_here(open311: Open311, language: str, words: str, place: str) -> None:
    form = made_form(open311)
    form.slots["language"] = language
    assert "utter_report_outside" not in form.say(words, "report_problem", service_code="pothole").responses
    assert form.slots["report_location"] == place
