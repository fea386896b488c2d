"""What holds for every answer of the console."""

from __future__ import annotations

import time
from ipaddress import ip_address
from typing import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse

from bot.settings import settings as our_settings

Handler = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
SIGNED_IN_AT = "signed_in_at"
MUST_CHANGE = "must_change_password"
WITHOUT_CHANGE = ("own_account", "own_password", "sign_out", "language", "health")
LONGEST_SESSION_S = 8 * 60 * 60  # one working day, however busy


def behind_proxy(get_response: Handler) -> Handler:
    """What a proxy says of a request counts only when the console is served through one, and by that proxy."""

    def handle(request: HttpRequest) -> HttpResponse:
        scheme = request.META.pop("HTTP_X_FORWARDED_PROTO", "")
        addresses = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        if settings.CSRF_TRUSTED_ORIGINS and our_settings().is_proxy(request.META["REMOTE_ADDR"]):
            request.META["HTTP_X_FORWARDED_PROTO"] = scheme
            try:  # the proxy adds its caller's at the end; what stands before it, the caller wrote
                request.META["REMOTE_ADDR"] = str(ip_address(addresses.rpartition(",")[2].strip()))
            except ValueError:
                pass
        return get_response(request)

    return handle


class Sessions(SessionMiddleware):
    """Django's, but an answer made while its reader signed out in another request still reaches them; Django turns it into a 400."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except SessionInterrupted:
            return response


def whole_texts(get_response: Handler) -> Handler:
    """Refuses a NUL in a form, which PostgreSQL keeps in no text: nobody types one. Pages read their own addresses with care."""

    def handle(request: HttpRequest) -> HttpResponse:
        if any("\0" in text for name, texts in request.POST.lists() for text in (name, *texts)):
            raise BadRequest("a NUL in a field")
        return get_response(request)

    return handle


def security_headers(get_response: Handler) -> Handler:
    """First in the list, so that errors carry the headers too."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        response.setdefault("X-Frame-Options", "DENY")
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        response.setdefault("Cache-Control", "no-store")
        return response

    return handle


def end_long_sessions(get_response: Handler) -> Handler:
    """Signs out whoever signed in longer ago than a session may last."""

    def handle(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and time.time() - request.session.get(SIGNED_IN_AT, 0) > LONGEST_SESSION_S:
            logout(request)
        return get_response(request)

    return handle


def lead_back(get_response: Handler) -> Handler:
    """A form's address that a browser asks for, after signing in again or changing the language, leads to the page above it."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and request.method in ("GET", "HEAD"):
            return HttpResponseRedirect(_above(request.path), status=303)
        return response

    return handle


def _above(path: str) -> str:
    """The nearest address above one that is an address of the console."""
    while path:
        path = path.rpartition("/")[0]
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return "/"


def own_password_first(get_response: Handler) -> Handler:
    """Who signed in with a password that somebody else made, and may know, sees nothing but the page on which to change it."""

    def handle(request: HttpRequest) -> HttpResponse:
        if (
            request.user.is_authenticated  # else the page to sign in, which leads nowhere that they may be
            and request.session.get(MUST_CHANGE)
            and request.path not in map(reverse, WITHOUT_CHANGE)
            and not request.path.startswith("/static/")
        ):
            return redirect("own_account")
        return get_response(request)

    return handle
