"""Reporting a problem: what a resident reads, and what the city has in the end."""

from __future__ import annotations

import uuid
from typing import Any, Dict, List, Optional

import pytest
import requests

from actions.clients.geocoder import Geocoder
from actions.clients.open311 import Open311
from actions.report_form import ValidateReportForm
from actions.report_problem import ActionSubmitReport
from actions.report_questions import (
    ActionAskReportAttribute,
    ActionAskReportChange,
    ActionAskReportConfirmed,
    ActionAskReportContact,
    ActionAskReportDuplicate,
    ActionAskReportLocation,
    ActionAskServiceCode,
)
from bot.conversations.models import Submission
from bot.messages import Place
from tests.actions.turns import Form, run, tracker
from tests.running import fault

pytestmark = pytest.mark.usefixtures("record")
CITY_HALL = Place("", 43.4516, -80.4925)


@pytest.fixture
def form(open311: Open311) -> Form:
    return made_form(open311)


def made_form(open311: Open311, geocoder: Optional[Geocoder] = None) -> Form:
    questions = [
        kind(open311)
        for kind in (
            ActionAskServiceCode,
            ActionAskReportDuplicate,
            ActionAskReportAttribute,
            ActionAskReportConfirmed,
            ActionAskReportChange,
        )
    ]
    asks = {question.slot: question for question in [*questions, ActionAskReportLocation()]}
    form = Form(ValidateReportForm(open311), {**asks, "report_contact": ActionAskReportContact()}, ActionSubmitReport(open311))
    form.validator.places.geocoder = geocoder
    return form


@pytest.fixture
def located(open311: Open311, geocoder: Geocoder) -> Form:
    return made_form(open311, geocoder)


def pothole(form: Form, words: str = "there is a huge pothole at 200 king st w that broke my tire") -> Any:
    """Up to the question whether to send it."""
    assert form.say(words, "report_problem", service_code="pothole").responses == ["utter_ask_report_contact"]
    return form.say("skip")


def attributes_at_the_city(sandbox: str, filed: Dict[str, Any]) -> Dict[str, Any]:
    """The answers to the city's questions, as it has them."""
    url = f"{sandbox}/open311/v2/requests/{filed['service_request_id']}.json?extensions=true"
    return dict(requests.get(url, timeout=10).json()[0]["extended_attributes"])


def at_the_city(sandbox: str, description: str) -> List[Dict[str, Any]]:
    listed = requests.get(f"{sandbox}/open311/v2/requests.json", timeout=10).json()
    return [row for row in listed if row["description"] == description]


def test_a_report_in_one_message_is_summed_up_sent_and_numbered(form: Form, sandbox: str) -> None:
    words = f"huge pothole at 200 king st w, front wheel broke {uuid.uuid4().hex}"
    summed_up = pothole(form, words)
    assert summed_up.responses == ["utter_ask_report_confirmed"]
    assert summed_up.choices == ["Send it", "Change something", "Do not send"]
    assert all(part in summed_up.text() for part in ("Pothole", "200 King St W", words))
    sent = form.say("send it", "affirm")
    (filed,) = at_the_city(sandbox, words)
    assert filed["service_request_id"] in sent.text()
    assert sent.report["answered"] == "report_problem/pothole"
    assert (filed["service_code"], filed["address"]) == ("pothole", "200 King St W")
    assert sent.report["outcome"] == "ok"
    assert form.slots["last_request"] == filed["service_request_id"]
    assert all(form.slots[slot] is None for slot in ValidateReportForm.slots)


