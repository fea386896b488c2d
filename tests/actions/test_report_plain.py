"""Plain sentences while a report is made that are taken as they are: descriptions, answers, remarks, and wishes to leave."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from actions.clients.open311 import Open311
from tests.actions.test_report_problem import made_form
from tests.actions.test_report_remarks import HOLE, kept, shown
from tests.actions.turns import Form

pytestmark = pytest.mark.usefixtures("record")


@pytest.fixture
def form(open311: Open311) -> Form:
    return made_form(open311)


DESCRIPTIONS = [
    ("When the plow comes by it scrapes the edge loose", "nlu_fallback"),
    ("When it freezes the crack opens wider", "report_problem"),
    ("when you turn left the wheel drops in", "nlu_fallback"),
    ("will break an axle if nobody fills it", "nlu_fallback"),
    ("Who ever patched this did a poor job", "nlu_fallback"),
    ("not safe for my kids to bike through", "nlu_fallback"),
    ("no one can get past it with a stroller", "deny"),
    ("it's not a small one, my tire went flat", "nlu_fallback"),
    ("the road is broken up beside the curb", "nlu_fallback"),
    ("there is no cover on it anymore", "nlu_fallback"),
    ("Quand il neige on ne le voit plus", "nlu_fallback"),
    ("quand les autobus passent tout tremble", "report_problem"),
    ("la chaussée n'est plus carrossable ici", "nlu_fallback"),
    ("pas beau à voir, ça fait un mois", "nlu_fallback"),
    ("il n'y a pas de cône autour du trou", "nlu_fallback"),
]
ANSWERS = [
    ("A", "nlu_fallback"),
    ("7", "inform"),
    ("no left turn", "deny"),
    ("the yield one, it is not straight", "nlu_fallback"),
    ("bent pole and graffiti on the back too", "report_problem"),
    ("interdit de tourner, il est aussi plié", "nlu_fallback"),
    ("when you come from the north it is the first one", "nlu_fallback"),
]


@pytest.mark.parametrize(("words", "intent"), DESCRIPTIONS)
def test_plain_descriptions_are_taken_as_they_are(form: Form, words: str, intent: str) -> None:
    form.say("pothole", "report_problem", service_code="pothole")
    form.say("200 king st w")
    code = {"service_code": "pothole"} if intent == "report_problem" else {}
    assert form.say(words, intent, **code).responses[-1] == "utter_ask_report_contact"
    assert form.slots["report_description"] == words


@pytest.mark.parametrize(("words", "intent"), ANSWERS)
def test_plain_answers_are_taken_as_they_are(form: Form, words: str, intent: str) -> None:
    form.say("the sign at 200 king st w fell over last night", "report_problem", service_code="traffic_sign")
    code = {"service_code": "graffiti"} if intent == "report_problem" else {}
    assert form.say(words, intent, **code).responses == ["utter_ask_report_contact"]
    assert form.slots["report_answers"] == {"SIGN": [words]}
    assert not kept(form)


@pytest.mark.parametrize("words", ["...", "?!", "hmm"])
def test_no_word_is_no_answer(form: Form, words: str) -> None:
    form.say("the sign at 200 king st w fell over last night", "report_problem", service_code="traffic_sign")
    assert form.say(words, "nlu_fallback").responses[-1] == "utter_ask_report_attribute"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("the tree at 200 king st w must be cut down before it falls", "tree"),
        ("twigs cover a sign down the street from 200 king st w", "tree"),
        ("l'arbre du 200 rue king ouest fait tomber des feuilles sur ma voiture", "tree"),
        ("streetlight at 200 king st w, a truck hit the dark brown post", "streetlight"),
        ("lampadaire du 200 rue king ouest, poteau noir accroché par un camion", "streetlight"),
        ("snow on the park path across from my house, 200 king st w", "snow_ice_sidewalk"),
    ],
)
def test_no_answer_is_read_into_other_words(form: Form, words: str, code: str) -> None:
    form.say(words, "report_problem", service_code=code)
    assert not form.slots["report_answers"]


# --- who leaves


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("never mind, i'll phone them", "cancel"),
        ("forget it i will just call city hall", "cancel"),
        ("oublie ça, je vais téléphoner", "cancel"),
        ("laissez faire, j'appelle demain", "cancel"),
        ("not now, give me a number to call", "talk_to_person"),
        ("no, give me the phone of somebody there", "talk_to_person"),
        ("start over, i don't want this, i'd rather call", "start_over"),
    ],
)
def test_who_calls_instead_leaves_at_any_question(form: Form, words: str, intent: str) -> None:
    form.say(f"{HOLE}, 200 king st w", "report_problem", service_code="pothole")
    form.say(words, intent)
    assert form.rejected
    assert form.slots.get("report_contact") is None
    form.say("519 555 0123")
    form.say(words, intent)
    assert form.rejected
    assert form.slots["report_contact"] == {"phone": "+15195550123"}


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("don't send it, wrong address", "cancel"),
        ("do not submit it, i'll call", "cancel"),
        ("n'envoyez pas ça, la rue est mauvaise", "cancel"),
        ("cancel, it is the wrong street", "cancel"),
        ("annulez, mauvaise adresse", "cancel"),
    ],
)
def test_who_will_not_have_it_sent_leaves_whatever_else_is_said(form: Form, words: str, intent: str) -> None:
    shown(form, contact="519 555 0123")
    form.say(words, intent)
    assert form.rejected


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("please don't call", "cancel"),
        ("i don't wish to leave my number", "cancel"),
        ("no calls", "deny"),
        ("n'appelez pas svp", "cancel"),
        ("je ne veux pas être contacté", "talk_to_person"),
    ],
)
def test_who_refuses_to_be_reached_goes_on(form: Form, words: str, intent: str) -> None:
    form.say(f"{HOLE}, 200 king st w", "report_problem", service_code="pothole")
    assert form.say(words, intent).responses == ["utter_ask_report_confirmed"]
    assert form.slots["report_contact"] == {}


@pytest.mark.parametrize("words", ["n'envoyez pas mon numéro", "can you take my phone number off?"])
def test_a_number_is_left_out(form: Form, words: str) -> None:
    shown(form, contact="519 555 0123")
    assert form.say(words, "nlu_fallback").responses == ["utter_ask_report_confirmed"]
    assert form.slots["report_contact"] == {}


# --- when the report is shown


@pytest.mark.parametrize(
    ("words", "intent", "language"),
    [
        ("the street is not safe for walkers anymore", "nlu_fallback", "en"),
        ("there is no street lamp along that stretch", "nlu_fallback", "en"),
        ("there is something wrong with the road every spring", "nlu_fallback", "en"),
        ("they should change the street light, the bulb is old", "nlu_fallback", "en"),
        ("will the neighbours not see my email?", "nlu_fallback", "en"),
        ("is my number not hidden?", "nlu_fallback", "en"),
        ("is the address wrong?", "nlu_fallback", "en"),
        ("the photo does not show how deep it gets", "nlu_fallback", "en"),
        ("no the picture does not do it justice", "deny", "en"),
        ("le chemin n'est plus sécuritaire pour les vélos", "nlu_fallback", "fr"),
        ("la rue est mauvaise pour les vélos aussi", "nlu_fallback", "fr"),
        ("la photo ne montre pas bien le trou", "nlu_fallback", "fr"),
    ],
)
def test_a_remark_or_a_question_takes_nothing_away(form: Form, words: str, intent: str, language: str) -> None:
    shown(form, contact="519 555 0123", language=language)
    form.slots["report_photos"] = ["one"]
    before: Dict[str, Any] = {name: form.slots[name] for name in ("report_location", "report_contact", "report_photos", "service_code")}
    form.say(words, intent)
    assert {name: form.slots[name] for name in before} == before
    assert form.slots["report_description"]


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("that's not my street", "utter_ask_report_location"),
        ("can you change the address please?", "utter_ask_report_location"),
        ("ce n'est pas le bon endroit", "utter_ask_report_location"),
        ("my email address is wrong", "utter_ask_report_contact"),
    ],
)
def test_the_part_that_is_said_to_be_wrong_is_asked_for(form: Form, words: str, asked: str) -> None:
    shown(form, contact="jo@example.org")
    assert form.say(words, "nlu_fallback").responses == [asked]


@pytest.mark.parametrize("words", ["no photo please", "send it without the picture", "can you remove my photos?", "pas de photo svp"])
def test_photos_are_left_out(form: Form, words: str) -> None:
    shown(form)
    form.slots["report_photos"] = ["one"]
    assert form.say(words, "nlu_fallback").responses == ["utter_ask_report_confirmed"]
    assert form.slots["report_photos"] is None


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("also what day is recycling", "collection_day"),
        ("and when do you pick up leaves", "nlu_fallback"),
        ("also i would like to see my water bill", "look_up"),
        ("aussi quand passe le camion", "nlu_fallback"),
        ("et je veux payer mon compte d'eau", "article"),
    ],
)
def test_a_question_or_another_need_is_not_added_to_the_description(form: Form, words: str, intent: str) -> None:
    shown(form)
    form.say(words, intent)
    assert form.slots["report_description"] == f"{HOLE}, 200 king st w"


@pytest.mark.parametrize(
    ("words", "code", "language"),
    [
        ("the lamp at 20 charles st w does not work", "streetlight", "en"),
        ("wait, there is no lid on the bin at 20 charles st w", "illegal_dumping", "en"),
        ("le lampadaire du 20 rue charles ouest ne marche pas", "streetlight", "fr"),
    ],
)
def test_another_kind_at_an_address_of_its_own_is_a_second_problem(form: Form, words: str, code: str, language: str) -> None:
    shown(form, language=language)
    assert form.say(words, "report_problem", service_code=code).responses == ["utter_next_need", "utter_ask_report_confirmed"]
    assert form.slots["report_location"] == "200 King St W"
    assert kept(form) == [words]
