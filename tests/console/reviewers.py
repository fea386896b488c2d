"""Reviewers at work: accounts with roles, visits to review, and what they send."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional

from django.http import HttpResponse
from django.test import Client

from tests.console.staff import Staff, assistant_answers, resident_writes


def account(name: str, *roles: str) -> Staff:
    """A browser in which a new account with these roles is signed in."""
    from django.contrib.auth.models import Group, User

    user = User.objects.create_user(name)
    user.groups.set(Group.objects.get_or_create(name=role)[0] for role in roles)
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(user)
    session = browser.session
    session["signed_in_at"] = 10**12  # no working day ends in these tests
    session.save()
    return Staff(browser)


def visited(address: str, *texts: str, label: str = "collection_day", answer: str = "On Tuesday.") -> Any:
    """A visit of a resident who wrote these texts, each answered; as the log leaves it."""
    from bot.conversations.models import TurnSummary, Visit

    visit: Optional[Visit] = None
    for text in texts or ("when is garbage day",):
        inbound = resident_writes(address, text)
        assistant_answers(inbound, answer, understood=[understood(label)])
        if visit is None:
            at = inbound.received_at
            visit = Visit.objects.create(conversation=inbound.conversation, channel="rest", language="en", started_at=at, last_at=at)
        visit.turns, visit.last_at = visit.turns + 1, inbound.received_at
        visit.save()
        columns: Dict[str, Any] = {"channel": "rest", "language": "en", "label": label, "outcome": "looked_up", "certainty": "sure"}
        TurnSummary.objects.create(inbound=inbound, visit=visit, at=inbound.received_at, **columns)
    return visit


def understood(label: str, confidence: float = 0.9, certainty: str = "sure") -> Dict[str, Any]:
    """What the assistant made of a text."""
    ranking = [{"name": label, "confidence": confidence}, {"name": "greet", "confidence": 0.05}]
    intent = {"name": label.partition("/")[0], "confidence": confidence, "outcome": certainty}
    return {"text_language": "en", "intent": intent, "intent_ranking": ranking, "entities": []}


def turns_of(visit: Any) -> List[int]:
    return list(visit.summaries.order_by("inbound").values_list("inbound", flat=True))


def page_of(visit: Any) -> str:
    return f"/conversations/{visit.conversation_id}?visit={visit.pk}"


def visit_form(visit: Any, action: str) -> str:
    return f"/conversations/{visit.conversation_id}/visits/{visit.pk}/{action}"


def turn_form(visit: Any, turn: int, action: str) -> str:
    return f"/conversations/{visit.conversation_id}/turns/{turn}/{action}"


def seen(page: str, form: str) -> str:
    """The mark that a form on the page carries of what its reader sees."""
    found = re.search(rf'action="{form}".*?name="seen" value="([^"]*)"', page, re.DOTALL)
    assert found, form
    return found[1]


def sends(clerk: Staff, page: str, form: str, **fields: str) -> HttpResponse:
    """The form of a page that the clerk has before them, sent, and the page it leads to."""
    return clerk.browser.post(form, {"seen": seen(page, form), **fields}, follow=True)


def audited() -> List[str]:
    """What the audit log says was done, oldest first, without who signed in and looked at what."""
    from bot.review.models import AuditEntry

    looked_at = ["view", "view_proposal", "list_proposals", "sign_in"]
    return [f"{row.by} {row.action} {row.reason}".strip() for row in AuditEntry.objects.exclude(action__in=looked_at).order_by("id")]
