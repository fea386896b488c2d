"""What residents read who ask for numbers of the open data: answers with their source, questions back, refusals, follow-ups."""

from __future__ import annotations

import json
import re
from typing import Any, Dict, List, Optional

import pytest

from actions.clients.arcgis import ArcGIS
from actions.clients.geocoder import Geocoder
from actions.look_up import ActionLookUp
from actions.look_up_form import ActionAskLookUpAnswer, ValidateLookUpForm
from actions.look_ups.open_data import OpenData
from actions.words import spoken_date, today
from bot.city import city
from bot.knowledge.store import knowledge
from bot.messages import Message, Place
from bot.sms.render import render
from tests.actions.turns import Form, Said, run, tracker
from tests.running import fault


class Talk:
    """A conversation about numbers."""

    def __init__(self, sandbox: str, language: str = "en", channel: str = "rest") -> None:
        server = ArcGIS(f"{sandbox}/arcgis/rest/services", zone=city().timezone)
        geocoder = Geocoder(f"{sandbox}/arcgis/rest/services/Locator/GeocodeServer")
        self.kinds = {"open_data": OpenData(server, geocoder)}
        asks = {"look_up_answer": ActionAskLookUpAnswer(self.kinds)}
        self.form = Form(ValidateLookUpForm(self.kinds), asks, ActionLookUp(self.kinds), {"language": language}, channel=channel)
        self.language = language

    def ask(self, text: str, **more: Any) -> Said:
        return self.form.say(text, "look_up", look_up="open_data", **more)

    def reads(self, text: str) -> str:
        return self.ask(text).text(self.language)


pytestmark = pytest.mark.usefixtures("layers")


@pytest.fixture
def talk(sandbox: str) -> Talk:
    return Talk(sandbox)


@pytest.fixture
def french(sandbox: str) -> Talk:
    return Talk(sandbox, "fr")


def part(said: Said, name: str) -> Any:
    return said.messages[0]["custom"].get(name)


def test_a_count_is_one_sentence(talk: Talk) -> None:
    assert talk.reads("how many trees are there") == "The data list 22,000 trees."


def test_an_answer_names_its_data_their_age_and_where_to_see_the_same(talk: Talk, sandbox: str) -> None:
    said = talk.ask("how many dead trees in ward 3")
    source = part(said, "source")
    assert source["name"] == "Tree inventory, sample data"
    assert source["url"] == f"{sandbox}/arcgis/rest/services/Tree_Inventory/FeatureServer/0"
    assert len(source["as_of"]) == 10
    link = part(said, "link")
    assert link["title"] == "See this in the data"
    assert link["url"].startswith(f"{source['url']}/query?where=CONDITION+%3D+%27Dead%27+AND+WARDID+%3D+3&")
    assert (said.report["outcome"], said.report["answered"]) == ("ok", "look_up/open_data")


def test_amounts_are_written_as_each_language_writes_them(talk: Talk, french: Talk) -> None:
    assert "$" in talk.reads("average construction value of building permits in 2024")
    english = talk.reads("total construction value of building permits in 2024")
    read = french.reads("valeur totale de construction des permis de construire en 2024")
    amount = english.partition("$")[2].partition(".")[0]
    assert amount.count(",") == 2
    assert f"{amount.replace(',', chr(160))}\u00a0$" in read


def test_groups_are_lines_with_their_share(talk: Talk) -> None:
    heading, *lines = talk.reads("collisions by severity").splitlines()
    assert heading == "Traffic collisions by severity:"
    assert [line.partition(":")[0] for line in lines] == ["property damage only", "injury", "fatal"]
    assert lines[0].endswith("%)")


def test_a_text_message_has_a_short_list_and_no_long_address(sandbox: str) -> None:
    said = Talk(sandbox, channel="sms").ask("trees by species")
    _, *lines = said.text().splitlines()
    assert lines[-1].startswith("and ")
    assert 100 < len("\n".join(lines[:-1])) <= 160
    assert part(said, "link") is None
    assert part(said, "picture") is None
    text = render([Message.from_dict({"text": said.text(), **said.messages[0]["custom"]})], "en")
    assert len(text) < 400


