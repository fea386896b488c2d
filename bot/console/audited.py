"""Looking at somebody's conversation leaves a row in the audit log."""

from __future__ import annotations

from functools import wraps
from typing import Any, Callable

from django.http import HttpRequest, HttpResponse

from bot.console.roles import View
from bot.review import audit


def audited(action: str, subject: str) -> Callable[[View], View]:
    """Marks a view: whatever page it gives (200) is noted. A test wants this mark on every page whose address names a conversation.

        @require_safe
        @needs(Ability.READ)
        @audited("view", "conversation:{key}")
        def conversation(request, key): ...

    Args:
        action: a name of the group of words `audit_actions`.
        subject: with the names of the address's parts in braces.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def noted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, *args, **kwargs)
            if response.status_code == 200:
                audit.note(request.user.get_username(), action, subject.format(**kwargs))
            return response

        noted.audited = action  # type: ignore[attr-defined]
        return noted

    return mark
