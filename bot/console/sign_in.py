"""Signing in with a local account: a password, then the second factor of those who have one. Both are throttled."""

from __future__ import annotations

import time
from typing import Any, Dict, Optional

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, RedirectURLMixin
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.http import require_POST
from django.views.generic import View

from bot.console import second_factor, session, throttle
from bot.settings import settings

TOO_MANY = "throttled"
PENDING = "sign_in_pending"
CODE_WITHIN_S = 300  # of the password


def local_accounts() -> bool:
    return settings().console_local_sign_in == "on"


class SignInForm(AuthenticationForm):
    """Django's form, but an attempt is counted before its password is looked at."""

    def clean(self) -> Dict[str, Any]:
        account = self.cleaned_data.get("username")
        if account and self.request and not throttle.may_try(account, self.request.META["REMOTE_ADDR"]):
            raise ValidationError(TOO_MANY, code=TOO_MANY)
        return super().clean()


class SignIn(LoginView):
    template_name = "console/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: str, **kwargs: Any) -> HttpResponse:
        if not local_accounts():
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> Dict[str, Any]:
        more = {"local": local_accounts(), "openid": settings().oidc_issuer is not None}
        return super().get_context_data(**{**more, **kwargs})

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        if second_factor.is_on(user):
            return self._ask_for_code(user.get_username(), user)
        session.begin(self.request, user, "sign_in")
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        refused = form.has_error(NON_FIELD_ERRORS, TOO_MANY)
        name = form.cleaned_data.get("username")
        if not refused and name:
            if second_factor.is_asked_of(name):
                return self._ask_for_code(name, None)
            session.refused(name)
        context = self.get_context_data(form=form, problem=TOO_MANY if refused else "wrong")
        return self.render_to_response(context, status=429 if refused else 200)

    def _ask_for_code(self, name: str, user: Optional[User]) -> HttpResponse:
        """The second step, which looks the same when the password was wrong (`user` is None)."""
        proof = user.get_session_auth_hash() if user else ""
        self.request.session.cycle_key()
        self.request.session[PENDING] = {"name": name, "user": user.pk if user else None, "proof": proof, "at": time.time()}
        query = {self.redirect_field_name: self.get_redirect_url()}
        return redirect(f"{reverse('sign_in_code')}?{urlencode(query)}")


@method_decorator(login_not_required, name="dispatch")
class SignInCode(RedirectURLMixin, View):
    """The second step: six digits, or a recovery code."""

    next_page = "inbox"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page() if self._pending() else redirect("sign_in")

    def post(self, request: HttpRequest) -> HttpResponse:
        pending = self._pending()
        if pending is None:
            return redirect("sign_in")
        name, code = pending["name"], request.POST.get("code", "")[:100]
        if not throttle.may_try(name, request.META["REMOTE_ADDR"]):
            return self._page(TOO_MANY, 429)
        if second_factor.accepts(pending["user"], code):
            user = User.objects.filter(pk=pending["user"], is_active=True).first()
            if user and constant_time_compare(user.get_session_auth_hash(), pending["proof"]):
                del request.session[PENDING]
                session.begin(request, user, "sign_in_recovery" if second_factor.is_recovery_code(code) else "sign_in")
                return HttpResponseRedirect(self.get_success_url())
        session.refused(name)
        return self._page("wrong")

    def _pending(self) -> Optional[Dict[str, Any]]:
        pending: Optional[Dict[str, Any]] = self.request.session.get(PENDING)
        return pending if pending and local_accounts() and 0 <= time.time() - pending["at"] <= CODE_WITHIN_S else None

    def _page(self, problem: str = "", status: int = 200) -> HttpResponse:
        context = {"next": self.get_redirect_url(), "problem": problem}
        return render(self.request, "console/sign_in_code.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    session.end(request)
    return redirect("sign_in")