def test_a_text_message_about_years_has_the_latest(sandbox: str) -> None:
    _, *lines, earlier = Talk(sandbox, channel="sms").reads("water main breaks per year").splitlines()
    years = [line[:4] for line in lines]
    assert years == sorted(years)
    assert len(years) > 5
    assert lines[-1].startswith(f"{years[-1]} so far: ")
    assert earlier.endswith("earlier")


@pytest.mark.parametrize(
    ("language", "question"), [("en", "rank years by number of permits"), ("fr", "classer les années par nombre de permis")]
)
def test_a_text_message_about_years_in_an_order_has_the_top(sandbox: str, language: str, question: str) -> None:
    every = Talk(sandbox, language).reads(question).splitlines()[1:]
    _, *lines, rest = Talk(sandbox, language, channel="sms").reads(question).splitlines()
    assert 5 < len(lines) < len(every)
    assert lines == every[: len(lines)]
    assert rest == {"en": f"and {len(every) - len(lines)} more", "fr": f"et {len(every) - len(lines)} de plus"}[language]


@pytest.mark.parametrize(
    ("language", "question", "word"), [("en", "top 10 tree species", "more"), ("fr", "top 10 des espèces d'arbres", "de plus")]
)
def test_a_text_message_says_how_many_of_a_top_it_leaves_out(sandbox: str, language: str, question: str, word: str) -> None:
    _, *lines, rest = Talk(sandbox, language, channel="sms").reads(question).splitlines()
    assert rest.endswith(f" {10 - len(lines)} {word}")
    assert len(Talk(sandbox, language).reads(question).splitlines()) == 11


@pytest.mark.parametrize(
    ("language", "question", "again", "scope"),
    [
        ("en", "how many roads are closed", "any road closures today", " (in effect: "),
        ("fr", "combien de rues sont fermées", "combien de rues sont fermées aujourd'hui", " (en vigueur : "),
    ],
)
def test_roads_that_are_closed_are_those_of_today_and_it_is_said(
    sandbox: str, language: str, question: str, again: str, scope: str
) -> None:
    talk = Talk(sandbox, language)
    read = talk.reads(question)
    assert read == talk.reads(again)
    assert f"{spoken_date(today(), language, year=True, weekday=False)})." in read
    assert scope in read
    every = {"en": "road closures of all time", "fr": "toutes les années"}[language]
    assert int(re.findall(r"\d+", read)[0]) < int(re.findall(r"\d+", talk.reads(every))[0])


@pytest.mark.parametrize(
    ("language", "question", "line"),
    [
        ("en", "are there more pools or arenas", "pool: 8"),
        ("fr", "y a-t-il plus de piscines ou d'arénas", "piscine : 8"),
        ("en", "are there more indoor pools or arenas", "arena: 6"),
        ("en", "compare pools and arenas", "pool: 8"),
        ("en", "which are there fewer of, pools or arenas", "arena: 6"),
    ],
)
def test_what_one_word_stands_for_is_compared_as_one(sandbox: str, language: str, question: str, line: str) -> None:
    assert Talk(sandbox, language).reads(question).splitlines()[1].startswith(f"{line} (")


def test_maples_and_oaks_are_two_and_the_kinds_of_one_are_told_apart(talk: Talk) -> None:
    assert [line.partition(":")[0] for line in talk.reads("compare maples and oaks").splitlines()[1:]] == ["maple", "oak"]
    assert talk.reads("which maple is most common").splitlines()[1].startswith("Norway maple: ")
    assert talk.reads("compare red oaks and bur oaks").splitlines()[1].startswith("red oak: ")


def test_the_longest_trail_is_as_long_as_all_of_its_sections(talk: Talk, french: Talk) -> None:
    heading, length, name = talk.reads("longest trail").splitlines()
    assert heading == "Trails, longest:"
    assert re.fullmatch(r"Length: [\d,.]+\u00a0k?m", length)
    assert name.startswith("Name: ")
    assert french.reads("le sentier le plus long").splitlines()[2].endswith(name.partition(": ")[2])