def test_a_report_is_asked_for_bit_by_bit(form: Form, sandbox: str) -> None:
    words = f"it hums all night {uuid.uuid4().hex}"
    assert form.say("i want to report a problem", "report_problem").responses == ["utter_ask_service_group"]
    assert form.say("the streetlight", "report_problem", service_code="streetlight").responses == ["utter_ask_report_location"]
    where = form.say("on king st", "nlu_fallback")
    assert where.responses == ["utter_ask_report_location_street_only"]
    assert "King St" in where.text()
    assert form.say("200").responses == ["utter_ask_report_description"]
    asked = form.say(words, "report_problem", service_code="streetlight")
    assert asked.text() == "What is wrong with the light?"
    assert asked.choices == ["It is out", "It flickers", "It stays on all day", "The pole or lamp is damaged"]
    pole = form.say("it flickers")
    assert "number on the pole" in pole.text()
    assert pole.choices == ["Skip this"]
    assert form.say("k1234").responses == ["utter_ask_report_contact"]
    summed_up = form.say("no thanks", "deny")
    assert all(part in summed_up.text() for part in ("It flickers", "k1234"))
    form.say("send it", "affirm")
    (filed,) = at_the_city(sandbox, words)
    assert (filed["service_code"], filed["address"]) == ("streetlight", "200 King St")
    assert attributes_at_the_city(sandbox, filed) == {"PROBLEM": "flickering", "POLE": "k1234"}


def test_the_citys_questions_come_in_french_to_french_speakers(form: Form) -> None:
    form.slots["language"] = "fr"
    said = form.say(
        "le lampadaire est brisé devant le 200 rue king ouest depuis deux semaines", "report_problem", service_code="streetlight"
    )
    assert said.text("fr") == "Quel est le problème avec le lampadaire?"
    form.say("il clignote")
    form.say("je ne sais pas", "nlu_fallback")
    assert "Lampadaire en panne" in form.say("passer").text("fr")


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("200 rue king ouest", "200 King St W"),
        ("corner of king and victoria", "King & Victoria"),
        ("weber st w and victoria st n", "Weber St W & Victoria St N"),
    ],
)
def test_a_place_is_an_address_or_a_corner(form: Form, answer: str, place: str) -> None:
    form.say("pothole", "report_problem", service_code="pothole")
    form.say(answer)
    assert form.slots["report_location"] == place


def test_a_place_without_number_is_shown_back_and_taken(form: Form) -> None:
    form.say("the swing is broken", "report_problem", service_code="playground")
    assert form.say("in the park").responses == ["utter_ask_report_location_unclear"]
    assert form.say("victoria park beside the lake").text() == "Place: victoria park beside the lake. Is that right?"
    form.say("yes", "affirm")
    assert form.slots["report_location"] == "victoria park beside the lake"


def test_a_change_of_mind_inside_the_form_corrects_the_address(form: Form) -> None:
    form.say("pothole at 201 king st w", "report_problem", service_code="pothole")
    said = form.say("actually it's 210 not 201")
    assert said.responses == ["utter_report_place_changed", "utter_ask_report_description"]
    assert "210 King St W" in said.text().splitlines()[0]
    form.say("it is deep")
    summed_up = form.say("skip")
    assert "210 King St W" in summed_up.text()
    assert "201" not in summed_up.text()


def test_a_second_address_in_the_description_is_not_the_place(form: Form) -> None:
    form.say("pothole at 201 king st w", "report_problem", service_code="pothole")
    form.say("it runs all the way to 45 queen st n")
    assert form.slots["report_location"] == "201 King St W"


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        ("the place", "utter_ask_report_location"),
        ("2", "utter_ask_report_description"),
        ("kind of problem", "utter_ask_service_group"),
    ],
)
def test_a_no_at_the_end_asks_what_to_change(form: Form, answer: str, asked: str) -> None:
    pothole(form)
    changing = form.say("no", "deny")
    assert changing.responses == ["utter_ask_report_change"]
    assert changing.choices == ["The place", "The description", "The kind of problem", "Do not send"]
    assert form.say(answer).responses[-1:] in ([asked], ["utter_ask_report_location_street_only"])


