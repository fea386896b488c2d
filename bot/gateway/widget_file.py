"""`GET /widget.js`: the built widget, for any site."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from typing import Tuple

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from bot.gateway.views import only
from bot.settings import ROOT

PATH = ROOT / "bot" / "widget" / "widget.js"


@lru_cache(maxsize=1)
def _file() -> Tuple[bytes, bytes, str]:
    """As it is, compressed, and its tag."""
    plain = PATH.read_bytes()
    return plain, gzip.compress(plain, mtime=0), hashlib.sha256(plain).hexdigest()[:32]


async def widget_file(request: HttpRequest) -> HttpResponse:
    """The script a page names in `<script async src=…>`; any page may, which sites may use it is decided where it calls us."""
    if request.method not in ("GET", "HEAD"):
        return only("GET, HEAD")
    plain, packed, tag = _file()
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(packed if zipped else plain, content_type="text/javascript; charset=utf-8")
    if zipped:
        response["Content-Encoding"] = "gzip"
    response["ETag"] = etag = f'W/"{tag}"'  # weak: the same script, compressed or not
    response["Cache-Control"] = "public, max-age=300"
    response["Vary"] = "Accept-Encoding"
    response["Access-Control-Allow-Origin"] = "*"  # for pages that name its hash
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return get_conditional_response(request, etag, response=response) or response
