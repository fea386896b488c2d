"""The way to the OpenID provider and back."""

from __future__ import annotations

from typing import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from bot.console import openid, session
from bot.console.sign_in import local_accounts
from bot.settings import settings

NEXT = "openid_next"
STATUS = {"down": 503}  # every other problem is a refusal


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    request.session[NEXT] = request.GET.get("next", "")
    back_to = f"{settings().staff_url}{reverse('openid_done')}"
    return _or_told(request, lambda: openid.go(request, back_to))


@login_not_required
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    def enter() -> HttpResponse:
        user = openid.come_back(request)
        wanted = str(request.session.pop(NEXT, ""))
        session.begin(request, user, "sign_in_openid")
        ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
        return redirect(wanted if ours else "inbox")

    return _or_told(request, enter)


def _or_told(request: HttpRequest, step: Callable[[], HttpResponse]) -> HttpResponse:
    """The step's answer, or the sign-in page with a sentence. 404 where no provider is set up."""
    if not settings().oidc_issuer:
        raise Http404
    try:
        return step()
    except openid.OpenIdError as err:
        context = {"openid_problem": err.code, "local": local_accounts(), "openid": True}
        return render(request, "console/sign_in.html", context, status=STATUS.get(err.code, 403))
