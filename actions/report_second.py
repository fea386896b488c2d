"""A second problem that a resident tells of while one is reported: it does not touch the first, and is taken when that is done."""

from __future__ import annotations

from typing import Sequence

from actions.base import Turn
from actions.clients.open311_shapes import Service
from actions.report_answers import place_in
from actions.report_words import adds, denies, puts_right
from actions.waiting_needs import keep_for_later
from bot.labels import REPORT

ASKED = {"report_description", "report_duplicate", "report_attribute", "report_contact", "report_confirmed", "report_change"}


def keeps_second(turn: Turn, asked: str, services: Sequence[Service], *, free: bool) -> bool:
    """Keeps a message that tells of another problem than the report, for when it is done; False for any other message.

    Args:
        free: what was asked is answered in words, which may be of several things: only what stands elsewhere is another problem.
    """
    if asked not in ASKED or turn.tapped or not is_second(turn, asked, services, free=free):
        return False
    keep_for_later(turn)
    return True


def is_second(turn: Turn, asked: str, services: Sequence[Service], *, free: bool) -> bool:
    """Whether a message tells of another problem: one more ("also", "aussi"), or one of another kind with an address of its own.

    When the report is shown, another kind is enough where no word says that it corrects the first.
    """
    kinds = {service.service_code: service for service in services}
    code = turn.entity("service_code")
    if turn.intent != REPORT or code not in kinds:
        return False
    place, other_kind = place_in(turn.text), code != turn.slot("service_code")
    elsewhere = place is not None and place != turn.slot("report_location")
    if free:
        return adds(turn.text) and other_kind and elsewhere
    if adds(turn.text):
        return other_kind or elsewhere
    return other_kind and not corrects_kind(turn, services) and (elsewhere or asked == "report_confirmed")


def corrects_kind(turn: Turn, services: Sequence[Service]) -> bool:
    """Whether a message says that the report is of another kind: "no, it's graffiti", "not a pothole"."""
    own = next((service for service in services if service.service_code == turn.slot("service_code")), None)
    return puts_right(turn.text) or (own is not None and denies(turn.text, own.service_name))