@pytest.mark.parametrize(
    ("answer", "intent", "language"),
    [
        ("nothing", "nlu_fallback", "en"),
        ("no", "deny", "en"),
        ("none", "nlu_fallback", "en"),
        ("it's fine", "affirm", "en"),
        ("rien", "nlu_fallback", "fr"),
        ("non", "deny", "fr"),
    ],
)
def test_who_changes_nothing_is_asked_again_whether_to_send_the_same_report(form: Form, answer: str, intent: str, language: str) -> None:
    summed_up = pothole(form)
    form.slots["language"] = language
    form.say("no", "deny")
    again = form.say(answer, intent)
    assert again.responses == ["utter_ask_report_confirmed"]
    assert "200 King St W" in again.text(language)
    assert len(again.choices) == len(summed_up.choices)
    assert form.say("Send it", "affirm", tapped=True).responses == ["utter_report_filed"]


@pytest.mark.parametrize(("language", "title"), [("en", "Do not send"), ("fr", "Ne pas envoyer")])
def test_who_is_asked_what_to_change_may_still_not_send(form: Form, language: str, title: str) -> None:
    pothole(form)
    form.slots["language"] = language
    asked = form.say("no", "deny")
    (last,) = asked.messages[-1]["buttons"][-1:]
    assert (last["title"], last["payload"]) == (title, "/cancel")
    form.say(title, "cancel", tapped=True)
    assert form.rejected  # a rule ends the report


def test_a_no_that_names_another_kind_of_problem_changes_it(form: Form) -> None:
    pothole(form)
    form.say("no", "deny")
    assert form.say("no, it's graffiti", "deny", service_code="graffiti").responses == ["utter_ask_report_description"]
    assert form.say("rude words on the bridge").text() == "Is it hateful or offensive?"


def test_what_cannot_be_changed_is_asked_again(form: Form) -> None:
    pothole(form)
    form.say("no", "deny")
    assert form.say("purple", "nlu_fallback").responses == ["utter_answer_unclear", "utter_ask_report_change"]


def test_what_was_changed_is_summed_up_again(form: Form, sandbox: str) -> None:
    words = f"the pothole broke two wheels {uuid.uuid4().hex}"
    pothole(form)
    form.say("no", "deny")
    form.say("The description", tapped=True, answer="description")
    summed_up = form.say(words, "report_problem", service_code="pothole")
    assert words in summed_up.text()
    form.say("Send it", "affirm", tapped=True)
    assert len(at_the_city(sandbox, words)) == 1


@pytest.mark.parametrize(
    ("words", "intent"), [("i will send it later", "inform"), ("don't send it", "deny"), ("dont send it yet", "nlu_fallback")]
)
def test_only_a_clear_yes_sends(form: Form, sandbox: str, words: str, intent: str) -> None:
    description = f"the pothole broke two wheels {uuid.uuid4().hex}"
    pothole(form, f"pothole at 200 king st w, {description}")
    assert form.say(words, intent).responses[-1] in ("utter_ask_report_confirmed", "utter_ask_report_change")
    assert at_the_city(sandbox, f"pothole at 200 king st w, {description}") == []


def test_another_kind_of_problem_named_at_the_end_replaces_the_first(form: Form) -> None:
    pothole(form)
    said = form.say("no, it's graffiti", "deny", service_code="graffiti")
    assert said.responses == ["utter_ask_report_description"]  # what was said of the pothole describes no graffiti
    said = form.say("rude words on the bridge")
    assert said.text() == "Is it hateful or offensive?"


def test_yes_and_no_answer_a_yes_or_no_question(form: Form) -> None:
    form.say("ugly painted words on the wall at 20 charles st w", "report_problem", service_code="graffiti")
    form.say("nope", "deny")
    assert form.slots["report_answers"] == {"OFFENSIVE": ["no"]}


def test_more_than_one_choice_is_taken_where_the_city_allows_it(form: Form) -> None:
    form.say("someone dumped two couches and old tires at 900 homer watson blvd", "report_problem", service_code="illegal_dumping")
    form.say("1, 2 and 4")
    assert form.slots["report_answers"] == {"ITEMS": ["bags", "furniture", "tires"]}


