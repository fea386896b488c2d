"""What the sandbox's billing gateway says of an account: balance, bills, usage, e-billing, links."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Dict, Iterator, List

import pytest
import requests
from defusedxml import ElementTree

from bot.city import city as profile
from bot.sandbox.seeds import seed
from tests.running import sandbox_server
from tests.sandbox.billing import (
    CLOSED,
    CREDIT,
    CURRENT,
    LIKE_A_SIN,
    PAST_DUE,
    TIMEOUT_S,
    conversation,
    get,
    log_in,
    outbox,
    post,
    start,
)

DUE, TAX_PAST_DUE, ON_PLAN = "3012010001000010000", "3012010002000250000", "3012010003000330000"
ACCOUNTS = (CURRENT, PAST_DUE, CREDIT, CLOSED, LIKE_A_SIN, DUE, TAX_PAST_DUE, ON_PLAN)
ATOM, ESPI = "{http://www.w3.org/2005/Atom}", "{http://naesb.org/espi}"


@pytest.fixture(scope="module")
def city() -> Iterator[str]:
    with sandbox_server() as base_url:
        yield base_url


@pytest.fixture(scope="module")
def tokens(city: str) -> Dict[str, str]:
    return {account: log_in(city, account) for account in ACCOUNTS}


def today() -> date:
    return datetime.now(profile().timezone).date()


def bills(city: str, token: str, limit: int = 60) -> List[Dict[str, Any]]:
    return get(city, "account/bills", token, limit=str(limit)).json()["bills"]


@pytest.mark.parametrize(
    ("account", "status", "due_in_days", "is_past_due"),
    [
        (CURRENT, "current", 9, False),
        (PAST_DUE, "past_due", -8, True),
        (CREDIT, "credit", None, False),
        (CLOSED, "closed", None, False),
        (DUE, "due", 20, False),
        (TAX_PAST_DUE, "past_due", -30, True),
        (ON_PLAN, "on_plan", 11, False),
    ],
)
def test_each_account_is_what_its_row_says(
    city: str, tokens: Dict[str, str], account: str, status: str, due_in_days: Any, is_past_due: bool
) -> None:
    shape = get(city, "account/balance", tokens[account]).json()
    assert shape["status"] == status
    due = shape["due_date"] and (date.fromisoformat(shape["due_date"]) - today()).days
    assert due == due_in_days
    assert bool(shape["past_due"]) == is_past_due
    assert shape["account_ref"] == f"*****{(account if len(account) == 9 else account[:15])[-4:]}"
    assert datetime.fromisoformat(shape["as_of"]).utcoffset() is not None


def test_what_is_owed_comes_from_the_bills(city: str, tokens: Dict[str, str]) -> None:
    owed = {account: get(city, "account/balance", tokens[account]).json() for account in ACCOUNTS}
    newest = {account: bills(city, tokens[account], 1)[0] for account in ACCOUNTS}
    assert owed[CURRENT]["balance"] == newest[CURRENT]["amount"] == owed[CURRENT]["last_bill"]["amount"]
    cents = newest[PAST_DUE]["amount"]["amount_cents"]
    late = int((cents * Decimal("0.02")).quantize(Decimal(1), ROUND_HALF_UP))
    assert owed[PAST_DUE]["balance"] == owed[PAST_DUE]["past_due"] == {"amount_cents": cents + late, "currency": "CAD"}
    assert owed[CREDIT]["balance"]["amount_cents"] < 0
    assert owed[CLOSED]["balance"]["amount_cents"] == 0
    coming = owed[DUE]["instalments"]
    assert len(coming) == 2
    assert sum(row["amount"]["amount_cents"] for row in coming) == owed[DUE]["balance"]["amount_cents"]
    assert owed[DUE]["due_date"] == coming[0]["due_date"]
    assert owed[ON_PLAN]["preauthorized"] == "active"
    assert owed[TAX_PAST_DUE]["preauthorized"] == "none"


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_bill_adds_up_and_follows_the_one_before(city: str, tokens: Dict[str, str], account: str) -> None:
    found = bills(city, tokens[account])
    assert len(found) >= (7 if len(account) > 9 else 14)
    for bill in found:
        assert bill["amount"]["amount_cents"] == sum(row["amount"]["amount_cents"] for row in bill["services"]) > 0
        assert date.fromisoformat(bill["period_start"]) < date.fromisoformat(bill["period_end"])
        for row in bill["services"]:
            if row["usage"]:
                exact = Decimal(row["usage"]["value"]) * Decimal(row["rate"]["value"]) * 100
                assert abs(exact - row["amount"]["amount_cents"]) <= Decimal("0.5")
    if len(account) == 9:
        for newer, older in zip(found, found[1:], strict=False):
            assert date.fromisoformat(newer["period_start"]) == date.fromisoformat(older["period_end"]) + timedelta(days=1)
            assert 27 <= (date.fromisoformat(newer["period_end"]) - date.fromisoformat(older["period_end"])).days <= 34
        services = {row["service"] for row in found[0]["services"]}
        assert services == {"gas", "water", "sewer", "stormwater", "water_heater"}


def use(bill: Dict[str, Any], service: str, part: str = "usage") -> Decimal:
    return next(Decimal(row[part]["value"]) for row in bill["services"] if row["service"] == service)


def test_the_last_bills_that_are_high_are_high_for_their_reason(city: str, tokens: Dict[str, str]) -> None:
    toilet, cold = bills(city, tokens[CURRENT]), bills(city, tokens[CREDIT])
    assert len(toilet) == 26
    assert all(use(toilet[0], "water") > 2 * use(toilet[at], "water") for at in (1, 12))
    assert use(toilet[0], "gas") < 2 * use(toilet[12], "gas")
    assert all(use(cold[0], "gas") > Decimal("1.5") * use(cold[at], "gas") for at in (1, 12))
    assert use(cold[0], "gas", "rate") > use(cold[1], "gas", "rate")
    assert use(cold[0], "water") < 2 * use(cold[1], "water")


def test_so_many_bills_as_asked_for_newest_first(city: str, tokens: Dict[str, str]) -> None:
    assert len(bills(city, tokens[CURRENT], 3)) == 3
    assert len(get(city, "account/bills", tokens[CURRENT]).json()["bills"]) == 14
    issued = [bill["issued_on"] for bill in bills(city, tokens[CURRENT])]
    assert issued == sorted(issued, reverse=True)
    for limit in ("0", "61", "x", "-1", "1.5", "²"):
        assert get(city, "account/bills", tokens[CURRENT], limit=limit).status_code == 400


def test_green_button_says_what_the_bills_say(city: str, tokens: Dict[str, str]) -> None:
    answer = get(city, "account/usage", tokens[CURRENT])
    assert answer.headers["Content-Type"] == "application/atom+xml"
    assert CURRENT not in answer.text
    feed = ElementTree.fromstring(answer.content)
    read: Dict[str, List[tuple[str, str, int, Decimal]]] = {"7": [], "9": []}
    for summary in feed.iter(f"{ESPI}UsageSummary"):
        assert [child.tag.removeprefix(ESPI) for child in summary] == [
            "billingPeriod",
            "billLastPeriod",
            "billToDate",
            "currency",
            "overallConsumptionLastPeriod",
            "statusTimeStamp",
            "commodity",
        ]
        start_s = int(summary.findtext(f"{ESPI}billingPeriod/{ESPI}start"))
        end_s = start_s + int(summary.findtext(f"{ESPI}billingPeriod/{ESPI}duration"))
        begin, end = (datetime.fromtimestamp(at, profile().timezone) for at in (start_s, end_s))
        assert (begin.hour, end.hour) == (0, 0)
        consumption = summary.find(f"{ESPI}overallConsumptionLastPeriod")
        power = int(consumption.findtext(f"{ESPI}powerOfTenMultiplier"))
        used = Decimal(consumption.findtext(f"{ESPI}value")).scaleb(power)
        assert (consumption.findtext(f"{ESPI}uom"), summary.findtext(f"{ESPI}currency")) == ("42", "124")
        money = Decimal(summary.findtext(f"{ESPI}billLastPeriod")) / 100_000
        row = (begin.date().isoformat(), (end.date() - timedelta(days=1)).isoformat(), int(money * 100), used)
        read[summary.findtext(f"{ESPI}commodity")].append(row)
    for commodity, service in (("7", "gas"), ("9", "water")):
        told = [
            (bill["period_start"], bill["period_end"], row["amount"]["amount_cents"], Decimal(row["usage"]["value"]))
            for bill in bills(city, tokens[CURRENT])
            for row in bill["services"]
            if row["service"] == service
        ]
        assert sorted(read[commodity]) == sorted(told)
        assert len(told) == 26


def test_property_tax_has_no_usage(city: str, tokens: Dict[str, str]) -> None:
    answer = get(city, "account/usage", tokens[DUE])
    assert (answer.status_code, answer.json()["code"]) == (404, "not_supported")


def test_a_roll_number_is_known_without_its_last_zeros_and_with_dots(city: str) -> None:
    before = len(outbox(city))
    who = conversation()
    assert start(city, "301-201-000-300-033", who, kind="property_tax", postal_code="n2m1p4").status_code == 202
    assert [letter["account_ref"] for letter in outbox(city)[before:]] == ["*****0033"]


def test_paper_stops_only_when_the_link_is_confirmed_and_the_link_works_once(city: str, tokens: Dict[str, str]) -> None:
    token = tokens[CURRENT]
    asked = post(city, "account/ebilling", {"action": "enrol", "locale": "fr"}, token)
    assert (asked.status_code, asked.json()["sent_to"]) == (202, "email")
    letter = outbox(city)[-1]
    assert (letter["about"], letter["account_ref"]) == ("ebilling", "*****0017")
    assert letter["url"] in letter["text"]
    assert CURRENT not in letter["url"]
    page = requests.get(letter["url"], timeout=TIMEOUT_S)
    assert 'lang="fr"' in page.text
    assert "Données d'exemple" in page.text.replace("&#x27;", "'")
    assert get(city, "account/balance", token).json()["ebilling"] == "not_enrolled"
    assert requests.post(letter["url"], timeout=TIMEOUT_S).status_code == 200
    assert get(city, "account/balance", token).json()["ebilling"] == "enrolled"
    for again in (requests.get, requests.post):
        assert again(letter["url"], timeout=TIMEOUT_S).status_code == 410
    refused = post(city, "account/ebilling", {"action": "enrol", "locale": "en"}, token)
    assert (refused.status_code, refused.json()["code"]) == (409, "already_done")
    assert post(city, "account/ebilling", {"action": "leave", "locale": "en"}, token).status_code == 202
    requests.post(outbox(city)[-1]["url"], timeout=TIMEOUT_S)
    assert get(city, "account/balance", token).json()["ebilling"] == "not_enrolled"


def test_a_newer_link_voids_the_older_and_there_are_three_an_hour(city: str, tokens: Dict[str, str]) -> None:
    token = tokens[PAST_DUE]
    for _ in range(3):
        assert post(city, "account/ebilling", {"action": "enrol", "locale": "en"}, token).json()["sent_to"] == "sms"
    older, newer = [letter["url"] for letter in outbox(city)[-2:]]
    assert post(city, "account/ebilling", {"action": "enrol", "locale": "en"}, token).status_code == 429
    assert requests.get(older, timeout=TIMEOUT_S).status_code == 410
    assert requests.get(newer, timeout=TIMEOUT_S).status_code == 200


@pytest.mark.parametrize("purpose", ["pay", "change_details", "arrangements"])
def test_a_link_to_the_citys_page_opens_and_names_no_account(city: str, tokens: Dict[str, str], purpose: str) -> None:
    made = post(city, "account/links", {"purpose": purpose, "locale": "en"}, tokens[CURRENT])
    assert made.status_code == 201
    left = datetime.fromisoformat(made.json()["expires_at"]) - datetime.now(profile().timezone)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)
    page = requests.get(made.json()["url"], timeout=TIMEOUT_S)
    assert "Sample data" in page.text
    assert CURRENT not in made.json()["url"] + page.text
    assert requests.post(made.json()["url"].replace("/page/", "/confirm/"), timeout=TIMEOUT_S).status_code == 410


@pytest.mark.parametrize(("language", "title"), [("en", "Pretend mailbox"), ("fr", "Boîte aux lettres fictive")])
def test_a_newcomer_reads_the_code_in_the_browser(city: str, tokens: Dict[str, str], language: str, title: str) -> None:
    page = requests.get(f"{city}/billing/_sandbox/mailbox", {"lang": language}, timeout=TIMEOUT_S)
    assert f'<html lang="{language}">' in page.text
    assert title in page.text
    assert outbox(city)[-1]["account_ref"] in page.text
    assert next(letter["code"] for letter in outbox(city) if letter["about"] == "code") in page.text


def test_every_word_of_the_pages_and_letters_is_there_in_both_languages_and_marked_as_sample() -> None:
    told = seed("billing")
    assert all(set(text) == {"en", "fr"} for part in ("mail", "pages") for text in told[part].values())
    assert all("Sample data" in text["en"] and "Données d'exemple" in text["fr"] for text in told["mail"].values())
