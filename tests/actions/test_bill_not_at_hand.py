"""What residents read who do not have the number that a look-up asks for, whose number came first, or who ask for somebody else's bill."""

from __future__ import annotations

from typing import Optional

import pytest

from actions.bill_phrases import names_kind_only, not_at_hand, of_another, wrong_length
from actions.bill_words import service_named, ticket_in
from tests.actions.bills import CURRENT, PAST_DUE, POSTAL, Talk

pytestmark = pytest.mark.usefixtures("untried")
SENT = "If these details match"


@pytest.mark.parametrize("intent", ["inform", "forget_this", "nlu_fallback"])
@pytest.mark.parametrize("said", ["I misplaced my bill", "dont know my number", "where would I find the account number"])
def test_who_has_no_number_reads_where_it_stands_whom_to_call_and_how_to_stop(talk: Talk, said: str, intent: str) -> None:
    talk.asks("balance", "what is owing for water")
    told = talk.says(said, intent)
    assert "printed on every utility bill" in told
    assert "519-741-2450" in told
    assert "ebilling" in told
    assert talk.said is not None
    assert talk.said.choices == ["Leave this"]
    assert talk.says(f"ok found it: {CURRENT} {POSTAL[CURRENT]}").startswith(SENT)


def test_the_same_of_a_roll_number_in_french(bank: str) -> None:
    talk = Talk(bank, "webchat", "fr")
    talk.asks("balance", "combien pour ma taxe foncière")
    told = talk.says("j'ai égaré mon compte de taxes", "forget_this")
    assert "Le numéro de rôle a 19 chiffres" in told
    assert "519-741-2450" in told


def test_whatever_is_not_understood_twice_reads_it_too(talk: Talk) -> None:
    talk.asks("balance", "what is owing for gas")
    assert talk.says("the blue one").startswith("I did not find an account number")
    assert "printed on every utility bill" in talk.says("hmm the big one")


def test_before_a_kind_is_named_they_read_it_with_the_kinds(talk: Talk) -> None:
    talk.asks("balance", "how much do i owe")
    told = talk.says("I threw out the paper")
    assert "the number printed on it" in told
    assert talk.said is not None
    assert talk.said.choices == ["Utility bill", "Property tax", "Leave this"]
    assert "account number has nine digits" in talk.says("can't find the water bill")


def test_who_has_no_ticket_at_hand_reads_whom_to_call(talk: Talk) -> None:
    talk.asks("parking_ticket", "how much is my parking ticket")
    told = talk.says("I lost the ticket")
    assert "I cannot look it up: call 519-741-2345" in told
    talk.asks("parking_ticket", "how much is my parking ticket")
    talk.says("blue car")
    assert "I cannot look it up" in talk.says("on queen street")


def test_a_code_that_is_not_at_hand_has_a_way_out(talk: Talk) -> None:
    talk.asks("balance", "what is owing for gas")
    talk.says(f"{CURRENT} {POSTAL[CURRENT]}")
    told = talk.says("I dont have that email any more")
    assert "519-741-2450" in told
    assert talk.said is not None
    assert talk.said.choices[-1] == "Leave this"


@pytest.mark.parametrize(
    "leads", ["wait, do I need to be home", "forget it, how can I get another copy", "laisse faire, comment avoir une copie"]
)
def test_a_question_behind_a_lead_in_leaves_the_form(talk: Talk, leads: str) -> None:
    talk.asks("balance", "what is owing for gas")
    talk.form.say(leads, "article", article="tax_bill_missing")
    assert talk.form.rejected


@pytest.mark.parametrize("said", ["gas", "for the water please", "c'est pour le gaz"])
def test_a_kind_alone_answers_which_bill_it_is_even_where_it_may_be_taken_for_danger(talk: Talk, said: str) -> None:
    talk.asks("balance", "how much do i owe")
    assert "account number" in talk.says(said, "article")


def test_gas_that_smells_is_no_answer(talk: Talk) -> None:
    talk.asks("balance", "how much do i owe")
    talk.form.say("gas odour", "article", article="gas_smell")
    assert talk.form.rejected


@pytest.mark.parametrize(
    "text", [f"acct {PAST_DUE} N2H5A1 what do i owe", "what do i owe, 210 000 025 n2h 5a1", "3012010002000250000 N2H5A1 amount please"]
)
def test_a_number_that_comes_with_the_question_says_which_bill_it_is(talk: Talk, text: str) -> None:
    assert talk.asks("balance", text).startswith(SENT)


def test_a_postal_code_is_kept_while_the_kind_is_asked_for(talk: Talk) -> None:
    talk.asks("balance", "how much do i owe at N2H 5A1")
    talk.says("utility")
    assert talk.says(PAST_DUE).startswith(SENT)