@pytest.mark.parametrize(
    ("answer", "language", "items"),
    [
        ("2 tires and 3 bags", "en", ["bags", "tires"]),
        ("6 bags of garbage and 2 chairs", "en", ["bags", "furniture"]),
        ("a mattress", "en", ["furniture"]),
        ("a tire and 1 appliance", "en", ["appliances", "tires"]),
        ("one old mattress, one tire", "en", ["furniture", "tires"]),
        ("3", "en", ["appliances"]),
        ("1 & 4", "en", ["bags", "tires"]),
        ("numbers 1 and 4 please", "en", ["bags", "tires"]),
        ("the tires", "en", ["tires"]),
        ("2 pneus et 3 sacs", "fr", ["bags", "tires"]),
        ("un pneu et un électroménager", "fr", ["appliances", "tires"]),
        ("un meuble", "fr", ["furniture"]),
        ("1 et 4", "fr", ["bags", "tires"]),
    ],
)
def test_a_number_beside_a_word_is_how_many_there_are_and_one_thing_is_one_of_its_kind(
    form: Form, answer: str, language: str, items: List[str]
) -> None:
    form.slots["language"] = language
    form.say("someone dumped ugly old stuff here at 900 homer watson blvd", "report_problem", service_code="illegal_dumping")
    form.say(answer)
    assert form.slots["report_answers"] == {"ITEMS": items}


def test_a_place_that_is_not_in_the_list_is_asked_again(form: Form) -> None:
    form.say("someone dumped ugly old stuff here at 900 homer watson blvd", "report_problem", service_code="illegal_dumping")
    assert form.say("1 and 9", "nlu_fallback").responses == ["utter_answer_unclear", "utter_ask_report_attribute_several"]


def test_an_answer_the_city_could_not_take_is_asked_again(form: Form) -> None:
    form.say("the tree at 75 belmont ave w looks really odd lately", "report_problem", service_code="tree")
    said = form.say("purple", "nlu_fallback")
    assert said.responses == ["utter_answer_unclear", "utter_ask_report_attribute"]


def test_what_the_city_wants_known_is_said_first(form: Form) -> None:
    said = form.say("the tree at 75 belmont ave w looks really odd lately", "report_problem", service_code="tree")
    assert said.responses[0] == "utter_report_information"
    assert "call 911" in said.text()


def test_only_what_can_be_reported_is_offered(form: Form) -> None:
    said = form.say("my spaceship broke", "report_problem", service_code="spaceship")
    assert said.responses == ["utter_ask_service_group"]
    unclear = form.say("the spaceship", "nlu_fallback")
    assert unclear.responses == ["utter_ask_service_group_unclear"]
    assert form.say("Graffiti").responses == ["utter_ask_report_location"]


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("a dead raccoon on the road", "en"),
        ("people are racing on my street", "en"),
        ("water is coming up on the road", "en"),
        ("bruit dans ma rue la nuit", "fr"),
    ],
)
def test_that_something_is_on_a_road_does_not_say_what_it_is(form: Form, words: str, language: str) -> None:
    form.slots["language"] = language
    form.say("report a problem", "report_problem")
    assert form.say(words, "nlu_fallback").responses == ["utter_ask_service_group_unclear"]


@pytest.mark.parametrize(
    ("words", "language", "code"),
    [
        ("a deep hole in the road", "en", "pothole"),
        ("the pavement on my street", "en", "pothole"),
        ("un trou dans ma rue", "fr", "pothole"),
        ("the lamp on my street", "en", "streetlight"),
        ("couch on the road", "en", "illegal_dumping"),
    ],
)
def test_a_word_that_only_one_kind_of_problem_has_names_it(form: Form, words: str, language: str, code: str) -> None:
    form.slots["language"] = language
    form.say("report a problem", "report_problem")
    form.say(words, "nlu_fallback")
    assert form.slots["service_code"] == code


def test_many_kinds_of_problem_are_offered_in_the_citys_groups(form: Form) -> None:
    said = form.say("report a problem", "report_problem")
    assert said.choices == ["Roads and sidewalks", "Clean city", "Parks and trees", "By-law"]
    inside = form.say("Clean city", tapped=True, answer="Clean city")
    assert inside.text() == "Clean city: what is the problem?"
    assert inside.choices == ["Graffiti", "Illegal dumping", "Litter", "Something else"]
    assert form.say("Something else", "something_else", tapped=True).choices == said.choices
    assert "Streetlight out" in form.say("roads").choices
    assert form.say("Pothole", "report_problem", tapped=True, service_code="pothole").responses == ["utter_ask_report_location"]