def test_road_closures_that_began_are_told_as_such(talk: Talk) -> None:
    assert talk.reads("how many road closures started in 2020").endswith(" (first day: 2020).")


@pytest.mark.parametrize(
    ("language", "question", "first", "last"),
    [
        ("en", "permits by year since march 2021", "2021 from March 1: ", " so far: "),
        ("en", "permits by year between march 2021 and may 2023", "2021 from March 1: ", "2023 until May 31: "),
        ("en", "permits by year from 2021 to 2023", "2021: ", "2023: "),
        ("fr", "permis par année depuis mars 2021", "2021 à partir du 1er mars : ", " jusqu'ici : "),
        ("fr", "permis par année entre mars 2021 et mai 2023", "2021 à partir du 1er mars : ", "2023 jusqu'au 31 mai : "),
    ],
)
def test_a_year_that_is_not_whole_says_so(sandbox: str, language: str, question: str, first: str, last: str) -> None:
    _, *lines = Talk(sandbox, language).reads(question).splitlines()
    assert lines[0].startswith(first)
    assert last in lines[-1]


@pytest.mark.parametrize(
    ("language", "question", "scope"),
    [
        ("en", "collisions by month", " (all years together):"),
        ("fr", "collisions par mois", " (toutes les années ensemble) :"),
        ("en", "collisions by month in 2023", " (2023):"),
    ],
)
def test_months_say_of_which_years_they_are(sandbox: str, language: str, question: str, scope: str) -> None:
    assert Talk(sandbox, language).reads(question).splitlines()[0].endswith(scope)


def test_the_single_greatest_is_told_without_names_or_addresses(talk: Talk) -> None:
    said = talk.ask("largest building permit last year")
    assert said.text().splitlines()[0].startswith("Building permits (")
    assert {line.partition(":")[0] for line in said.text().splitlines()[1:]} == {
        "Construction value",
        "Permit number",
        "Permit type",
        "Building type",
        "Issue date",
    }
    assert "APPLICANT" not in str(said.messages)
    assert "FOLDERNAME" not in str(said.messages)


def test_nothing_counted_is_said_and_is_no_error(talk: Talk) -> None:
    said = talk.ask("how many building permits in 1950")
    assert said.text() == "The data list no building permits (1950)."
    assert said.report["outcome"] == "ok"


@pytest.mark.parametrize(
    ("language", "question", "read"),
    [
        (
            "en",
            "average hourly rate of parking lots within 5 m of me",
            "The data list 1 public parking lot (within 5 m of your place). But they do not say this: hourly rate.",
        ),
        (
            "fr",
            "tarif horaire moyen des stationnements à moins de 5 m de moi",
            "Les données comptent 1 stationnement public (à 5 m ou moins de : votre position)."
            " Mais elles ne disent pas ceci : tarif horaire.",
        ),
    ],
)
def test_what_is_listed_without_the_value_is_not_told_as_not_there(sandbox: str, language: str, question: str, read: str) -> None:
    talk = Talk(sandbox, language)
    assert talk.kinds["open_data"].server is not None
    lots = talk.kinds["open_data"].server.layer("Parking_Public_Lots", ["HOURLY_RATE"]).features(fields=["HOURLY_RATE"], geometry=True)
    spot = next(one.paths[0][0] for one in lots if one.attributes["HOURLY_RATE"] is None)
    talk.ask(question)
    assert talk.form.share(Place("", *spot)).text(language) == read


@pytest.mark.parametrize(
    ("turns", "read"),
    [
        (["how many building permits in 2023", "and in 2022?"], "building permits (2022)."),
        (["how many building permits in 2023", "just ward 3"], "building permits (ward 3, 2023)."),
        (["building permits by ward in 2023", "demolitions only"], "Building permits by ward (demolition, 2023):"),
        (["how many trees are there", "by ward"], "Tree inventory by ward:"),
        (["water main breaks per year", "and in 2021"], "water main breaks (2021)."),
        (["how many trees in ward 2", "and playgrounds?"], "playgrounds (ward 2)."),
    ],
)
def test_a_follow_up_changes_the_question_before(talk: Talk, turns: List[str], read: str) -> None:
    assert read in [talk.reads(text) for text in turns][-1]


