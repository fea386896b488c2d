"""`resident chat`: a conversation in the terminal, over the same REST address other programs use."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any, Dict, List, Sequence, Tuple

import requests

from bot.running.parts import GATEWAY
from bot.running.terminal import complain, say
from bot.settings import Settings

MORE_THAN_THE_DEADLINE_S = 15.0


class ChatError(RuntimeError):
    """No answer to this message; the text is for the person typing."""


class NotRunningError(ChatError):
    """There is nobody to talk to."""


class Chat:
    """One conversation, with a sender made up for it."""

    def __init__(self, config: Settings) -> None:
        self.url = f"{GATEWAY.address(config)}/webhooks/rest/webhook"
        self.sender = f"terminal-{uuid.uuid4().hex}"
        self.timeout_s = config.turn_deadline_s + MORE_THAN_THE_DEADLINE_S
        self.session = requests.Session()
        self.session.trust_env = False  # a proxy of the environment is not for our own gateway
        if config.rest_api_key:
            self.session.headers["X-Api-Key"] = config.rest_api_key
        self.choices: List[Dict[str, Any]] = []

    def send(self, typed: str) -> List[str]:
        """Sends what was typed, or the choice whose number was typed; returns the lines to show. Raises ChatError."""
        message = typed
        if typed.isascii() and typed.isdigit() and 0 < int(typed) <= len(self.choices):
            message = self.choices[int(typed) - 1]["payload"]
        replies = self._post(message)
        self.choices = [choice for reply in replies for _, choices in _offered(reply) for choice in choices]
        return lines(replies)

    def _post(self, message: str) -> Sequence[Dict[str, Any]]:
        try:
            answer = self.session.post(self.url, json={"sender": self.sender, "message": message}, timeout=self.timeout_s)
        except requests.ConnectionError as err:
            raise NotRunningError(
                "The gateway is not running here. Start it in another terminal with `make run`; GATEWAY_PORT says where it listens."
            ) from err
        except requests.RequestException as err:
            raise ChatError("The gateway did not answer in time.") from err
        if answer.status_code == requests.codes.unauthorized:
            raise ChatError("The gateway wants an API key: set REST_API_KEY to the one it was started with.")
        try:
            shape = answer.json()
        except ValueError:
            shape = None
        if not answer.ok or not isinstance(shape, list):
            raise ChatError(f"The gateway did not take the message (HTTP status {answer.status_code}).")
        return shape


def lines(replies: Sequence[Dict[str, Any]]) -> List[str]:
    """Replies in Rasa's REST shape as lines; the choices are numbered through."""
    shown: List[str] = []
    number = 0
    for reply in replies:
        shown += str(reply.get("text") or "").splitlines()
        if reply.get("image"):
            shown.append(str(reply["image"]))
        for question, choices in _offered(reply):
            shown += [question] if question else []
            for choice in choices:
                number += 1
                shown.append(f"  {number}. {choice['title']}")
    return shown


def _offered(reply: Dict[str, Any]) -> List[Tuple[str, List[Dict[str, Any]]]]:
    """What may be chosen, each group with the question above it: the buttons, then whether the answer helped."""
    groups = [("", reply.get("buttons") or [])]
    feedback = (reply.get("custom") or {}).get("feedback")
    if feedback:
        groups.append((feedback["question"], [feedback["yes"], feedback["no"]]))
    return groups


def chat(config: Settings) -> int:
    """Talks until the end of input or Ctrl-C. Returns the exit code."""
    with suppress(ImportError):
        import readline  # noqa: F401  (gives input() line editing)

    talk = Chat(config)
    say("Type a question, or the number of a choice. Ctrl-D ends.")
    while True:
        try:
            typed = input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            say()
            return 0
        if not typed:
            continue
        try:
            shown = talk.send(typed)
        except ChatError as err:
            complain(str(err))
            if isinstance(err, NotRunningError):
                return 1
            continue
        for line in shown:
            say(line)