def test_few_kinds_of_problem_are_offered_by_their_names(open311: Open311, monkeypatch: pytest.MonkeyPatch) -> None:
    few = open311.services("en")[:4]
    monkeypatch.setattr(open311, "services", lambda language, fresh=False: list(few))
    said = made_form(open311).say("report a problem", "report_problem")
    assert said.choices == [service.service_name for service in few]


@pytest.mark.parametrize("intent", ["cancel", "start_over", "emergency", "talk_to_person"])
def test_a_command_leaves_the_form_to_the_rules_at_any_question(form: Form, intent: str) -> None:
    form.say("report a problem", "report_problem")
    for answer, code in (("pothole", "pothole"), ("200 king st w", ""), ("deep hole", "")):
        form.say("words", intent)
        assert form.rejected
        form.say(answer, "report_problem" if code else "inform", **({"service_code": code} if code else {}))
    form.say("words", intent)
    assert form.rejected


@pytest.mark.parametrize("intent", ["frustration", "insult", "small_talk"])
def test_what_is_said_to_the_assistant_is_no_answer(form: Form, intent: str) -> None:
    form.say("report a problem", "report_problem")
    for answer, code in (("pothole", "pothole"), ("200 king st w", "")):
        form.say("these are words", intent)
        assert form.rejected
        form.say(answer, "report_problem" if code else "inform", **({"service_code": code} if code else {}))
    form.say("two words", intent)
    assert form.rejected
    said = form.say("this hole is useless and stupid", intent)  # a description is taken as it is written
    assert said.responses == ["utter_ask_report_contact"]
    form.say("these are words", intent)
    assert form.rejected
    form.say("skip")
    form.say("these are words", intent)
    assert form.rejected


def test_an_angry_answer_gives_the_place_and_is_no_description(form: Form) -> None:
    form.say("pothole", "report_problem", service_code="pothole")
    said = form.say("you keep asking me the same thing, 200 king st w", "frustration")
    assert said.responses == ["utter_ask_report_description"]
    assert form.slots["report_location"] == "200 King St W"


def test_a_safety_article_goes_before_any_question(form: Form) -> None:
    form.say("pothole at 200 king st w", "report_problem", service_code="pothole")
    form.say("i smell gas", "article", article="gas_smell")
    assert form.rejected


def test_a_question_in_the_middle_is_left_to_the_rules_and_the_form_goes_on(form: Form) -> None:
    form.say("pothole", "report_problem", service_code="pothole")
    form.say("when is garbage at 45 queen st n?", "collection_day")
    assert form.rejected
    slots = {**form.slots}
    rejected = [{"event": "action_execution_rejected", "name": "report_form"}, {"event": "action", "name": "action_collection_day"}]
    again = run(
        form.validator, tracker("when is garbage at 45 queen st n?", "collection_day", slots=slots, loop="report_form", events=rejected)
    )
    assert again.slots["requested_slot"] == "report_location"
    assert "report_location" not in again.slots  # the address belonged to the question


def test_a_form_opened_again_has_forgotten_the_last_one(form: Form) -> None:
    pothole(form)
    form.open = False  # the session ended
    said = form.say("streetlight out", "report_problem", service_code="streetlight")
    assert said.responses == ["utter_ask_report_location"]


@pytest.mark.parametrize("name", ["html500", "429", "error200", "truncated"])
def test_a_city_that_cannot_be_reached_is_said_before_any_question(form: Form, sandbox: str, name: str) -> None:
    with fault(sandbox, "open311", name):
        said = form.say("pothole at 200 king st w", "report_problem", service_code="pothole")
    assert said.responses == ["utter_report_unreachable"]
    assert "nothing was sent" in said.text()


