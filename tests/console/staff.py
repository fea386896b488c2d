"""A member of staff at the console, and conversations for them to read."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from typing import Any, Optional

from django.http import HttpResponse
from django.test import Client

NAME, PASSWORD = "clerk", "a long enough secret"


class Staff:
    """What a clerk does and reads in a browser."""

    def __init__(self, browser: Client) -> None:
        self.browser = browser

    def sign_in(self, name: str = NAME, password: str = PASSWORD, **more: str) -> HttpResponse:
        return self.browser.post("/sign-in", {"username": name, "password": password, **more})

    def page(self, address: str, **headers: str) -> str:
        """The page's HTML; the clerk must get to see it."""
        response = self.browser.get(address, headers=headers)
        assert response.status_code == 200, (address, response.status_code)
        return response.content.decode()

    def reads(self, address: str, **headers: str) -> str:
        """The page's visible text in one line."""
        return visible(self.page(address, **headers))


def visible(page: str) -> str:
    body = page[max(page.find("<body>"), 0) :]  # a part of a page has none
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def resident_writes(address: str, text: str) -> Any:
    """A message taken in as the gateway takes it; its row in the inbox."""
    from bot.conversations.inbox import accept
    from bot.conversations.models import InboundMessage

    number = InboundMessage.objects.count()
    return InboundMessage.objects.get(turn_id=accept("rest", address, text, f"{address}-{number}").turn_id)


def assistant_answers(inbound: Any, *texts: str, language: str = "en", understood: Any = (), actions: Any = ()) -> None:
    """The turn done, as the worker leaves it."""
    from bot.conversations.masking import mask
    from bot.conversations.models import OutboundMessage, TurnDetails

    conversation = inbound.conversation
    for position, text in enumerate(texts):
        body = conversation.seal(text, "outbound")
        OutboundMessage.objects.create(
            conversation=conversation, inbound=inbound, position=position, body_sealed=body, text_masked=mask(text)
        )
    TurnDetails.objects.create(inbound=inbound, understood=list(understood), actions=list(actions), ms=50)
    inbound.state, inbound.outcome, inbound.language = "done", "answered", language
    inbound.save()


def last_wrote(conversation: Any, at: datetime, *, later_by: Optional[timedelta] = None) -> None:
    """Sets when a conversation was last active."""
    conversation.last_message_at = at + (later_by or timedelta())
    conversation.save()
