"""Files a report with the city once, whatever breaks: the key is written before the call, and after an unclear answer the
city is asked what it has before anything is said.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import List, Literal, Optional
from uuid import UUID

from actions.clients.ledger import seconds_left
from actions.clients.open311 import NewRequest, Open311, Open311Error
from actions.clients.open311_shapes import ServiceRequest
from bot.conversations import submissions
from bot.conversations.submissions import UNNUMBERED, token_of
from bot.language.addresses import find_address
from bot.language.street_words import folded

KIND = "service_request"
FOLLOWED = "followed_request"  # somebody else's, about the same problem
CLOCKS_DIFFER = timedelta(minutes=5)
EARLIER_TRY = timedelta(hours=1)  # how long ago an earlier try may have been cut off
LOOK_AGAIN_S = 1.0  # a city may need a moment to list what it just took
FIRST_PAUSE_S = 0.5  # before a token is asked for again; each pause is twice as long

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Filing:
    """What became of a report.

    filed: `number` is the city's, empty when it gives none (yet); `token` stands for one to come. unknown: it may or may not be
    there. not_filed: it certainly is not, `error` says why.
    """

    state: Literal["filed", "unknown", "not_filed"]
    number: str = ""
    notice: str = ""
    token: str = ""
    error: Optional[Open311Error] = None


def file_once(
    open311: Open311, request: NewRequest, *, conversation: str, report_id: str, language: str, turn: Optional[UUID] = None
) -> Filing:
    """Files a report; for one that was begun before, says what became of it. Blocking: call it off the event loop.

    `turn`: as in `submissions.begin`.
    """
    key = f"{KIND}:{conversation}:{report_id}"
    now = datetime.now(open311.zone)
    submission = submissions.begin(key, conversation=conversation, kind=KIND, turn=turn)
    if submission.state == "done":
        token = token_of(submission.reference)
        return Filing("filed", "" if token else submission.reference, token=token)
    if not submission.new:
        return _looked_for(open311, request, key, now - EARLIER_TRY, language)
    try:
        filed = open311.file(request, language)
    except Open311Error as err:
        if err.may_have_happened:
            return _looked_for(open311, request, key, now - CLOCKS_DIFFER, language)
        submissions.abandon(key)
        return Filing("not_filed", error=err)
    number = filed.service_request_id or _number_behind(open311, filed.token, language)
    _remember(key, number or (f"{UNNUMBERED}{filed.token}" if filed.token else ""))
    return Filing("filed", number, filed.service_notice, token="" if number else filed.token)


def follow(number: str, *, conversation: str) -> None:
    """Remembers a request that somebody else made, so that it counts among the resident's own. Blocking."""
    key = f"{FOLLOWED}:{conversation}:{number}"
    submissions.begin(key, conversation=conversation, kind=FOLLOWED)
    _remember(key, number)


def own_references(conversation: str) -> List[submissions.Reference]:
    """The numbers and tokens of what was reported or is followed in a conversation, newest first. Blocking."""
    return submissions.references(conversation, kinds=(KIND, FOLLOWED))


def _remember(key: str, number: str) -> None:
    """Notes that it is done. Failing here must not keep the number from the resident: the key stays `started`, and is looked for."""
    try:
        submissions.finish(key, number)
    except Exception as err:
        _log.error("a filed report could not be noted as filed: %s", type(err).__name__)


def _number_behind(open311: Open311, token: str, language: str) -> str:
    """The number a token stands for, asked for less and less often while there is time; empty when there is none yet."""
    pause_s = FIRST_PAUSE_S
    while token and seconds_left() > pause_s + LOOK_AGAIN_S:
        try:
            number = open311.request_number(token, language)
        except Open311Error:
            return ""
        if number:
            return number
        time.sleep(pause_s)
        pause_s *= 2
    return ""


def _looked_for(open311: Open311, request: NewRequest, key: str, since: datetime, language: str) -> Filing:
    found: Optional[ServiceRequest] = None
    try:
        found = _look(open311, request, since, language)
        if found is None and seconds_left() > 2 * LOOK_AGAIN_S:
            time.sleep(LOOK_AGAIN_S)
            found = _look(open311, request, since, language)
    except Open311Error as err:
        _log.warning("could not look for a report: %s", err.failure.value)
    if found is None:
        submissions.mark_unknown(key)
        return Filing("unknown")
    _remember(key, found.service_request_id)
    return Filing("filed", found.service_request_id, found.service_notice)


def _look(open311: Open311, request: NewRequest, since: datetime, language: str) -> Optional[ServiceRequest]:
    """The newest request since then with the same words at the same place."""
    requests = open311.service_requests(request.service_code, since, language)
    same = [found for found in requests if _same(found, request) and (found.requested_datetime or since) >= since]
    return max(same, key=lambda found: found.requested_datetime or since, default=None)


def _same(found: ServiceRequest, request: NewRequest) -> bool:
    if folded(" ".join(found.description.split())) != folded(" ".join(request.description.split())):
        return False
    there, here = find_address(found.address), find_address(request.address)
    if there and here:  # the city may complete an address: postal code, town
        return (there.civic, folded(there.street)) == (here.civic, folded(here.street))
    return not found.address or folded(found.address) == folded(request.address)
