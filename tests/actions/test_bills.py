"""What residents read who ask for their own bill."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import Optional

import pytest
import requests

from actions import bill_access
from actions.bill_sessions import ActionForgetThis, ActionLogOut
from actions.bill_words import ebilling_wish, plate_in, ticket_in
from bot.city import city
from tests.actions.bills import CLOSED, CREDIT, CURRENT, DOWN, LIMIT_S, PAST_DUE, POSTAL, Talk
from tests.running import fault

BILLING = city().backends["billing"]
pytestmark = pytest.mark.usefixtures("untried")


def test_what_is_owed_is_told_after_the_code_and_to_nobody_before(talk: Talk) -> None:
    asked = talk.asks("balance", "how much do i owe on my water bill")
    assert "account number and the postal code" in asked
    assert "“log out”" in asked
    sent = talk.says(f"{CURRENT} {POSTAL[CURRENT]}")
    assert sent.startswith("If these details match our records, a code of 6 digits is on its way")
    told = talk.says(talk.code())
    assert re.match(r"Utility bill, account \*{5}0017: \$[0-9,]+\.[0-9]{2} to pay\.", told)
    assert "Due: " in told
    assert "As of " in told
    assert CURRENT not in told
    assert talk.part["link"]["title"] == "Pay on the city's page"
    assert CURRENT not in talk.part["link"]["url"]


def test_the_same_in_french(bank: str) -> None:
    talk = Talk(bank, "webchat", "fr")
    assert "numéro de compte et le code postal" in talk.asks("balance", "combien je dois pour l'eau")
    assert talk.says(f"mon compte est {CREDIT}, {POSTAL[CREDIT]}").startswith("Si ces renseignements concordent")
    assert re.match(r"Services publics, compte \*{5}0033 : vous avez un crédit de [0-9\s]+,[0-9]{2}\s\$\.", talk.says(talk.code()))


def test_number_and_postal_code_may_come_one_after_the_other(talk: Talk) -> None:
    talk.asks("balance", "what do I owe for gas")
    assert talk.says("210 000 017") == "Thanks. And the postal code on the bill?"
    assert talk.says("n2g4g7").startswith("If these details match")


def test_an_account_nobody_has_is_told_in_the_same_words(talk: Talk) -> None:
    talk.asks("balance", "water bill please")
    real = talk.says(f"{CURRENT} {POSTAL[CURRENT]}")
    talk.asks("balance", "water bill please")
    assert talk.says("219999999 N2G 4G7") == real
    talk.asks("balance", "water bill please")
    assert talk.says(f"{CURRENT} N2H 5A1") == real


def test_a_wrong_code_says_how_many_tries_are_left_and_the_last_one_ends_it(talk: Talk) -> None:
    talk.asks("balance", "water bill please")
    talk.says(f"{CURRENT} {POSTAL[CURRENT]}")
    right = talk.code()
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    lefts = [re.search(r"Tries left: (\d)", talk.says(wrong)) for _ in range(4)]
    assert [found and found[1] for found in lefts] == ["4", "3", "2", "1"]
    assert talk.says(wrong).startswith("There were too many tries")
    talk.asks("balance", "water bill please")
    assert "account number" in talk.said.text() if talk.said else False
    assert talk.says(right) != "Utility bill"


def test_what_is_open_is_told_without_another_check_until_they_log_out(talk: Talk) -> None:
    talk.opens("balance", CURRENT, POSTAL[CURRENT])
    assert talk.asks("balance", "and what do i owe now").startswith("Utility bill")
    assert talk.does(ActionLogOut(talk.billing), "log out").startswith("Done.")
    assert "account number" in talk.asks("balance", "what do i owe for water")
    assert talk.does(ActionLogOut(talk.billing), "log out").startswith("No account is open")


@pytest.mark.parametrize("cut_off", ["before it was written down", "behind it"])
def test_a_code_whose_turn_was_cut_off_and_comes_again_opens_the_account(talk: Talk, monkeypatch: pytest.MonkeyPatch, cut_off: str) -> None:
    talk.asks("balance", "water bill please")
    talk.says(f"{CURRENT} {POSTAL[CURRENT]}")
    asked, code, turn = dict(talk.form.slots), talk.code(), uuid.uuid4().hex
    with monkeypatch.context() as dying:
        if cut_off != "behind it":
            dying.setattr(bill_access.bill_access, "grant", lambda *_, **__: 1 / 0)
        talk.form.say(code, turn_id=turn)
    talk.form.slots = dict(asked)  # the tracker was not saved
    talk.form.open = True
    assert talk.form.say(code, turn_id=turn).text().startswith("Utility bill, account")


def test_another_conversation_sees_nothing(talk: Talk, bank: str) -> None:
    talk.opens("balance", CURRENT, POSTAL[CURRENT])
    assert "account number" in Talk(bank, "webchat").asks("balance", "what do i owe for water")


def test_past_due_closed_and_unreachable_accounts_are_told_as_they_are(bank: str) -> None:
    assert " is past due." in Talk(bank, "webchat").opens("balance", PAST_DUE, POSTAL[PAST_DUE])
    assert "this account is closed" in Talk(bank, "webchat").opens("balance", CLOSED, POSTAL[CLOSED])
    assert Talk(bank, "webchat").opens("balance", DOWN, POSTAL[DOWN]).startswith("I cannot reach the system")


def test_property_tax_has_its_instalments(talk: Talk) -> None:
    asked = talk.asks("balance", "when is my next property tax instalment")
    assert "roll number" in asked
    talk.says("3012 010 001 00001 0000, N2G 4G7")
    told = talk.says(talk.code())
    assert told.startswith("Property tax, account ")
    assert len(re.findall(r"^Instalment \w+", told, re.MULTILINE)) == 2


def test_when_no_bill_is_named_they_choose(talk: Talk) -> None:
    talk.asks("balance", "how much do i owe")
    assert talk.said is not None
    assert talk.said.choices == ["Utility bill", "Property tax"]
    assert "roll number" in talk.says("property tax")


def test_a_high_bill_is_explained_with_what_to_check_and_a_chart(talk: Talk) -> None:
    told = talk.opens("high_bill", CURRENT, POSTAL[CURRENT])
    assert re.match(r"Your last bill was \$[0-9.,]+ for \d+ days\.", told)
    assert re.search(r"The bill before: \$[0-9.,]+ for \d+ days", told)
    assert re.search(r"You used more water a day than [^:]+: [0-9.]+ m3, up \d+ %\.", told)
    assert "running toilet" in told
    assert talk.part["picture"]["alt"].startswith("Bar chart. Use by bill: water.")


def test_a_new_price_is_a_reason(talk: Talk) -> None:
    told = talk.opens("high_bill", CREDIT, POSTAL[CREDIT])
    assert re.search(r"The price of gas is \d+ % higher than ", told)
    assert "running toilet" not in told


def test_a_text_message_has_no_chart(bank: str) -> None:
    texting = Talk(bank, "sms")
    texting.opens("high_bill", CURRENT, POSTAL[CURRENT])
    assert "picture" not in texting.part


def test_signing_up_for_ebilling_ends_with_a_link_to_the_contact_on_file(talk: Talk, bank: str) -> None:
    told = talk.opens("ebilling", CURRENT, POSTAL[CURRENT])
    assert told.startswith("This account gets paper bills.")
    assert talk.asks("ebilling", "", answer="enrol utility").startswith("Almost done: a link went to the email on file.")
    assert talk.asks("ebilling", "am i on ebilling").startswith("This account gets paper bills.")
    mail = [one for one in requests.get(f"{bank}/billing/_sandbox/outbox", timeout=LIMIT_S).json() if one["about"] == "ebilling"][-1]
    assert requests.post(mail["url"], timeout=LIMIT_S).status_code == 200
    assert talk.asks("ebilling", "am i on ebilling").startswith("This account has e-billing")
    assert talk.asks("ebilling", "", answer="enrol utility").startswith("This account has e-billing already.")


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("stop sending me paper bills", "enrol"),
        ("I don't want paper bills any more", "enrol"),
        ("switch from paper to e-billing", "enrol"),
        ("stop mailing me the tax bill, send it by email", "enrol"),
        ("stop paper and email me", "enrol"),
        ("unsubscribe me from paper mail", "enrol"),
        ("turn off paper bills", "enrol"),
        ("can you sign me up?", "enrol"),
        ("je ne veux plus de factures papier", "enrol"),
        ("ne m'envoyez plus rien par la poste", "enrol"),
        ("mets-moi sans papier", "enrol"),
        ("passez-moi du papier au courriel", "enrol"),
        ("envoyez-moi mes factures par courriel plutôt que par la poste", "enrol"),
        ("cancel e-billing", "leave"),
        ("I don't want e-bills", "leave"),
        ("switch from e-billing to paper", "leave"),
        ("how do i go back to paper", "leave"),
        ("mail me paper bills again", "leave"),
        ("don't stop my paper bills", "leave"),
        ("opt me out", "leave"),
        ("je ne veux plus de factures par courriel", "leave"),
        ("remettez-moi au papier", "leave"),
        ("je préfère le papier", "leave"),
        ("annuler la facturation en ligne", "leave"),
        ("is my account getting paper or email bills", None),
        ("am I signed up for ebilling?", None),
        ("who turned off my paper bills?", None),
        ("you keep sending me paper bills", None),
        ("I got a paper bill again", None),
        ("paper or email", None),
        ("I want paper and email", None),
        ("stop sending me bills", None),
        ("suis-je inscrit à la facture électronique", None),
        ("mon compte reçoit-il du papier ou des courriels", None),
        ("je reçois encore du papier", None),
    ],
)
def test_a_wish_about_ebilling_is_a_verb_with_the_side_it_is_said_of(text: str, wish: Optional[str]) -> None:
    assert ebilling_wish(text) == wish


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("stop sending me paper bills", "en", "Almost done: a link went to the phone on file. E-billing begins"),
        ("is my account getting paper or email bills", "en", "This account gets paper bills."),
        ("je ne veux plus de factures papier", "fr", "C'est presque fait"),
        ("suis-je inscrit à la facture électronique", "fr", "Ce compte reçoit des factures papier"),
    ],
)
def test_who_stops_the_paper_joins_ebilling_and_who_asks_is_told(bank: str, text: str, language: str, told: str) -> None:
    talk = Talk(bank, "webchat", language)
    talk.opens("balance", PAST_DUE, POSTAL[PAST_DUE])
    assert talk.asks("ebilling", text).startswith(told)


@pytest.mark.parametrize(
    ("text", "ticket", "plate"),
    [
        ("my ticket number is 7001234, plate ABCD 123", "7001234", "ABCD123"),
        ("c'est le 7001234", "7001234", None),
        ("constat no 7001234", "7001234", None),
        ("on 7001234", "7001234", None),
        ("my number's 7001234", "7001234", None),
        ("KW 1234567", "KW1234567", None),  # a ticket's own letters
        ("the ticket is kw-1234567", "KW1234567", None),
        ("it was 123 king st, ABCD 123", None, "ABCD123"),
        ("for 123 king st. my plate is BKXT 482", None, "BKXT482"),
        ("j'étais au 123 rue king, CKON 123", None, "CKON123"),
        ("ma plaque est ABC 123", None, "ABC123"),
        ("ma plaque est 123 ABC", None, None),  # no plate of Ontario: it is asked for again
        ("AB 12345", None, "AB12345"),
    ],
)
def test_a_ticket_s_number_and_a_plate_are_found_behind_ordinary_words(text: str, ticket: Optional[str], plate: Optional[str]) -> None:
    assert (ticket_in(text), plate_in(text)) == (ticket, plate)


def test_a_ticket_is_found_by_its_number_and_plate_only(talk: Talk) -> None:
    assert "ticket number and the licence plate" in talk.asks("parking_ticket", "how much is my parking ticket")
    assert talk.says("7001234") == "Thanks. What is the licence plate?"
    told = talk.says("abcd 123")
    assert re.match(r"Ticket \*+1234 of [^:]+: \$[0-9.]+ to pay\.", told)
    assert "You can ask for a review until " in told
    assert talk.asks("parking_ticket", "ticket 7001234 plate BKXT 482").startswith("I found no ticket")
    assert talk.asks("parking_ticket", "ticket 1111111 plate ABCD 123").startswith("I found no ticket")
    assert "is paid" in talk.asks("parking_ticket", "is ticket 7009999 plate CMRR 077 paid")


def test_a_gateway_that_fails_is_told_as_failing_and_never_as_no_account(talk: Talk, bank: str) -> None:
    with fault(bank, "billing", "html500"):
        talk.asks("balance", "water bill please")
        assert talk.says(f"{CURRENT} {POSTAL[CURRENT]}").startswith("I cannot reach the system")
    with fault(bank, "billing", "truncated"):
        talk.asks("balance", "water bill please")
        assert "gave an answer I cannot read" in talk.says(f"{CURRENT} {POSTAL[CURRENT]}")


def test_nothing_of_the_account_stays_in_the_slots(talk: Talk) -> None:
    talk.opens("balance", CURRENT, POSTAL[CURRENT])
    kept = str(talk.form.slots)
    assert CURRENT not in kept
    assert POSTAL[CURRENT].replace(" ", "") not in kept
    assert talk.code() not in kept


def test_forgetting_closes_the_account_too(talk: Talk) -> None:
    talk.opens("balance", CURRENT, POSTAL[CURRENT])
    assert talk.does(ActionForgetThis(talk.billing), "forget this").startswith("Done. What you wrote about bills")
    assert "account number" in talk.asks("balance", "what do i owe for water")


def test_turns_about_bills_are_private_and_others_are_not(talk: Talk) -> None:
    talk.asks("balance", "how much do i owe on my water bill")
    assert talk.said is not None
    assert [event["value"]["private"] for event in talk.said.events if event.get("name") == "action_report"] == [True, True]


def test_a_text_from_the_phone_on_file_needs_no_code_where_the_city_trusts_it(bank: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trusting = replace(
        city(), backends={**city().backends, "billing": replace(BILLING, options={**BILLING.options, "trust_phone_on_file": "true"})}
    )
    monkeypatch.setattr(bill_access, "city", lambda: trusting)
    owner, stranger = Talk(bank, "sms", phone="+15195550125"), Talk(bank, "sms", phone="+15195550126")
    for texting in (owner, stranger):
        texting.asks("balance", "what do i owe for water")
    assert owner.says(f"{PAST_DUE} {POSTAL[PAST_DUE]}").startswith("Utility bill, account *****0025")
    assert stranger.says(f"{PAST_DUE} {POSTAL[PAST_DUE]}").startswith("If these details match")


def test_a_city_that_trusts_no_phone_sends_a_code_to_every_one(bank: str) -> None:
    texting = Talk(bank, "sms", phone="+15195550125")
    texting.asks("balance", "what do i owe for water")
    assert texting.says(f"{PAST_DUE} {POSTAL[PAST_DUE]}").startswith("If these details match")


def test_a_new_code_comes_a_minute_later_at_the_earliest_and_other_details_may_be_given(talk: Talk) -> None:
    talk.asks("balance", "water bill please")
    talk.says(f"{CREDIT} {POSTAL[CREDIT]}")
    assert talk.says("nothing came, send it again").startswith("A new code can only be sent a minute after")
    assert talk.taps("other_account").startswith("I can show it after a quick check")
    talk.says(f"{CURRENT} {POSTAL[CURRENT]}")
    assert "account *****0017" in talk.says(talk.code())