def test_a_report_without_a_clear_answer_is_neither_claimed_nor_denied(form: Form, sandbox: str) -> None:
    words = f"there is an ugly deep crater at 200 king st w {uuid.uuid4().hex}"
    pothole(form, words)
    with fault(sandbox, "open311", "truncated"):
        said = form.say("send it", "affirm")
    assert said.responses == ["utter_report_unconfirmed"]
    assert said.report["outcome"] == "unavailable"
    assert len(at_the_city(sandbox, words)) == 1


def test_a_report_nobody_took_is_given_back_to_copy(form: Form, sandbox: str) -> None:
    words = f"there is an ugly deep crater at 200 king st w {uuid.uuid4().hex}"
    pothole(form, words)
    with fault(sandbox, "open311", "429"):
        said = form.say("send it", "affirm")
    assert said.responses == ["utter_report_not_taken"]
    assert words in said.text()
    assert at_the_city(sandbox, words) == []


def test_a_turn_that_is_run_again_files_once_and_says_the_same(form: Form, sandbox: str) -> None:
    words = f"there is an ugly deep crater at 200 king st w {uuid.uuid4().hex}"
    pothole(form, words)
    slots = {**form.slots, "report_confirmed": True}
    said = [run(form.submit, tracker("send it", "affirm", slots=slots, turn_id="the same turn")) for _ in range(2)]
    (filed,) = at_the_city(sandbox, words)
    assert all(filed["service_request_id"] in one.text() for one in said)


@pytest.mark.parametrize(
    "missing",
    [
        {"report_confirmed": None},
        {"report_confirmed": "yes"},
        {"report_location": None},
        {"report_description": ""},
        {"service_code": "nope"},
        {"service_code": "streetlight"},  # its question is not answered
        {"service_code": "streetlight", "report_answers": {"PROBLEM": ["nope"]}},
    ],
)
def test_a_form_that_ended_without_all_it_needs_sends_nothing(form: Form, sandbox: str, missing: Dict[str, Any]) -> None:
    words = f"hole {uuid.uuid4().hex}"
    slots = {
        "service_code": "pothole",
        "report_location": "200 King St W",
        "report_description": words,
        "report_confirmed": True,
        **missing,
    }
    said = run(form.submit, tracker("yes", "affirm", slots=slots))
    assert said.responses == ["utter_report_not_sent"]
    assert at_the_city(sandbox, words) == []


def test_the_same_report_sent_again_from_the_same_form_is_filed_once(form: Form, sandbox: str) -> None:
    """Its resident read an apology, since something broke after the city had taken it."""
    words = f"hole {uuid.uuid4().hex}"
    slots = {"service_code": "pothole", "report_location": "200 King St W", "report_description": words, "report_confirmed": True}

    def send(opened_at: float) -> str:
        opened = {"event": "active_loop", "name": "report_form", "timestamp": opened_at}
        turn = uuid.uuid4()
        said = run(form.submit, tracker("yes", "affirm", slots=dict(slots), turn_id=turn.hex, events=[opened]))
        assert said.responses == ["utter_report_filed"]
        assert Submission.objects.filter(turn=turn).count() == 1  # the one that says so, see `bot.conversations.late_reports`
        return str(said.slots["last_request"])

    first, again = send(1764427000.25), send(1764427000.25)
    assert again == first
    assert len(at_the_city(sandbox, words)) == 1
    assert send(1764428000.5) != first  # the same hole, reported anew


