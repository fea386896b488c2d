"""What residents say beside answers while they report: another problem, what is wrong, what to add, questions, and how to reach them."""

from __future__ import annotations

import uuid
from typing import Any, Dict, List

import pytest
from rasa.core.channels.channel import UserMessage

from actions.clients.geocoder import Geocoder
from actions.clients.open311 import Open311
from actions.waiting_needs import KEPT
from bot.assistant import waiting
from bot.messages import Place
from tests.actions.test_report_dialogue import newly_filed
from tests.actions.test_report_problem import at_the_city, made_form
from tests.actions.turns import Form, Said

pytestmark = pytest.mark.usefixtures("record")
HOLE = "there is a huge hole in the lane"


@pytest.fixture
def form(open311: Open311) -> Form:
    return made_form(open311)


@pytest.fixture
def located(open311: Open311, geocoder: Geocoder) -> Form:
    return made_form(open311, geocoder)


def shown(form: Form, description: str = HOLE, contact: str = "skip", language: str = "en") -> Said:
    """A pothole at 200 King St W up to the question whether to send it."""
    form.slots["language"] = language
    form.say(f"{description}, 200 king st w", "report_problem", service_code="pothole")
    said = form.say(contact)
    assert said.responses == ["utter_ask_report_confirmed"]
    return said


def kept(form: Form) -> List[str]:
    return [row["parsed"]["text"] for row in (form.slots.get("waiting_needs") or {}).get("needs", [])]


# --- a second problem


@pytest.mark.parametrize(
    ("words", "code", "language"),
    [
        ("also a branch came down at 20 charles st w", "tree", "en"),
        ("and somebody left a sofa next to it", "illegal_dumping", "en"),
        ("there is spray paint on the bench as well", "graffiti", "en"),
        ("the lamp over the trail is out", "streetlight", "en"),
        ("another one at 20 charles st w", "pothole", "en"),
        ("il y a aussi un arbre tombé", "tree", "fr"),
        ("en plus le lampadaire du 20 rue charles ouest est éteint", "streetlight", "fr"),
    ],
)
def test_a_second_problem_waits_and_leaves_the_first_report_as_it_is(form: Form, words: str, code: str, language: str) -> None:
    before = shown(form, language=language)
    said = form.say(words, "report_problem", service_code=code)
    assert said.responses == ["utter_next_need", "utter_ask_report_confirmed"]
    assert words in said.text(language)
    assert said.text(language).endswith(before.text(language))
    assert kept(form) == [words]


def test_several_problems_wait_in_their_order(form: Form) -> None:
    shown(form)
    words = ["also the light is out", "and a tree fell over"]
    for one, code in zip(words, ("streetlight", "tree"), strict=True):
        form.say(one, "report_problem", service_code=code)
    assert kept(form) == words


def test_a_second_problem_waits_at_the_other_questions_too(located: Form, sandbox: str) -> None:
    place = Place("", 43.4131, -80.5102)
    newly_filed(sandbox, place)
    located.say(f"{HOLE} {uuid.uuid4().hex}", "report_problem", service_code="pothole")
    assert located.share(place).responses == ["utter_ask_report_duplicate"]
    words = "also graffiti on the wall"
    assert located.say(words, "report_problem", service_code="graffiti").responses == ["utter_next_need", "utter_ask_report_duplicate"]
    located.say("Another problem", tapped=True, answer="own")
    assert located.say(words, "report_problem", service_code="graffiti").responses == ["utter_next_need", "utter_ask_report_contact"]
    located.say("skip")
    located.say("no", "deny")
    assert located.say(words, "report_problem", service_code="graffiti").responses == ["utter_next_need", "utter_ask_report_change"]


@pytest.mark.parametrize("words", ["no, it's a tree", "actually a tree fell", "not a pothole but a tree", "non, plutôt un arbre"])
def test_another_kind_with_words_that_correct_changes_the_report_and_asks_what_is_wrong(form: Form, words: str) -> None:
    shown(form)
    said = form.say(words, "report_problem", service_code="tree")
    assert said.responses == ["utter_report_information", "utter_ask_report_description"]
    assert form.slots["report_location"] == "200 King St W"
    assert not kept(form)


@pytest.mark.parametrize(
    ("words", "language", "asked"),
    [
        ("that's graffiti, not a pothole", "en", "utter_ask_report_description"),
        ("it isn't a pothole", "en", "utter_ask_service_group"),
        ("ce n'est pas un nid-de-poule", "fr", "utter_ask_service_group"),
    ],
)
def test_a_kind_that_is_denied_is_changed_or_asked_for(form: Form, words: str, language: str, asked: str) -> None:
    shown(form, language=language)
    assert form.say(words, "report_problem", service_code="pothole").responses == [asked]


