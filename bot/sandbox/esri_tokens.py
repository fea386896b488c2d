"""Tokens for the sandbox's secured layer. They live as long as the process.

Source: ArcGIS REST API, generateToken. 499: a token is needed, 498: this one is no good, or no longer.
"""

from __future__ import annotations

import secrets
import time
from typing import Dict

from django.http import HttpRequest, HttpResponse, JsonResponse

from bot.sandbox import esri
from bot.sandbox.esri import EsriError, Parameters, esri_view
from bot.sandbox.seeds import seed

_given: Dict[str, float] = {}  # until when, POSIX seconds


@esri_view
def generate_token(request: HttpRequest, parameters: Parameters) -> HttpResponse:
    """GET or POST generateToken: username, password, expiration in minutes."""
    known = seed("layers")["token"]
    if (parameters.get("username"), parameters.get("password")) != (known["username"], known["password"]):
        raise EsriError(400, "Unable to generate token.", "Invalid username or password.")
    minutes = min(esri.number(parameters, "expiration") or known["minutes"], known["minutes"])
    token, until = secrets.token_urlsafe(24), time.time() + 60 * minutes
    _given[token] = until
    return JsonResponse({"token": token, "expires": round(until * 1000), "ssl": False})


def require_token(parameters: Parameters) -> None:
    """Lets a request with a good token through. Raises EsriError for any other."""
    token = parameters.get("token", "")
    if not token:
        raise EsriError(499, "Token Required")
    if _given.get(token, 0.0) < time.time():
        raise EsriError(498, "Invalid Token")
