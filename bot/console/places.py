"""Addresses of a conversation's page. What the reader came with travels along: the visit, and the list it was found in."""

from __future__ import annotations

from typing import Any, Optional, Tuple

from django.http import HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from bot.console import filters, lists
from bot.conversations.models import Visit

Neighbours = Tuple[Optional[Visit], Optional[Visit]]


def list_query(text: str) -> str:
    """The query of the list the reader came from, as a conversation's address or form gives it: nothing but a filter gets through."""
    return filters.read(QueryDict(text)).query


def beside(listed: str, visit: Visit) -> Neighbours:
    """The newer and the older visit in the list the reader came from; without a list, among those that nobody has reviewed."""
    wanted = filters.read(QueryDict(listed)) if listed else filters.Filter({"review": Visit.Review.NEW.value})
    return lists.neighbours(wanted, visit)


def conversation_page(key: str, listed: str, *, place: str = "", **own: Any) -> str:
    """The page's address.

    Args:
        listed: see `list_query`.
        place: the id of an element on the page.
        own: `visit`, `before`, `done`, `turn`; what is empty is left out.
    """
    query = urlencode({name: value for name, value in {**own, "list": listed}.items() if value not in ("", None)})
    return f"{reverse('conversation', args=[key])}{'?' + query if query else ''}{'#' + place if place else ''}"


def visit_page(visit: Optional[Visit], listed: str, **own: Any) -> str:
    """The address of a visit, empty for none."""
    return conversation_page(visit.conversation_id, listed, visit=visit.pk, place=f"visit-{visit.pk}", **own) if visit else ""


def go(address: str) -> HttpResponseRedirect:
    """To the page again, after something was sent: reloading it sends nothing twice."""
    return HttpResponseRedirect(address, status=303)