def test_what_waits_is_kept_as_the_assistant_keeps_it(form: Form) -> None:
    shown(form)
    form.say("also the light is out", "report_problem", service_code="streetlight")
    slot = form.slots["waiting_needs"]
    assert waiting.keep([UserMessage(parse_data=slot["needs"][0]["parsed"])]).value == slot
    assert KEPT == waiting._KEPT


# --- questions and personal details where words are asked for


def described(form: Form) -> Said:
    form.say("pothole", "report_problem", service_code="pothole")
    return form.say("200 king st w")


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("who looks after this road, the city or the region", "nlu_fallback"),
        ("when will somebody come?", "report_problem"),
        ("will it cost me anything", "nlu_fallback"),
        ("est-ce que ça va être réparé bientôt?", "nlu_fallback"),
        ("qui paie pour mon pneu?", "report_problem"),
    ],
)
def test_a_question_is_no_description(form: Form, words: str, intent: str) -> None:
    described(form)
    code = {"service_code": "pothole"} if intent == "report_problem" else {}
    assert form.say(words, intent, **code).responses == ["utter_report_question_aside", "utter_ask_report_description"]
    assert form.slots["report_description"] is None


@pytest.mark.parametrize("words", ["can someone please fix the deep hole by the bridge?", "it is deep and wide there. when do you come?"])
def test_a_description_may_be_put_as_a_question(form: Form, words: str) -> None:
    described(form)
    form.say(words, "report_problem", service_code="pothole")
    assert form.slots["report_description"] == words


@pytest.mark.parametrize("words", ["thats so ridiculous", "franchement, c'est nul", "hmm"])
def test_words_that_tell_nothing_are_no_description(form: Form, words: str) -> None:
    described(form)
    assert form.say(words, "nlu_fallback").responses[-1] == "utter_ask_report_description"
    assert form.slots["report_description"] is None


def test_what_only_begins_like_a_question_is_a_description(form: Form) -> None:
    described(form)
    form.say("is blocking the whole left lane", "nlu_fallback")
    assert form.slots["report_description"] == "is blocking the whole left lane"


def test_a_question_that_is_known_is_answered_by_its_rule(form: Form) -> None:
    described(form)
    form.say("who plows the sidewalks?", "article", article="sidewalk_snow")
    assert form.rejected


def test_no_question_is_filed_as_the_answer_to_another(form: Form) -> None:
    form.say("the streetlight at 200 king st w is not working at all", "report_problem", service_code="streetlight")
    said = form.say("do i get a message when its done", "nlu_fallback")
    assert said.responses == ["utter_report_question_aside", "utter_ask_report_attribute"]
    assert "number on the pole" in said.text()


@pytest.mark.parametrize("words", ["there is no number on it", "i can't see one", "je ne vois pas de numéro", "no idea"])
def test_what_is_not_there_to_be_seen_is_left_out(form: Form, words: str) -> None:
    form.say("the streetlight at 200 king st w is not working at all", "report_problem", service_code="streetlight")
    assert form.say(words, "nlu_fallback").responses == ["utter_ask_report_contact"]
    assert form.slots["report_answers"]["POLE"] == []


@pytest.mark.parametrize(
    ("words", "value"), [("519 555 0123 is my cell", "+15195550123"), ("mon courriel: jo@example.org", "jo@example.org")]
)
def test_how_to_reach_somebody_is_no_description(form: Form, words: str, value: str) -> None:
    described(form)
    assert form.say(words).responses == ["utter_report_contact_noted", "utter_ask_report_description"]
    assert form.say("it is deep").responses == ["utter_ask_report_confirmed"]
    assert list(form.slots["report_contact"].values()) == [value]


def test_how_to_reach_somebody_is_taken_out_of_the_description(form: Form) -> None:
    form.say("very deep pothole by the bank, call me at 519-555-0123, 200 king st w", "report_problem", service_code="pothole")
    assert form.slots["report_contact"] == {"phone": "+15195550123"}
    assert "0123" not in form.slots["report_description"]
    assert form.slots["report_description"].startswith("very deep pothole by the bank")


