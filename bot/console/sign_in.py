"""Signing in: local accounts, throttled."""

from __future__ import annotations

import time
from typing import Any, Dict

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpResponse

from bot.console import throttle
from bot.console.middleware import SIGNED_IN_AT

TOO_MANY = "throttled"


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

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        throttle.forget(form.cleaned_data["username"], self.request.META["REMOTE_ADDR"])
        self.request.session[SIGNED_IN_AT] = time.time()
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        refused = form.has_error(NON_FIELD_ERRORS, TOO_MANY)
        context = self.get_context_data(form=form, problem=TOO_MANY if refused else "wrong")
        return self.render_to_response(context, status=429 if refused else 200)