def test_an_error_of_our_own_while_sending_is_never_called_a_failure_to_send(form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    pothole(form)
    monkeypatch.setattr("actions.report_problem.file_once", lambda *args, **kwargs: 1 / 0)
    assert form.say("send it", "affirm").responses == ["utter_report_unconfirmed"]


def test_words_that_say_more_than_was_asked_are_not_asked_for_again(form: Form) -> None:
    form.say("report a problem", "report_problem")
    words = "hateful graffiti on the school wall, 20 charles st w"
    said = form.say(words, "report_problem", service_code="graffiti")
    assert said.text() == "Is it hateful or offensive?"
    assert (form.slots["report_location"], form.slots["report_description"]) == ("20 Charles St W", words)


def test_the_likeliest_kinds_of_problem_are_offered_first(open311: Open311) -> None:
    ranking = [("report_problem", 0.5), ("report_problem/trail", 0.2), ("report_problem/tree", 0.1)]
    said = run(ActionAskServiceCode(open311), tracker("something fell on the path", "report_problem", ranking=ranking))
    assert said.choices[:3] == ["Trail or path", "Tree problem", "Pothole"]


def test_after_an_interruption_the_question_is_asked_as_if_for_the_first_time(form: Form) -> None:
    form.say("pothole", "report_problem", service_code="pothole")
    form.say("hmm", "nlu_fallback")
    assert form.slots["form_note"] == "unclear"
    rejected = [{"event": "action_execution_rejected", "name": "report_form"}]
    again = run(form.validator, tracker("thanks", "thank", slots=form.slots, loop="report_form", events=rejected))
    assert again.slots["form_note"] is None


def test_a_shared_location_goes_to_the_city_with_its_address(located: Form, sandbox: str) -> None:
    words = f"deep hole by the curb {uuid.uuid4().hex}"
    asked = located.say("pothole", "report_problem", service_code="pothole")
    assert asked.messages[-1]["custom"] == {"asks_location": True}
    assert located.share(CITY_HALL).responses == ["utter_ask_report_duplicate"]
    assert located.say("no, another one", "deny").responses == ["utter_ask_report_description"]
    located.say(words)
    summed_up = located.say("skip")
    assert "200 King St W" in summed_up.text()
    assert summed_up.messages[-1]["custom"]["place"] == {"label": "200 King St W", "latitude": 43.4516, "longitude": -80.4925}
    located.say("send it", "affirm")
    (filed,) = at_the_city(sandbox, words)
    assert (filed["address"], filed["lat"], filed["long"]) == ("200 King St W", 43.4516, -80.4925)


@pytest.mark.parametrize(("label", "shown"), [("Victoria Park, by the lake", "Victoria Park, by the lake"), ("", "43.40000, -80.40000")])
def test_a_place_without_an_address_is_reported_by_its_point(located: Form, sandbox: str, label: str, shown: str) -> None:
    words = f"tree down on the path {uuid.uuid4().hex}"
    located.say("a tree", "report_problem", service_code="pothole")
    located.share(Place(label, 43.40, -80.40))
    located.say("another one", "deny")  # others reported here before
    located.say(words)
    assert shown in located.say("skip").text()
    located.say("send it", "affirm")
    (filed,) = at_the_city(sandbox, words)
    assert (filed["lat"], filed["long"]) == (43.4, -80.4)


def test_a_location_shared_later_replaces_the_place_and_an_address_written_later_the_location(located: Form, sandbox: str) -> None:
    words = f"hole {uuid.uuid4().hex}"
    located.say("pothole at 45 queen st n", "report_problem", service_code="pothole")
    moved = located.share(CITY_HALL)
    assert moved.responses == ["utter_report_place_changed", "utter_ask_report_duplicate"]
    located.say("another one", "deny")
    located.say(words)
    located.say("skip")
    back = located.say("no, 45 queen st n", "deny")
    assert "45 Queen St N" in back.text()
    assert "custom" not in back.messages[-1] or not back.messages[-1]["custom"]
    located.say("send it", "affirm")
    (filed,) = at_the_city(sandbox, words)
    assert (filed["address"], filed["lat"]) == ("45 Queen St N", None)


def test_a_location_shared_before_the_report_is_its_place(located: Form) -> None:
    before = {"event": "user", "text": "", "metadata": {"location": vars(CITY_HALL)}}
    tapped = tracker("Report a problem", "report_problem", ranking=[("report_problem", 1.0)], confidence=1.0)
    tapped.events[:0] = [before]
    tapped.events.append({"event": "active_loop", "name": "report_form"})
    assert run(located.validator, tapped).slots["report_location"] == "200 King St W"