@pytest.mark.parametrize("words", ["yes", "oui"])
def test_a_yes_answers_no_question_for_words(form: Form, words: str) -> None:
    form.say("the sign at 200 king st w fell over last night", "report_problem", service_code="traffic_sign")
    assert form.say(words, "affirm").responses == ["utter_answer_unclear", "utter_ask_report_attribute"]


# --- when the report is shown


@pytest.mark.parametrize(
    ("words", "intent", "asked"),
    [
        ("hold on, the address isn't right", "nlu_fallback", "utter_ask_report_location"),
        ("no, wrong corner", "deny", "utter_ask_report_location"),
        ("please change the location", "nlu_fallback", "utter_ask_report_location"),
        ("modifiez le lieu svp", "nlu_fallback", "utter_ask_report_location"),
        ("non, la rue est mauvaise", "deny", "utter_ask_report_location"),
        ("change the wording", "cancel", "utter_ask_report_description"),
        ("la description est fausse", "nlu_fallback", "utter_ask_report_description"),
        ("yes but the street is wrong", "affirm", "utter_ask_report_location"),
    ],
)
def test_what_is_said_to_be_wrong_is_asked_for_at_once(form: Form, words: str, intent: str, asked: str) -> None:
    shown(form)
    assert form.say(words, intent).responses == [asked]


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("leave my number out please", "cancel"),
        ("don't send my number", "cancel"),
        ("dont give them my email", "nlu_fallback"),
        ("enlevez mon numéro", "deny"),
    ],
)
def test_how_to_reach_somebody_is_taken_back(form: Form, words: str, intent: str) -> None:
    assert "+15195550123" in shown(form, contact="519 555 0123").text()
    again = form.say(words, intent)
    assert again.responses == ["utter_ask_report_confirmed"]
    assert "0123" not in again.text()


def test_another_number_replaces_the_first(form: Form) -> None:
    shown(form, contact="519 555 0123")
    assert "+15195550142" in form.say("sorry, my number is 519 555 0142").text()


@pytest.mark.parametrize(
    ("words", "intent", "added"),
    [
        ("please add that it is next to the bakery", "nlu_fallback", "it is next to the bakery"),
        ("no, it is in front of the church", "deny", "no, it is in front of the church"),
        ("two cyclists nearly crashed there yesterday", "nlu_fallback", "two cyclists nearly crashed there yesterday"),
        ("ajoutez que c'est en face de l'école", "nlu_fallback", "c'est en face de l'école"),
    ],
)
def test_what_else_is_said_is_added_to_the_description_and_shown(form: Form, words: str, intent: str, added: str) -> None:
    shown(form)
    said = form.say(words, intent)
    assert said.responses == ["utter_report_added", "utter_ask_report_confirmed"]
    assert f"{HOLE}, 200 king st w. {added}" in said.text()


def test_after_what_was_not_understood_a_bare_yes_shows_the_report_again(form: Form, sandbox: str) -> None:
    description = f"{HOLE} {uuid.uuid4().hex}"
    shown(form, description)
    assert form.say("purple", "nlu_fallback").responses == ["utter_answer_unclear", "utter_ask_report_confirmed"]
    assert form.say("yes", "affirm").responses == ["utter_report_shown_again", "utter_ask_report_confirmed"]
    assert at_the_city(sandbox, f"{description}, 200 king st w") == []
    assert form.say("yes", "affirm").responses == ["utter_report_filed"]


def test_send_it_in_so_many_words_sends_at_any_time(form: Form) -> None:
    shown(form)
    form.say("purple", "nlu_fallback")
    assert form.say("send it", "affirm").responses == ["utter_report_filed"]


# --- who does not want to be reached, and words that sound like leaving


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("never mind the phone call, not needed", "cancel"),
        ("you don't have to reach me", "cancel"),
        ("i want to stay anonymous", "article"),
        ("no need for anyone to call", "talk_to_person"),
        ("inutile de me joindre", "cancel"),
        ("oubliez le téléphone", "cancel"),
        ("anonyme svp", "nlu_fallback"),
    ],
)
def test_who_does_not_want_to_be_reached_reports_all_the_same(form: Form, words: str, intent: str) -> None:
    form.say(f"{HOLE}, 200 king st w", "report_problem", service_code="pothole")
    assert form.say(words, intent).responses == ["utter_ask_report_confirmed"]
    assert form.slots["report_contact"] == {}


def test_who_leaves_without_a_word_on_being_reached_leaves(form: Form) -> None:
    form.say(f"{HOLE}, 200 king st w", "report_problem", service_code="pothole")
    form.say("forget it", "cancel")
    assert form.rejected


