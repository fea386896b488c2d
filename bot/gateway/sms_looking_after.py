"""What is done with Twilio every few minutes: texts that its webhook did not bring are taken, reports that did not come are asked for."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any, Dict, Iterator, List

from django.utils import timezone

from bot.conversations import sender
from bot.conversations.models import OutboundMessage
from bot.conversations.photos import Photo
from bot.conversations.texts_missed import ListedText, take_missed
from bot.gateway.sms import NotForUsError, parse_text
from bot.gateway.sms_errors import OPTED_OUT, UNREACHABLE
from bot.gateway.twilio_api import TwilioApi, TwilioError

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(days=3)  # on start: as long as we may have been away, for somebody who wrote STOP meanwhile
OVERLAP = timedelta(hours=1)  # of one look at the list and the next
MOST_LISTED = 20_000  # a page holds a thousand
SILENT_FOR, GIVEN_UP_AFTER = timedelta(hours=1), timedelta(days=2)
MOST_ASKED = 100  # requests in one go, of each kind
_PAGE = 1000


class TwilioLookedAfter:
    """The work of one process, one piece a method. Each logs what Twilio refuses; the next time it is tried again."""

    def __init__(self, api: TwilioApi) -> None:
        self.api, self.config = api, api.config
        self._since = timezone.now() - LOOK_BACK

    def take_missed_texts(self) -> None:
        began = timezone.now()
        try:
            listed = list(self._listed(self._since))
        except TwilioError as err:
            log.warning("texts that we missed are not known: %s", err)
            return
        count = take_missed(listed)
        if count:
            log.warning("%d texts came late: Twilio's webhook did not bring them", count)
        self._since = began - OVERLAP

    def _listed(self, since: datetime) -> Iterator[ListedText]:
        for message in self._messages("to", date_sent_after=since):
            sent_at = message.date_sent or message.date_created
            if message.direction != "inbound" or sent_at is None or sent_at < since:
                continue
            form = {
                "From": message.from_,
                "To": message.to,
                "MessagingServiceSid": message.messaging_service_sid,
                "MessageSid": message.sid,
                "Body": message.body,
                "NumMedia": message.num_media,
            }
            try:
                text = parse_text({name: value or "" for name, value in form.items()}, self.config)
            except NotForUsError:
                continue
            lost = tuple(Photo(declined="photo_lost") for _ in text.photos)  # the list does not say where they are
            yield ListedText(text.phone, text.text, text.message_sid, lost, sent_at)

    def _messages(self, ours: str, **when: datetime) -> List[Any]:
        """Twilio's messages of a time, newest first; `ours`: whether our number is to be their `to` or their `from_`.

        A service may have several numbers, and nobody lists its messages alone: they are picked from the account's.
        """
        service = self.config.twilio_messaging_service_sid
        number: Dict[str, str] = {} if service else {ours: self.config.twilio_number or ""}
        with self.api.client() as client:
            found = client.messages.list(**number, **when, limit=MOST_LISTED, page_size=_PAGE)
        return [
            row for row in found if not service or service == row.messaging_service_sid or self.config.twilio_number in (row.to, row.from_)
        ]

    def ask_what_became(self) -> None:
        """Asks once for each message whose last report is not its last."""
        now = timezone.now()
        sent = OutboundMessage.objects.filter(conversation__channel="sms", state=OutboundMessage.State.SENT, asked_at=None)
        silent = sent.filter(sent_at__range=(now - GIVEN_UP_AFTER, now - SILENT_FOR)).exclude(delivery="delivered")
        rows = silent.exclude(provider_id="").order_by("sent_at")
        for row in rows[:MOST_ASKED]:
            try:
                with self.api.client() as client:
                    message = client.messages(row.provider_id).fetch()
            except TwilioError as err:
                log.warning("what became of message %s is not known: %s", row.pk, err)
                if err.retry:
                    return
            else:
                code = str(message.error_code or "")
                sender.report(row.pk, row.provider_id, str(message.status), code, code == OPTED_OUT, UNREACHABLE.get(code))
            OutboundMessage.objects.filter(pk=row.pk).update(asked_at=now)

    def delete_old(self) -> None:
        """Deletes texts of both directions at Twilio once they are as old as the setting says."""
        if self.config.twilio_keep_days is None:
            return
        before = timezone.now() - timedelta(days=self.config.twilio_keep_days)
        try:
            old = {message.sid for ours in ("to", "from_") for message in self._messages(ours, date_sent_before=before)}
            for sid in sorted(old)[:MOST_ASKED]:
                self._delete(sid)
        except TwilioError as err:
            log.warning("old texts stay at Twilio: %s", err)

    def _delete(self, sid: str) -> None:
        try:
            with self.api.client() as client:
                client.messages(sid).delete()
        except TwilioError as err:
            if err.retry:
                raise
            log.warning("a text stays at Twilio: %s", err)
