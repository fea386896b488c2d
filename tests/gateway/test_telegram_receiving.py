"""Updates that cannot be taken: what we cannot read is dropped, and everything else is Telegram's to hand over again."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, List

import pytest
from django.db import OperationalError, connection
from django.test import RequestFactory

from bot import sealing
from bot.conversations import chats_in
from bot.conversations.models import InboundMessage
from bot.gateway import telegram_receiving, telegram_views
from bot.gateway.telegram import SECRET_HEADER, webhook_secret
from bot.gateway.telegram_api import TelegramApi
from bot.gateway.telegram_receiving import Reception
from bot.settings import Settings
from tests.gateway.telegram_fake import TOKEN, Chat, telegram_at_work

pytestmark = pytest.mark.usefixtures("record")
CONFIG = Settings(telegram_bot_token=TOKEN, public_url="https://chat.example.org")


def update(number: int, text: str) -> Dict[str, Any]:
    person = {"id": 700, "is_bot": False, "first_name": "Ann"}
    return {
        "update_id": number,
        "message": {"message_id": number, "date": 1, "chat": {"id": 700, "type": "private"}, "from": person, "text": text},
    }


async def in_a_new_thread(work: Callable[[], Any]) -> Any:
    def then_closed() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, then_closed)


def handed_over(monkeypatch: pytest.MonkeyPatch, shape: Any) -> int:
    """The status that Telegram gets for an update."""
    monkeypatch.setattr(telegram_views, "settings", lambda: CONFIG)
    monkeypatch.setattr(telegram_views, "telegram_api", lambda: TelegramApi(CONFIG))
    monkeypatch.setattr(
        telegram_views, "in_database", in_a_new_thread
    )  # the gateway's threads keep their connection to another test's record
    request = RequestFactory().post("/", json.dumps(shape), "application/json", headers={SECRET_HEADER: webhook_secret(CONFIG)})
    return asyncio.run(telegram_views.telegram_webhook(request)).status_code


def taken() -> List[str]:
    return list(InboundMessage.objects.values_list("text_masked", flat=True))


def test_with_another_master_key_nothing_is_acknowledged_that_is_not_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    assert handed_over(monkeypatch, update(1, "hello")) == 200
    with monkeypatch.context() as patch:
        patch.setattr(sealing, "_master_key", lambda: b"another" + bytes(25))
        assert handed_over(patch, update(2, "hello again")) == 503
    assert taken() == ["hello"]
    assert handed_over(monkeypatch, update(2, "hello again")) == 200
    assert taken() == ["hello", "hello again"]


@pytest.mark.parametrize("fault", [LookupError, ValueError])
def test_a_fault_of_ours_is_no_acknowledgement(monkeypatch: pytest.MonkeyPatch, fault: Any) -> None:
    monkeypatch.setattr(chats_in, "take", lambda incoming: (_ for _ in ()).throw(fault))
    with pytest.raises(fault):  # which Django answers with 500
        handed_over(monkeypatch, update(1, "hello"))


def test_what_cannot_be_read_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_receiving, "read", lambda *_: (_ for _ in ()).throw(LookupError))
    assert handed_over(monkeypatch, update(1, "hello")) == 200


@pytest.mark.parametrize(
    ("fault", "then"), [(OperationalError, ["first", "second"]), (sealing.SealError, ["second"]), (LookupError, ["second"])]
)
def test_who_asks_for_updates_passes_over_only_what_is_the_updates_own_fault(
    monkeypatch: pytest.MonkeyPatch, fault: Any, then: List[str]
) -> None:
    monkeypatch.setattr(telegram_receiving, "PAUSE_S", 0.0)
    with telegram_at_work() as telegram:
        config = Settings(telegram_bot_token=TOKEN, telegram_api_base_url=telegram.url)
        reception = Reception("worker", config, TelegramApi(config))
        resident = Chat(telegram)
        for text in ("first", "second"):
            resident.says(text)
        with monkeypatch.context() as patch:
            take = chats_in.take
            patch.setattr(chats_in, "take", lambda incoming: (_ for _ in ()).throw(fault) if incoming.text == "first" else take(incoming))
            reception.work()
        reception.work()
    assert taken() == then