@pytest.mark.parametrize(("words", "language"), [("a stop sign", "en"), ("Stop", "en"), ("Arrêt", "fr")])
def test_a_word_of_the_question_is_its_answer(form: Form, words: str, language: str) -> None:
    form.slots["language"] = language
    form.say("the sign at 200 king st w fell over last night", "report_problem", service_code="traffic_sign")
    assert form.say(words, "cancel").responses == ["utter_ask_report_contact"]
    assert form.slots["report_answers"] == {"SIGN": [words]}


# --- choices


@pytest.mark.parametrize(
    ("answer", "items"),
    [("an old sofa and a freezer", ["furniture", "appliances"]), ("des chaises", ["furniture"]), ("drywall", ["construction"])],
)
def test_a_list_is_answered_in_a_residents_own_words(form: Form, answer: str, items: List[str]) -> None:
    form.say("someone dumped ugly old stuff here at 900 homer watson blvd", "report_problem", service_code="illegal_dumping")
    form.say(answer)
    assert form.slots["report_answers"] == {"ITEMS": items}


@pytest.mark.parametrize(("answer", "language"), [("pitch dark", "en"), ("it does not work", "en"), ("il fait noir", "fr")])
def test_a_light_that_is_dark_is_out(form: Form, answer: str, language: str) -> None:
    form.slots["language"] = language
    form.say("a streetlight at 200 king st w needs some attention again", "report_problem", service_code="streetlight")
    form.say(answer, "nlu_fallback")
    assert form.slots["report_answers"] == {"PROBLEM": ["out"]}


@pytest.mark.parametrize(
    ("words", "code", "answers"),
    [
        ("le lampadaire du 200 rue king ouest clignote", "streetlight", {"PROBLEM": ["flickering"]}),
        ("tree fell at 200 king st w", "tree", {"PROBLEM": ["fallen"]}),
        ("tree at 200 king st w is dead and a branch is hanging", "tree", None),
    ],
)
def test_what_the_first_message_says_is_not_asked(form: Form, words: str, code: str, answers: Dict[str, Any]) -> None:
    form.say(words, "report_problem", service_code=code)
    assert form.slots["report_answers"] == answers


def test_who_changes_the_answers_is_asked_all_of_them(form: Form) -> None:
    form.say("the streetlight at 200 king st w is not working at all", "report_problem", service_code="streetlight")
    for words in ("skip", "skip"):
        form.say(words)
    form.say("no", "deny")
    assert form.say("My other answers", tapped=True, answer="answers").text() == "What is wrong with the light?"


def test_after_two_answers_that_are_not_understood_there_is_a_way_on(form: Form) -> None:
    form.say("a streetlight at 200 king st w needs some attention again", "report_problem", service_code="streetlight")
    assert form.say("purple", "nlu_fallback").responses[0] == "utter_answer_unclear"
    said = form.say("green", "nlu_fallback")
    assert said.responses[0] == "utter_answer_stuck"
    assert said.choices[-1] == "Do not send"
    assert "call" in said.text()
    assert form.say("blue", "nlu_fallback").responses[0] == "utter_answer_stuck"


def test_not_knowing_is_an_answer_where_the_list_has_it(form: Form) -> None:
    form.say("the sidewalk at 200 king st w is very icy since yesterday", "report_problem", service_code="snow_ice_sidewalk")
    form.say("no clue", "nlu_fallback")
    assert form.slots["report_answers"] == {"BESIDE": ["unsure"]}


@pytest.mark.parametrize("answer", ["a pile", "a sofa and a fridge", "a trailer full", "un tas de pneus"])
def test_an_article_counts_one_thing_only(form: Form, answer: str) -> None:
    form.say("someone dumped ugly old stuff here at 900 homer watson blvd", "report_problem", service_code="illegal_dumping")
    form.say("bags")
    assert form.say(answer, "nlu_fallback").responses[-1] == "utter_ask_report_attribute_number"
    form.say("an old stove", "nlu_fallback")
    assert form.slots["report_answers"]["AMOUNT"] == ["1"]


# --- a corner is no description


@pytest.mark.parametrize("place", ["coin weber et victoria", "corner of weber st w and victoria st n"])
def test_a_corner_is_no_description(form: Form, place: str) -> None:
    form.say("pothole", "report_problem", service_code="pothole")
    assert form.say(place).responses == ["utter_ask_report_description"]
    assert form.slots["report_location"]