def test_a_number_answers_which_bill_it_is(talk: Talk) -> None:
    talk.asks("balance", "how much do i owe")
    assert talk.says(f"{PAST_DUE}") == "Thanks. And the postal code on the bill?"


def test_a_number_that_led_to_a_tapped_offer_is_not_asked_for_again(talk: Talk) -> None:
    talk.form.said_before = [f"{PAST_DUE} n2h5a1"]
    assert talk.asks_by_tapping("balance").startswith(SENT)


@pytest.mark.parametrize("text", ["my account is 3102249", "compte 31022490712"])
def test_a_number_of_another_length_is_told_how_many_digits_there_are(talk: Talk, text: str) -> None:
    told = talk.asks("balance", text)
    assert "nine digits" in told
    assert ticket_in(text) is None
    assert wrong_length(text)


@pytest.mark.parametrize(
    "text",
    [
        "how come my gas bill jumped from 98.20 to 187.65",
        "my water bill was $164.90, that is a lot",
        "ma facture est de 164,90 $, pourquoi",
        "can you check my bill, phone me at 519-555-0142",
        "ma facture, rappelez au 519 555 0142",
        "the bill from 2025-10-31 looks wrong",
        "facture du 31/10/2025",
        "my bill for 12040 king st e",
        "property tax for 2025 and 2026",
    ],
)
def test_amounts_days_phone_numbers_and_addresses_are_no_try_at_an_account_number(text: str) -> None:
    assert not wrong_length(text)


@pytest.mark.parametrize("text", ["my parking bill number is 8104477", "le numéro de ma facture de stationnement : 8104477"])
def test_a_ticket_may_be_called_a_bill(text: str) -> None:
    assert ticket_in(text) == "8104477"


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("what does the water heater cost me", "water_heater"),
        ("combien coûte mon chauffe-eau", "water_heater"),
        ("the storm water charge", "stormwater"),
        ("les eaux pluviales", "stormwater"),
        ("how much for water", "water"),
        ("water and the water heater", None),
    ],
)
def test_the_longest_name_says_which_service_it_is(text: str, service: Optional[str]) -> None:
    assert service_named(text) == service


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("what is my landlord's tax balance", "en", "I show an account only to its holder"),
        ("does the tenant owe for water, he moved out", "en", "call 519-741-2450"),
        ("combien ma cousine doit pour le gaz", "fr", "Je montre un compte seulement à son titulaire"),
        ("le solde du compte de mon père", "fr", "appelez le 519-741-2450"),
    ],
)
def test_somebody_else_s_account_opens_no_form(bank: str, text: str, language: str, told: str) -> None:
    talk = Talk(bank, "webchat", language)
    assert told in talk.asks("balance", text)
    assert talk.form.slots.get("requested_slot") is None
    assert talk.said is not None
    assert talk.said.choices == [{"en": "It is my account", "fr": "C'est mon compte"}[language]]


@pytest.mark.parametrize(
    ("text", "another"),
    [
        ("my neighbour pays half, why is mine so high", False),
        ("my wife sent the gas payment on friday, is it there", False),
        ("what do we owe, my sister usually looks", False),
        ("mon mari a payé l'eau hier, est-ce rentré", False),
        ("la facture de gaz, elle doit être payée quand", False),
        ("il doit y avoir un crédit, regardez", False),
        ("do they owe us something for gas", False),
        ("the old tenant's gas bill came to me", False),
        ("la facture d'eau de l'ancien propriétaire arrive chez moi", False),
        ("my aunt's gas bill", True),
        ("how much does my roommate owe for water", True),
        ("la facture de gaz de mes voisins", True),
    ],
)
def test_others_are_told_from_those_who_only_pay(text: str, another: bool) -> None:
    assert of_another(text) == another


@pytest.mark.parametrize(
    ("text", "lacks"),
    [("je ne trouve plus ma facture", True), ("c'est où ce numéro", True), ("n2g 4g7", False), ("where do I send the cheque", False)],
)
def test_what_is_not_at_hand_is_told_from_answers(text: str, lacks: bool) -> None:
    assert not_at_hand(text) == lacks


@pytest.mark.parametrize(("text", "alone"), [("Gas.", True), ("celle de l'eau svp", True), ("no water at home", False), ("", False)])
def test_a_kind_alone_has_nothing_beside_it(text: str, alone: bool) -> None:
    assert names_kind_only(text) is alone


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("can't remember the number of my account", "en", "the number printed on it"),
        ("j'ai égaré mon numéro de compte d'eau", "fr", "imprimé sur chaque facture de services publics"),
    ],
)
def test_who_begins_without_the_number_reads_at_once_where_it_stands(bank: str, text: str, language: str, told: str) -> None:
    assert told in Talk(bank, "webchat", language).asks("balance", text)