def test_a_follow_up_in_french(french: Talk) -> None:
    assert french.reads("combien d'arbres y a-t-il") == "Les données comptent 22\u00a0000 arbres."
    assert french.reads("et dans le quartier 3?").endswith("arbres (quartier 3).")


def test_which_statistic_is_asked_when_it_is_not_said(talk: Talk) -> None:
    said = talk.ask("building permits value")
    assert said.responses == ["utter_ask_open_data_which"]
    assert said.choices[:2] == ["Total construction value", "Average construction value"]
    assert talk.form.say("the second one").text().startswith("Average construction value: $")


def test_none_of_the_offered_questions_lets_them_say_it_themselves(talk: Talk) -> None:
    talk.ask("building permits value")
    assert talk.form.say("None of these", "something_else").responses == ["utter_ask_open_data_layer"]
    assert talk.form.say("how many trees are there", "look_up", look_up="open_data").text() == "The data list 22,000 trees."


@pytest.mark.parametrize(
    ("question", "asked", "answer", "read"),
    [
        ("how many dead trees in my ward", "Which ward? For example, ward 1.", "3", "trees (dead, ward 3)."),
        ("how many permits in 2019 and 2022", "I can look at one time", "2022", "building permits (2022)."),
        ("numbers please", "What should I look up?", "how many playgrounds are there", "The data list 120 playgrounds."),
        ("how many playgrounds near me", "Which place?", "200 king st w", "playgrounds (within 500 m of 200 King St W)."),
    ],
)
def test_what_is_missing_is_asked_for(talk: Talk, question: str, asked: str, answer: str, read: str) -> None:
    assert talk.reads(question).startswith(asked)
    assert talk.form.say(answer).text().endswith(read)


def test_a_shared_place_answers_where(talk: Talk) -> None:
    talk.ask("how many playgrounds near me")
    assert talk.form.share(Place("", 43.4516, -80.4925)).text().endswith("(within 500 m of your place).")


def test_another_question_of_the_same_kind_replaces_one_that_waits_for_a_place(talk: Talk) -> None:
    talk.ask("how many playgrounds near me")
    assert talk.reads("how many trees are there") == "The data list 22,000 trees."


def test_what_the_data_do_not_say_is_refused_with_the_nearest_question(talk: Talk) -> None:
    said = talk.ask("how many purple trees in ward 3")
    assert said.responses == ["utter_open_data_not_said"]
    assert "purple" in said.text()
    assert said.report["outcome"] == "not_found"
    assert said.choices == ["Number of trees (ward 3)"]
    payload = said.messages[0]["buttons"][0]["payload"]
    again = run_tapped(talk, payload)
    assert again.text().endswith("trees (ward 3).")


def run_tapped(talk: Talk, payload: str) -> Said:
    """Taps a choice as Rasa reads it."""
    intent, _, entities = payload[1:].partition("{")
    return talk.form.say("", intent, tapped=True, **json.loads("{" + entities))


@pytest.mark.parametrize(
    ("language", "question", "read", "choice"),
    [
        ("en", "how many homes were demolished", "I cannot work that out", "Number of building permits (demolition)"),
        (
            "fr",
            "nombre total de logements des permis de démolition",
            "Je ne peux pas le calculer",
            "Nombre : permis de construire (démolition)",
        ),
    ],
)
def test_new_homes_are_not_counted_for_demolished_ones(sandbox: str, language: str, question: str, read: str, choice: str) -> None:
    said = Talk(sandbox, language).ask(question)
    assert said.text(language).startswith(read)
    assert said.choices == [choice]
    assert Talk(sandbox).reads("how many housing units in permits in 2023").startswith("Total units (2023): ")


@pytest.mark.parametrize(
    ("question", "response"),
    [
        ("who applied for the most building permits", "utter_open_data_personal"),
        ("how many unicorns in the city", "utter_open_data_unknown"),
    ],
)
def test_what_is_not_a_number_of_the_city_is_refused(talk: Talk, question: str, response: str) -> None:
    said = talk.ask(question)
    assert said.responses == [response]
    assert said.report["outcome"] == "not_found"


