"""Lists saved under a name: each member of staff has their own."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from tests.console.staff import Staff
from tests.console.test_lists import found
from tests.console.visits import visit


def saved(staff: Staff, name: str, query: str) -> Any:
    return staff.browser.post("/views", {"name": name, "query": query})


def actions(page: str, what: str) -> list[str]:
    return re.findall(rf'action="(/views/\d+/{what})"', page)


def test_a_list_is_saved_opened_renamed_and_deleted(staff: Staff) -> None:
    visit("by text", channel="sms")
    visit("by web")
    assert "Nothing is saved yet." in staff.reads("/views")
    assert 'name="query" value="channel=sms"' in staff.page("/conversations?channel=sms")
    response = saved(staff, "  Text  messages ", "channel=sms")
    assert (response.status_code, response["Location"]) == (302, "/conversations?channel=sms")
    for page in (staff.page("/views"), staff.page("/")):
        address = re.findall(r'href="([^"]+)"[^>]*>Text messages<', page)[0]
        assert found(staff.page(html.unescape(address))) == ["by text"]
    assert staff.browser.post(actions(staff.page("/views"), "rename")[0], {"name": "SMS"}).status_code == 302
    assert "SMS" in staff.reads("/views")
    assert "Text messages" not in staff.reads("/views")
    assert staff.browser.post(actions(staff.page("/views"), "delete")[0]).status_code == 302
    assert "Nothing is saved yet." in staff.reads("/views")


def test_saving_under_a_name_again_replaces_the_list(staff: Staff) -> None:
    for query in ("channel=sms", "language=fr"):
        saved(staff, "Mine", query)
    page = staff.page("/views")
    assert page.count("Mine</a>") == 1
    assert "language=fr" in page
    assert "channel=sms" not in page


def test_only_what_narrows_a_list_is_saved(staff: Staff) -> None:
    saved(staff, "Mine", "channel=sms&after=2026&evil=%3Cscript%3E&outcome=nonsense&q=a%26b")
    assert '"/conversations?channel=sms"' in staff.page("/views")


def test_words_that_were_looked_for_are_not_saved_and_the_page_says_so(staff: Staff) -> None:
    note = "Words in the field Text are not saved with it"
    assert note in staff.reads("/conversations?q=Jo+Tremblay&channel=sms")
    assert "Les mots du champ Texte n'y sont pas enregistrés" in staff.reads("/conversations?channel=sms", **{"Accept-Language": "fr"})
    assert saved(staff, "Mine", "q=Jo+Tremblay&channel=sms")["Location"] == "/conversations?channel=sms"
    assert "Tremblay" not in staff.page("/views") + staff.page("/")


def test_words_in_views_from_before_are_gone(console_database: str) -> None:
    import importlib

    from django.apps import apps
    from django.contrib.auth.models import User

    from bot.console.models import SavedView

    for query in ("q=Jo+Tremblay&channel=sms", "tag=faq%3D", "q=x"):
        SavedView.objects.create(user=User.objects.get(), name=query, query=query)
    importlib.import_module("bot.console.migrations.0005_no_words_in_views").forget_words(apps, None)
    assert list(SavedView.objects.order_by("id").values_list("query", flat=True)) == ["channel=sms", "tag=faq%3D", ""]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\u202eb"])
def test_a_name_that_is_none_is_refused(staff: Staff, name: str) -> None:
    response = saved(staff, name, "channel=sms")
    assert response.status_code == 422
    assert "Give the view a name of 1 to 60 characters." in response.content.decode()
    saved(staff, "Mine", "")
    assert staff.browser.post(actions(staff.page("/views"), "rename")[0], {"name": name}).status_code == 422
    assert "Mine" in staff.reads("/views")


def test_two_views_cannot_have_one_name(staff: Staff) -> None:
    for name in ("One", "Two"):
        saved(staff, name, "")
    response = staff.browser.post(actions(staff.page("/views"), "rename")[1], {"name": "One"})
    assert response.status_code == 422
    assert "Another view has this name." in response.content.decode()
    assert "Two</a>" in staff.page("/views")


def test_names_are_text(staff: Staff) -> None:
    saved(staff, "<script>alert(1)</script>", "")
    for address in ("/views", "/"):
        page = staff.page(address)
        assert "<script>" not in page
        assert "&lt;script&gt;" in page


def test_nobody_sees_or_changes_a_view_of_somebody_else(staff: Staff) -> None:
    from django.contrib.auth.models import Group, User

    saved(staff, "Private", "q=secret")
    other = User.objects.create_user("other", password="another long secret")
    other.groups.add(Group.objects.get(name="reviewer"))
    colleague = Staff(Client(SERVER_NAME="127.0.0.1"))
    colleague.sign_in("other", "another long secret")
    assert "Private" not in colleague.reads("/views") + colleague.reads("/")
    for action in (*actions(staff.page("/views"), "rename"), *actions(staff.page("/views"), "delete")):
        assert colleague.browser.post(action, {"name": "Stolen"}).status_code == 404
    assert "Private" in staff.reads("/views")


def test_reading_an_address_changes_nothing_and_forms_carry_a_token(staff: Staff) -> None:
    saved(staff, "Mine", "")
    for action in ("rename", "delete"):
        address = actions(staff.page("/views"), action)[0]
        assert staff.browser.get(address)["Location"] == "/views"
        strict = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
        strict.cookies = staff.browser.cookies
        assert strict.post(address, {"name": "x"}).status_code == 403
    assert "Mine" in staff.reads("/views")
