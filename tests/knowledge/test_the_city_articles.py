"""The articles residents really get: complete in both languages, sourced, and careful with numbers."""

from __future__ import annotations

import re

import pytest
import yaml

from bot.city import city
from bot.knowledge.check import problems
from bot.knowledge.store import knowledge, knowledge_folder
from bot.settings import ROOT

ARTICLES = knowledge().articles
PHONE = re.compile(r"(?:\b1-)?\b\d{3}-\d{3}-\d{4}\b|\b9-?1-?1\b|\b9-8-8\b")
# The city's list of numbers that may be told where there is danger to life.
SAFETY_NUMBERS = {"911", "9-8-8", "1-844-764-7669", "519-742-5894"}
NEEDS = """
    garbage_missed garbage_carts collection_calendar recycling_missed bulky_items yard_waste drop_off tax_pay tax_instalments
    tax_preauthorized ebilling utility_bill_pay utility_bill_high water_leak gas_smell electricity winter_parking street_parking
    parking_ticket_pay parking_ticket_dispute noise sidewalk_snow backyard_fire dog_licence building_permit leisure_access
    marriage_licence council_speak transit contact_city find_councillor
    assistant_privacy who_does_what foi_request shelter mental_health newcomers free_computers not_online open_data community_211
    permit_needed pools library jobs snow_event_parking pothole_repair elections eviction_rent hazardous_waste power_outage
"""

each_article = pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.id)


def texts(article, language):
    return f"{article.answer[language]} {article.sms[language]}"


def test_every_article_can_be_used():
    assert [str(problem) for problem in problems(knowledge_folder()) if not problem.warning] == []


def test_a_resident_finds_a_door_for_most_needs():
    assert len(ARTICLES) >= 180


def test_the_commonest_needs_have_an_article():
    assert set(NEEDS.split()) <= {article.id for article in ARTICLES}


@each_article
def test_both_languages_give_the_same_numbers_to_call(article):
    english, french = (sorted(PHONE.findall(article.answer[language])) for language in ("en", "fr"))

    assert english == french
    for language in ("en", "fr"):
        assert set(PHONE.findall(article.sms[language])) <= set(english), "a number only in the short text is a slip"


@each_article
def test_the_text_message_names_its_source(article):
    assert "Source: " in article.sms["en"]
    assert "Source : " in article.sms["fr"]


@each_article
def test_french_is_french_and_english_is_english(article):
    both = set(article.questions["en"]) & set(article.questions["fr"])
    assert all(len(question.split()) <= 3 for question in both), "only a name is the same in both"
    assert len(both) <= 1
    assert re.search(r"\b(la|le|les|une?|des|du|au)\b", article.answer["fr"])
    assert re.search(r"\b(the|a|is|are|you)\b", article.answer["en"])


@each_article
def test_residents_ask_in_many_ways(article):
    for questions in article.questions.values():
        assert len(questions) >= 20
        lengths = [len(question.split()) for question in questions]
        assert min(lengths) <= 3, "a short one"
        assert max(lengths) >= 9, "a long one"


@each_article
def test_no_fee_is_told_from_memory(article):
    told = re.findall(r"\$\s?\d+|\d+\s?\$", " ".join(texts(article, language) for language in ("en", "fr")))

    assert told == [] or (article.id in ("leisure_access", "neighbourhood_grants") and "In 2024" in article.answer["en"])  # with its year


def test_a_danger_to_life_is_answered_with_911_and_no_number_but_the_safe_ones():
    dangers = [article for article in ARTICLES if article.risk == "safety"]

    assert dangers
    for article in dangers:
        for language in ("en", "fr"):
            numbers = set(PHONE.findall(texts(article, language)))
            assert "911" in numbers
            assert numbers <= SAFETY_NUMBERS


def test_names_of_elected_people_are_not_told():
    article = knowledge().article("find_councillor")

    assert article.source.url in {"https://www.kitchener.ca/council-and-city-administration/mayor-and-council/"}
    assert "do not give names" in article.answer["en"]


def test_every_owner_can_be_reached():
    for article in ARTICLES:
        body = city().bodies[article.owner]
        assert body.phone or body.url


def test_every_task_offered_is_an_intent_of_the_domain():
    with (ROOT / "domain.yml").open(encoding="utf-8") as file:
        intents = {next(iter(row)) if isinstance(row, dict) else row for row in yaml.safe_load(file)["intents"]}
    offered = {article.offer.intent for article in ARTICLES if article.offer}

    assert offered
    assert offered <= intents
