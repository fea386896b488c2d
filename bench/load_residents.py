"""Simulated residents for `bench.load`: what they say, and how each channel carries it."""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from dataclasses import dataclass, field
from typing import Dict, List, Protocol, Tuple

import aiohttp
from aiohttp import web
from twilio.request_validator import RequestValidator

ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "a token of the benchmark", "+15195550100"
PUBLIC = "https://chat.example.org"  # what texts are signed for, and the origin of the chat widget
API_KEY = "a key of the benchmark"
PATIENCE_S = 30.0
REST_PATH, SMS_PATH = "/webhooks/rest/webhook", "/webhooks/sms/webhook"
Script = List[Tuple[str, str]]  # kind of message (answer, look-up, report) and its text

_ANSWERS = [
    "they skiped my garbage agian",
    "can i keep chickens in my back yard",
    "where do i drop off old paint",
    "do you plow sidewalks",
    "how do i get a dog licence",
    "when are property taxes due",
    "comment payer ma facture de services publics",
    "est-ce que je peux stationner dans la rue la nuit",
    "do i need a permit for a deck",
    "how do i book an arena",
    "je veux me plaindre du bruit de mon voisin",
    "marriage licence hours",
]
_LOOK_UPS = [
    ["when is garbage day at {door} weber st e", "and the recycling?"],
    ["who is my councillor", "{door} king st w"],
    ["nearest playground to {door} king st w", "and the library?"],
    ["quand passe le camion à ordures au {door} king st w"],
    ["how many building permits were issued in 2025", "by ward"],
    ["when is the next bus at stop 2504"],
    ["is king st closed"],
]
_REPORT = ["theres a huge pothole on king st w", "{door}", "it is deep, right beside the {thing}", "no", "yes"]
_THINGS = ["bus stop", "mailbox", "school", "bakery", "bench", "corner store"]


def script(dice: random.Random) -> Script:
    """One conversation: of ten, six ask a few things that articles answer, three look something up, one reports a problem."""
    draw, told = dice.random(), {"door": dice.randrange(100, 400), "thing": dice.choice(_THINGS)}
    if draw < 0.6:
        return [("answer", text) for text in dice.sample(_ANSWERS, k=dice.randint(1, 3))]
    kind, lines = ("look-up", dice.choice(_LOOK_UPS)) if draw < 0.9 else ("report", _REPORT)
    return [(kind, line.format(**told)) for line in lines]


@dataclass
class Heard:
    """What one message came to: seconds until the first answer was there; `error` says why there is none."""

    kind: str
    channel: str
    seconds: float
    error: str = ""


class Channel(Protocol):
    async def says(self, text: str) -> None:
        """Writes, and returns when the answer is there. Raises ChannelError."""


class ChannelError(Exception):
    """No answer; the message says why."""


@dataclass
class Street:
    """Where residents and the system meet: the gateway's address, one HTTP session, and a Twilio of our own."""

    gateway: str
    http: aiohttp.ClientSession
    waiting: Dict[str, asyncio.Future[None]] = field(default_factory=dict)  # by phone

    async def takes_text(self, request: web.Request) -> web.Response:
        """Twilio's side of a message to a phone."""
        form = await request.post()
        waits = self.waiting.get(str(form["To"]))
        if waits and not waits.done():
            waits.set_result(None)
        return web.json_response({"sid": f"SM{uuid.uuid4().hex}", "status": "queued", "num_segments": "1"}, status=201)


class Rest:
    def __init__(self, street: Street) -> None:
        self._street, self._sender = street, uuid.uuid4().hex

    async def says(self, text: str) -> None:
        body, headers = {"sender": self._sender, "message": text}, {"X-Api-Key": API_KEY}
        async with self._street.http.post(self._street.gateway + REST_PATH, json=body, headers=headers) as response:
            if response.status != 200:
                raise ChannelError(f"HTTP status {response.status}")
            if not await response.json():
                raise ChannelError("an empty answer")


class Sms:
    def __init__(self, street: Street) -> None:
        self._street, self._phone = street, f"+1519{random.randrange(2_000_000, 10_000_000)}"
        self._signs = RequestValidator(TOKEN)

    async def says(self, text: str) -> None:
        answered = self._street.waiting[self._phone] = asyncio.get_running_loop().create_future()
        form = {
            "AccountSid": ACCOUNT,
            "MessageSid": f"SM{uuid.uuid4().hex}",
            "From": self._phone,
            "To": NUMBER,
            "Body": text,
            "NumMedia": "0",
        }
        headers = {"X-Twilio-Signature": self._signs.compute_signature(PUBLIC + SMS_PATH, form)}
        async with self._street.http.post(self._street.gateway + SMS_PATH, data=form, headers=headers) as response:
            if response.status not in (200, 204):
                raise ChannelError(f"HTTP status {response.status}")
        await asyncio.wait_for(answered, PATIENCE_S)


class WebChat:
    """The calls of the widget where it cannot have a stream of events; each visitor comes from a loopback address of its own."""

    def __init__(self, street: Street) -> None:
        self._url = f"{street.gateway}/webhooks/webchat"
        here = ".".join(str(random.randrange(1, 255)) for _ in range(3))
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(f"127.{here}", 0)), headers={"Origin": PUBLIC})
        self._position = "0.0"

    async def says(self, text: str) -> None:
        if "Authorization" not in self._http.headers:
            token = (await self._call("POST", "session", 201))["session"]
            self._http.headers["Authorization"] = f"Bearer {token}"
        await self._call("POST", "messages", 202, json={"id": uuid.uuid4().hex, "text": text})
        while True:
            batch = await self._call("GET", f"messages?after={self._position}&wait=1", 200)
            self._position = batch["position"]
            if any(line.get("from") == "assistant" for line in batch["lines"]):
                return

    async def _call(self, method: str, path: str, status: int, **more: object) -> Dict[str, object]:
        async with self._http.request(method, f"{self._url}/{path}", **more) as response:
            if response.status != status:
                raise ChannelError(f"HTTP status {response.status}")
            return await response.json()

    async def close(self) -> None:
        await self._http.close()


CHANNELS = {"rest": Rest, "sms": Sms, "webchat": WebChat}


async def converse(street: Street, channel: str, dice: random.Random, heard: List[Heard], pause_s: float = 0.0) -> None:
    """One conversation from its first message to its last, with pauses of `pause_s` on average. What came of each is added to `heard`."""
    resident: Channel = CHANNELS[channel](street)
    try:
        for number, (kind, text) in enumerate(script(dice)):
            if number and pause_s:
                await asyncio.sleep(dice.expovariate(1 / pause_s))
            begun, error = time.perf_counter(), ""
            try:
                await asyncio.wait_for(resident.says(text), PATIENCE_S)
            except (ChannelError, aiohttp.ClientError, asyncio.TimeoutError) as err:
                error = str(err) or type(err).__name__
            heard.append(Heard(kind, channel, time.perf_counter() - begun, error))
    finally:
        if isinstance(resident, WebChat):
            await resident.close()
