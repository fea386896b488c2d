"""What a reply holds beside its text, as people may read it: masked, without tokens, coordinates and the queries of addresses."""

from __future__ import annotations

from typing import Any, Callable, Dict
from urllib.parse import urlsplit

from bot.conversations.cleaning import tidy
from bot.messages import Message


def parts_masked(message: Message, mask: Callable[[str], str]) -> Dict[str, Any]:
    """JSON: `choices` (titles), `link`, `source`, `place` (what is there), `picture` (what it shows), `feedback` (the question).

    Absent parts are left out. `mask` is the one for the turn: a title can be an address that the resident gave.
    """

    def shown(text: str) -> str:
        return mask(tidy(text))

    parts: Dict[str, Any] = {}
    if message.choices:
        parts["choices"] = [shown(choice.title) for choice in message.choices]
    if message.link:
        parts["link"] = {"title": shown(message.link.title), "url": shown(_page(message.link.url))}
    if message.source:
        as_of = message.source.as_of
        parts["source"] = {"name": shown(message.source.name), "url": shown(_page(message.source.url)), "as_of": as_of}
    if message.place:
        parts["place"] = shown(message.place.label)
    if message.picture:
        parts["picture"] = shown(message.picture.alt)
    if message.feedback:
        parts["feedback"] = shown(message.feedback.question)
    return parts


def _page(url: str) -> str:
    """An address without its query: the city's form gets what the resident said in it."""
    page = urlsplit(url)
    return f"{page.scheme}://{page.netloc}{page.path}" if page.netloc else url.partition("?")[0]
