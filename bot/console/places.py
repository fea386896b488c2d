"""Addresses of a conversation's page. What the reader came with travels along: the visit, and the list it was found in."""

from __future__ import annotations

from typing import Any, Optional

from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from bot.conversations.models import Visit

LARGEST_ID = 2**63 - 1  # of a PostgreSQL bigint


OWN = ("visit", "before", "done", "turn")  # of the page; what else its query holds is the list the reader came from


def list_query(query: QueryDict) -> str:
    """The query of the list the reader came from, out of a conversation's address."""
    listed = query.copy()
    for name in OWN:
        listed.pop(name, None)
    return listed.urlencode()


def conversation_page(key: str, listed: str, *, place: str = "", **own: Any) -> str:
    """The page's address.

    Args:
        listed: see `list_query`.
        place: the id of an element on the page.
        own: of the names `OWN`; what is empty is left out.
    """
    query = "&".join(filter(None, (urlencode({name: value for name, value in own.items() if value not in ("", None)}), listed)))
    return f"{reverse('conversation', args=[key])}{'?' + query if query else ''}{'#' + place if place else ''}"


def visit_page(visit: Optional[Visit], listed: str, **own: Any) -> str:
    """The address of a visit, empty for none."""
    return conversation_page(visit.conversation_id, listed, visit=visit.pk, place=f"visit-{visit.pk}", **own) if visit else ""


def sent_list(request: HttpRequest) -> str:
    """The same of a form of the page: read again, so that nothing but a query gets into an address."""
    return list_query(QueryDict(request.POST.get("list", "")))


def go(address: str) -> HttpResponseRedirect:
    """To the page again, after something was sent: reloading it sends nothing twice."""
    return HttpResponseRedirect(address, status=303)


def number(text: Optional[str]) -> Optional[int]:
    """An id out of an address; None when there is none. Raises ValueError when it cannot be one."""
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and int(text) <= LARGEST_ID):
        raise ValueError("not an id")
    return int(text)
