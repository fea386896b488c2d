"""What begins and ends when somebody signs in and out."""

from __future__ import annotations

import time

from django.contrib.auth import login, logout
from django.contrib.auth.models import User
from django.http import HttpRequest

from bot.console import throttle
from bot.console.middleware import MUST_CHANGE, SIGNED_IN_AT
from bot.console.models import MadePassword
from bot.review import audit

BACKEND = "django.contrib.auth.backends.ModelBackend"
LAST_SIGN_IN = "last_sign_in"  # the time before this one, for the reader to know whether it was theirs


def begin(request: HttpRequest, user: User, action: str) -> None:
    """Signs somebody in whose proof was found right: a new session id, and a row in the audit log with `action`."""
    before = user.last_login
    login(request, user, backend=BACKEND)
    request.session[SIGNED_IN_AT] = time.time()
    request.session[MUST_CHANGE] = MadePassword.objects.filter(user=user).exists()
    request.session[LAST_SIGN_IN] = before.isoformat() if before else ""
    throttle.forget(user.get_username(), request.META["REMOTE_ADDR"])
    audit.note(user.get_username(), action)


def refused(name: str, action: str = "sign_in_failed") -> None:
    """A row for a try that failed. It names the account only when there is one: people type passwords in the wrong field."""
    known = User.objects.filter(username=name).exists()
    audit.note("", action, f"account:{name}" if known else "")


def end(request: HttpRequest) -> None:
    name = request.user.get_username()
    logout(request)
    if name:
        audit.note(name, "sign_out")
