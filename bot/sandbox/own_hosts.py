"""What Django's CommonMiddleware would do for the sandbox, without a thread for each request and one more for each answer."""

from __future__ import annotations

from typing import Awaitable, Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

Handler = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@async_only_middleware
def own_hosts(get_response: Handler) -> Handler:
    """Refuses other host names, and states each answer's length."""

    async def answer(request: HttpRequest) -> HttpResponseBase:
        request.get_host()  # raises what Django answers with 400
        response = await get_response(request)
        if isinstance(response, HttpResponse):  # a stream has no length
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    return answer
