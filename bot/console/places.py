"""Addresses of a conversation's page. What the reader came with travels along: the visit, and the list it was found in."""

from __future__ import annotations

from typing import Any, Optional

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from bot.conversations.models import Visit

LARGEST_ID = 2**63 - 1  # of a PostgreSQL bigint


def conversation_page(key: str, *, place: str = "", **query: Any) -> str:
    """The page's address; what is empty in `query` is left out. `place`: the id of an element on it."""
    kept = {name: value for name, value in query.items() if value not in ("", None)}
    return f"{reverse('conversation', args=[key])}{'?' + urlencode(kept) if kept else ''}{'#' + place if place else ''}"


def visit_page(visit: Optional[Visit], listed: str) -> str:
    """The address of a visit, empty for none."""
    return conversation_page(visit.conversation_id, visit=visit.pk, list=listed) if visit else ""


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
