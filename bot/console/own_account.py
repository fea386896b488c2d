"""The page of one's own account: the password, the second factor."""

from __future__ import annotations

from typing import Any, Dict, Optional, cast

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from bot.console import accounts, second_factor, throttle
from bot.console.middleware import MUST_CHANGE
from bot.console.models import MadePassword, OpenIdAccount
from bot.console.passwords import problems_of
from bot.console.roles import Ability, needs
from bot.console.session import LAST_SIGN_IN
from bot.review import audit


@require_safe
@needs(Ability.READ)
def own_account(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@needs(Ability.READ)
def own_password(request: HttpRequest) -> HttpResponse:
    """A new password; whoever is signed in elsewhere with the old one is out."""
    user = _local(request)
    if user is None:
        return redirect("own_account")
    if problem := _proof_problem(request, user):
        return _page(request, password_problems=[problem])
    wanted = request.POST.get("new", "")
    problems = problems_of(wanted, user) or ([] if wanted == request.POST.get("again") else ["not_the_same"])
    problems += ["as_before"] if user.check_password(wanted) else []
    if problems:
        return _page(request, password_problems=problems)
    with transaction.atomic():
        user.set_password(wanted)
        user.save(update_fields=["password"])
        MadePassword.objects.filter(user=user).delete()
        audit.note(user.get_username(), "account_password", accounts.subject(user))
    update_session_auth_hash(request, user)
    request.session[MUST_CHANGE] = False
    return redirect("own_account")


@require_POST
@needs(Ability.READ)
def own_second_factor(request: HttpRequest) -> HttpResponse:
    """`step` says what: begin, confirm (with `code`), recovery or remove; all but the first with `old`, the password."""
    user = _local(request)
    if user is None:
        return redirect("own_account")
    step = request.POST.get("step")
    if step == "begin":
        second_factor.begin(user)
    elif step in ("confirm", "recovery", "remove"):
        if problem := _proof_problem(request, user):
            return _page(request, factor_problem=problem)
        if step == "confirm":
            return _confirm(request, user)
        if step == "recovery" and second_factor.is_on(user):
            return _page(request, recovery_codes=second_factor.new_recovery_codes(user))
        with transaction.atomic():
            if step == "remove" and second_factor.remove(user):
                audit.note(user.get_username(), "second_factor_off", accounts.subject(user))
    return redirect("own_account")


def _confirm(request: HttpRequest, user: User) -> HttpResponse:
    with transaction.atomic():
        codes = second_factor.confirm(user, request.POST.get("code", "")[:100])
        if codes is None:
            return _page(request, factor_problem="code")
        audit.note(user.get_username(), "second_factor_on", accounts.subject(user))
    return _page(request, recovery_codes=codes)


def _local(request: HttpRequest) -> Optional[User]:
    """Whose page it is; None when their password is the OpenID provider's."""
    user = cast(User, request.user)
    return None if OpenIdAccount.objects.filter(user=user).exists() else user


def _proof_problem(request: HttpRequest, user: User) -> str:
    """Empty when the password that counts now was given: who finds an open desk may change neither it nor the second factor."""
    if not throttle.may_try(user.get_username(), request.META["REMOTE_ADDR"]):
        return "throttled"
    if not user.check_password(request.POST.get("old", "")):
        return "old"
    throttle.forget(user.get_username(), request.META["REMOTE_ADDR"])
    return ""


def _page(request: HttpRequest, **more: Any) -> HttpResponse:
    user = cast(User, request.user)
    context: Dict[str, Any] = {
        "openid": _local(request) is None,
        "must_change": request.session.get(MUST_CHANGE),
        "last_sign_in": parse_datetime(request.session.get(LAST_SIGN_IN) or ""),
        "roles": user.groups.order_by("name").values_list("name", flat=True),
        "factor": second_factor.is_on(user),
        "invitation": second_factor.invitation(user),
        "recovery_left": user.recovery_codes.count(),
        **more,
    }
    return render(request, "console/own_account.html", context)
