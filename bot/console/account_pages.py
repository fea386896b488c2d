"""The accounts of staff, for administrators."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from bot.console import accounts, second_factor
from bot.console.models import OpenIdAccount, SecondFactor
from bot.console.roles import ROLES, Ability, needs


@require_safe
@needs(Ability.ACCOUNTS)
def account_list(request: HttpRequest) -> HttpResponse:
    return _list(request)


@require_POST
@needs(Ability.ACCOUNTS)
def account_add(request: HttpRequest) -> HttpResponse:
    """The page with the new password: it is shown in this answer only."""
    name, roles = request.POST.get("name", "").strip(), _roles(request)
    if not roles:
        return _list(request, problem="no_role", name=name)
    try:
        password = accounts.add_user(name, roles, by=request.user.get_username())
    except accounts.AccountError as err:
        return _list(request, problem=err.code, name=name, chosen=roles)
    return _list(request, added=name, password=password)


@require_safe
@needs(Ability.ACCOUNTS)
def account(request: HttpRequest, number: int) -> HttpResponse:
    return _one(request, get_object_or_404(User, pk=number))


@require_POST
@needs(Ability.ACCOUNTS)
def account_change(request: HttpRequest, number: int) -> HttpResponse:
    """`step` says what: roles, disable, enable, password or second_factor."""
    user, by = get_object_or_404(User, pk=number), request.user.get_username()
    steps: Dict[str, Callable[[], Any]] = {
        "roles": lambda: accounts.set_roles(user, _roles(request), by),
        "disable": lambda: accounts.set_active(user, False, by),
        "enable": lambda: accounts.set_active(user, True, by),
        "password": lambda: _one(request, user, password=accounts.reset_password(user, by)),
        "second_factor": lambda: accounts.remove_second_factor(user, by),
    }
    step = steps.get(request.POST.get("step", ""))
    try:
        shown = step() if step else None
    except accounts.AccountError as err:
        return _one(request, get_object_or_404(User, pk=number), problem=err.code)
    return shown or redirect("account", number=number)


def _roles(request: HttpRequest) -> List[str]:
    return [role for role in ROLES if role in request.POST.getlist("roles")]


def _list(request: HttpRequest, **more: Any) -> HttpResponse:
    openid = set(OpenIdAccount.objects.values_list("user", flat=True))
    factors = set(SecondFactor.objects.exclude(confirmed_at=None).values_list("user", flat=True))
    rows = [
        {
            "user": user,
            "roles": [group.name for group in user.groups.all()],
            "openid": user.pk in openid,
            "factor": user.pk in factors,
        }
        for user in User.objects.order_by("username").prefetch_related("groups")
    ]
    context = {"section": "accounts", "rows": rows, "every_role": list(ROLES), **more}
    return render(request, "console/accounts.html", context)


def _one(request: HttpRequest, user: User, **more: Any) -> HttpResponse:
    context = {
        "section": "accounts",
        "shown": user,
        "roles": list(user.groups.values_list("name", flat=True)),
        "every_role": list(ROLES),
        "openid": hasattr(user, "openid"),
        "factor": second_factor.is_on(user),
        "own": user.pk == request.user.pk,
        **more,
    }
    return render(request, "console/account.html", context)