@pytest.mark.parametrize(
    ("name", "response", "outcome"),
    [("html500", "utter_look_up_unreachable", "unavailable"), ("truncated", "utter_look_up_bad_data", "bad_data")],
)
def test_a_broken_server_is_never_told_as_a_number(talk: Talk, sandbox: str, name: str, response: str, outcome: str) -> None:
    with fault(sandbox, "arcgis", name):
        said = talk.ask("how many trees are there")
    assert said.responses == [response]
    assert said.report["outcome"] == outcome


def test_without_a_record_of_the_conversation_there_is_no_chart_and_the_answer_stands(sandbox: str, record: None) -> None:
    said = Talk(sandbox, channel="webchat").ask("trees by condition")
    assert said.text().startswith("Tree inventory by condition:")
    assert part(said, "picture") is None


def test_where_no_data_are_offered_the_article_says_where_they_are(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OpenData, "offered", False)
    (message,) = talk.ask("how many trees are there").messages
    article = knowledge().article("open_data")
    assert article is not None
    assert message["custom"]["text"] == article.answer["en"]
    assert message["custom"]["source"]["url"] == article.source.url


def test_inside_another_form_a_whole_question_is_answered(talk: Talk) -> None:
    given: Dict[str, Optional[str]] = {"look_up": "open_data"}
    said = run(ActionLookUp(talk.kinds), tracker("how many trees are there", "look_up", entities=given, loop="report_form"))
    assert said.text() == "The data list 22,000 trees."


def taps_after(talk: Talk, written: str) -> str:
    """What is read when a message was met with choices, and the offer of a number is tapped."""
    talk.form.said_before.append(written)
    title = {"en": "Ask for a number", "fr": "Demander un chiffre"}[talk.language]
    return talk.form.say(title, "look_up", tapped=True, look_up="open_data").text(talk.language)


def test_a_tapped_offer_answers_the_words_before_it_and_never_the_old_question(talk: Talk, french: Talk) -> None:
    talk.reads("how many dead trees in ward 3")
    assert "ward 8" in taps_after(talk, "how about ward 8")
    assert "building permits" in taps_after(talk, "number of building permits issued in 2023")
    french.reads("combien d'arbres dans le quartier 2")
    assert "quartier 9" in taps_after(french, "et le quartier 9")


def test_a_tapped_offer_without_a_question_asks_for_one(talk: Talk) -> None:
    talk.reads("how many dead trees in ward 3")
    assert "The data list" not in taps_after(talk, "good grief")
    assert talk.form.open


def test_a_street_is_counted_as_the_layer_writes_it(talk: Talk, french: Talk) -> None:
    by_street = talk.reads("trees by street")
    said = talk.reads("how many trees along courtland ave")
    street = said[said.index("(") + 1 : said.index(")")]
    assert "Courtland" in street
    assert f"{street}: {said.split()[3]}" in by_street or street not in by_street
    assert "Courtland" in talk.reads("number of trees on cortland avenue")
    assert "Courtland" in french.reads("combien d'arbres sur la rue Courtland")


def test_a_street_that_the_layer_has_not_is_said_so_and_the_rest_is_offered(talk: Talk) -> None:
    said = talk.ask("water main breaks on nonesuch crescent in 2022")
    assert "Nonesuch Cres" in said.text()
    assert "list nothing on this street" in said.text()
    assert said.choices == ["Number of water main breaks (2022)"]


def test_my_street_is_asked_for_and_is_no_circle(talk: Talk) -> None:
    asked = talk.ask("how many trees are in my street")
    assert asked.responses == ["utter_ask_open_data_street"]
    said = talk.form.say("courtland").text()
    assert "Courtland" in said
    assert "within" not in said


def test_data_without_streets_say_that_one_street_cannot_be_picked_out(talk: Talk) -> None:
    assert "do not let me pick out one street" in talk.reads("collisions on my street")
    assert "do not let me pick out one street" in talk.reads("how many crashes on courtland ave")
