"""From page to page of a list, and from a conversation to the ones beside it."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import List

from django.utils import timezone

from tests.console.staff import Staff
from tests.console.test_lists import found
from tests.console.visits import turn, visit

NEWER, OLDER = "prev", "next"


def beside(page: str, which: str) -> str:
    """The address of the page before or after; empty when there is none."""
    link = re.search(rf'href="(\?[^"]+)" rel="{which}"', page)
    return "/conversations" + html.unescape(link[1]) if link else ""


def read_on(staff: Staff, page: str, which: str) -> List[List[str]]:
    """What this page and all those on its side show."""
    pages = [found(page)]
    while beside(page, which):
        page = staff.page(beside(page, which))
        pages.append(found(page))
    return pages


def made(number: int, **columns: object) -> List[str]:
    """So many conversations, three at a time at one moment; what they say, newest first."""
    now = timezone.now()
    visits = [visit(f"number {n}", at=now - timedelta(minutes=n // 3), **columns) for n in range(number)]
    return [f"number {v.pk - visits[0].pk}" for v in sorted(visits, key=lambda v: (v.last_at, v.pk), reverse=True)]


def test_every_conversation_is_on_one_page_both_ways_even_those_of_one_moment(staff: Staff) -> None:
    texts = made(120)
    older = read_on(staff, staff.page("/conversations"), OLDER)
    assert [len(page) for page in older] == [50, 50, 20]
    assert sum(older, []) == texts
    page = staff.page("/conversations")
    while beside(page, OLDER):
        page = staff.page(beside(page, OLDER))
    newer = read_on(staff, page, NEWER)
    assert newer == older[::-1]
    assert beside(staff.page("/conversations"), NEWER) == ""


def test_a_conversation_that_goes_on_meanwhile_is_not_read_twice(staff: Staff) -> None:
    from bot.conversations.models import Visit

    texts = made(70)
    page = staff.page("/conversations")
    turn(Visit.objects.order_by("-last_at", "-id")[0], "and another thing", at=timezone.now())
    assert found(page) + found(staff.page(beside(page, OLDER))) == texts


def test_conversations_deleted_between_two_pages_leave_no_gap_and_no_repeat(staff: Staff) -> None:
    from bot.conversations.models import Conversation, Visit

    texts = made(110)
    page = staff.page("/conversations")
    by_place = list(Visit.objects.order_by("-last_at", "-id"))
    for gone in (by_place[10], by_place[49], by_place[50]):
        Conversation.objects.filter(pk=gone.conversation_id).delete()
    second = staff.page(beside(page, OLDER))
    assert found(second) == texts[51:101]
    Conversation.objects.filter(visits__in=by_place[51:]).delete()
    assert "No conversation fits." in staff.reads(beside(page, OLDER))
    assert "Newest conversations" in staff.reads(beside(page, OLDER))


def test_the_filter_is_kept_from_page_to_page(staff: Staff) -> None:
    texts = made(60, channel="sms")
    visit("by web")
    page = staff.page("/conversations?channel=sms&q=number")
    assert sum(read_on(staff, page, OLDER), []) == texts
    assert read_on(staff, staff.page(beside(page, OLDER)), NEWER)[-1] == texts[:50]


def test_a_count_is_exact_up_to_a_thousand(staff: Staff) -> None:
    from bot.conversations.models import Visit

    first = visit("hello")
    more = [
        Visit(conversation=first.conversation, channel="sms", started_at=first.last_at, last_at=first.last_at, turns=1) for _ in range(999)
    ]
    Visit.objects.bulk_create(more)
    assert "Conversations found: 1000 " in staff.reads("/conversations")
    Visit.objects.create(conversation=first.conversation, channel="sms", started_at=first.last_at, last_at=first.last_at, turns=1)
    assert "Conversations found: 1,000+ " in staff.reads("/conversations")
    assert "Conversations trouvées: 1 000+ " in staff.reads("/conversations", accept_language="fr").replace("trouvées :", "trouvées:")


def test_the_visits_beside_one_are_those_of_its_list(staff: Staff) -> None:
    from bot.console import filters, lists

    now = timezone.now()
    by_text = {f"sms {n}": visit(f"sms {n}", at=now, channel="sms") for n in range(3)}
    visit("web", at=now)
    sms = filters.read({"channel": "sms"})
    assert lists.neighbours(sms, by_text["sms 1"]) == (by_text["sms 2"], by_text["sms 0"])
    assert lists.neighbours(sms, by_text["sms 2"]) == (None, by_text["sms 1"])
    assert lists.neighbours(sms, by_text["sms 0"]) == (by_text["sms 1"], None)
    new = filters.read({"review": "new", "channel": "sms"})
    by_text["sms 1"].review = "reviewed"
    by_text["sms 1"].save()
    assert lists.neighbours(new, by_text["sms 1"]) == (by_text["sms 2"], by_text["sms 0"]), (
        "it has left the list, and leads on all the same"
    )
