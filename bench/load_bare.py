"""The ceiling of `bench.load`: a Sanic server that reads a message and answers with a fixed one. `python -m bench.load_bare PORT`"""

from __future__ import annotations

import sys

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

app = Sanic("bench_load_bare", configure_logging=False)


@app.get("/webhooks/rest/")
async def health(request: Request) -> HTTPResponse:
    return json({"status": "ok"})


@app.post("/webhooks/rest/webhook")
async def webhook(request: Request) -> HTTPResponse:
    return json([{"recipient_id": request.json["sender"], "text": "Thank you."}])


if __name__ == "__main__":
    app.run("127.0.0.1", int(sys.argv[1]), access_log=False)
