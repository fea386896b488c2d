"""`resident conversations …` as a clerk types it: what is written, what is deleted, and what is in no file afterwards."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any, Dict, List
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from bot import cli
from bot.assistant.rows import Rows
from bot.city import city
from bot.conversations import assistant_rows, texts_in, texts_missed
from bot.conversations.models import Conversation, Disposal, InboundMessage, Media, Visit
from bot.conversations.texts_missed import ListedText
from bot.review import audit, disposing, masked_export
from bot.review.cells import inert
from bot.review.models import AuditEntry
from bot.settings import settings
from tests.privacy.people import CANARY, PHONE, texted, with_everything

REASON = "their request of 28 November"


@pytest.fixture
def tracker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The assistant's tables, a file of their own."""
    path = tmp_path / "assistant" / "tracker.sqlite3"
    config = type(settings())
    monkeypatch.setattr(config, "tracker_url", property(lambda self: f"sqlite:///{path}"))
    assistant_rows._rows.cache_clear()
    return path


def resident(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(["conversations", *words])
    return int(ended.value.code or 0)


def audited() -> List[List[str]]:
    assert audit.first_broken() is None
    return [[row.action, row.subject, row.reason] for row in AuditEntry.objects.order_by("id")]


def everything_on_disk(url: str, tracker: Path) -> bytes:
    """Both databases as whoever copies them gets them."""
    files = list(tracker.parent.iterdir())
    if url.startswith("sqlite"):
        record = Path(urlsplit(url).path)
        files += record.parent.glob(f"{record.name}*")
        dumped = b""
    else:
        dumped = subprocess.run(["pg_dump", "--dbname", url], check=True, capture_output=True).stdout
    return dumped + b"".join(file.read_bytes() for file in files if file.is_file())


def test_one_persons_data_is_masked_unless_a_reason_is_given(console_database: str, tmp_path: Path, capsys: Any) -> None:
    row = texted("my cat is at 45 Maple Street, call 519-555-0199", "Thank you.")
    folder = tmp_path / "copy"
    assert resident("export", "--channel", "sms", "--address", "(519) 555-0123", "--output", str(folder)) == 0
    masked = json.loads((folder / "data.json").read_text())
    assert masked["turns"][0]["text"] == row.text_masked
    assert "555-0199" not in (folder / "data.json").read_text() + (folder / "transcript.txt").read_text()
    assert masked["address"] is None
    assert PHONE not in (folder / "data.json").read_text()

    assert resident("export", "--conversation", row.conversation_id, "--output", str(folder), "--reveal") == 2
    assert "--reason must say why" in capsys.readouterr().err
    assert resident("export", "--conversation", row.conversation_id, "--output", str(folder), "--reveal", "--reason", REASON) == 0
    whole = json.loads((folder / "data.json").read_text())
    assert (whole["address"], whole["turns"][0]["text"]) == (PHONE, "my cat is at 45 Maple Street, call 519-555-0199")
    assert "assistant: Thank you." in (folder / "transcript.txt").read_text()
    subject = f"conversation:{row.conversation_id}"
    assert audited() == [["export", subject, ""], ["export_original", subject, REASON]]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["export", "--channel", "sms", "--address", "+15195550000"], 1),
        (["export", "--conversation", "nobody"], 1),
        (["forget", "--conversation", "nobody", "--reason", REASON, "--yes"], 1),
        (["forget", "--channel", "sms", "--address", PHONE, "--yes"], 2),
        (["forget", "--channel", "sms", "--address", PHONE, "--reason", "because", "--yes"], 2),
        (["export"], 2),
        (["export", "--channel", "sms"], 2),
        (["export", "--from", "2026-11-02", "--to", "2026-11-01"], 2),
        (["export", "--from", "2026-11-02"], 2),
        (["export", "--from", "yesterday", "--to", "today"], 2),
        (["export", "--from", "2026-11-01", "--to", "2026-11-02", "--reveal", "--reason", REASON], 2),
    ],
)
def test_a_wrong_command_does_nothing(console_database: str, words: List[str], code: int, capsys: Any) -> None:
    texted("hello")
    assert resident(*words) == code
    assert capsys.readouterr().err
    assert Conversation.objects.count() == 1
    assert audited() == []


def test_after_forget_the_words_are_nowhere(console_database: str, tracker: Path, capsys: Any) -> None:
    row = with_everything(Rows(f"sqlite:///{tracker}"))
    other = texted("somebody else's question", phone="+15195550777")
    before = everything_on_disk(console_database, tracker)
    assert CANARY.encode() in before
    sealed = [bytes(row.text_sealed), bytes(row.conversation.data_key_sealed)]
    sealed += _sealed_events(tracker)
    assert len(sealed) >= 4

    assert resident("forget", "--channel", "sms", "--address", PHONE, "--reason", REASON, "--yes") == 0

    assert capsys.readouterr().out == "Deleted: 1 conversation, messages: 1.\n"
    after = everything_on_disk(console_database, tracker)
    assert CANARY.encode() not in after
    if console_database.startswith("sqlite"):
        assert not [value for value in sealed[:2] if value in after]
    assert not [value for value in sealed[2:] if value in after]
    assert [row.pk for row in InboundMessage.objects.all()] == [other.pk]
    (disposal,) = Disposal.objects.all()
    assert (disposal.reason, disposal.conversations, disposal.messages) == ("staff", 1, 1)
    assert disposal.by.endswith("(command line)")
    assert audited() == [["delete", f"conversation:{row.conversation_id}", REASON]]


def _sealed_events(tracker: Path) -> List[bytes]:
    with sqlite3.connect(tracker) as connection:
        return [
            bytes(value)
            for query in ("SELECT data FROM tracker_events", "SELECT answer FROM tracker_turns")
            for (value,) in connection.execute(query)
        ]


def test_a_text_that_twilio_still_lists_is_not_taken_again_after_it_was_deleted(console_database: str, tracker: Path) -> None:
    row = texted("delete all of this")
    sent_at = timezone.now() - timedelta(minutes=5)
    listed = [ListedText(PHONE, "delete all of this", row.provider_id, (), sent_at)]
    assert resident("forget", "--conversation", row.conversation_id, "--reason", REASON, "--yes") == 0
    assert texts_missed.take_missed(listed) == 0
    texts_in.take(PHONE, "delete all of this", row.provider_id)
    assert Conversation.objects.count() == 0
    assert texts_missed.take_missed([*listed, ListedText(PHONE, "a new one", "SM new", (), sent_at)]) == 1
    assert [row.text_masked for row in InboundMessage.objects.all()] == ["a new one"]


@pytest.mark.parametrize(("answer", "left"), [("no\n", 1), ("\n", 1), ("", 1), ("yes\n", 0)])
def test_forget_asks_first(console_database: str, monkeypatch: pytest.MonkeyPatch, capsys: Any, answer: str, left: int) -> None:
    row = texted("hello")
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    assert resident("forget", "--conversation", row.conversation_id, "--reason", REASON) == (1 if left else 0)
    assert "cannot be undone" in capsys.readouterr().out
    assert Conversation.objects.count() == left


def test_purge_says_what_is_over_and_takes_it_only_when_told(console_database: str, tracker: Path, capsys: Any) -> None:
    old = with_everything(Rows(f"sqlite:///{tracker}"))
    texted("still fresh", phone="+15195550777")
    Conversation.objects.filter(pk=old.conversation_id).update(dispose_after=timezone.now().date() - timedelta(days=3))

    assert resident("purge") == 0
    said = capsys.readouterr().out
    assert said.startswith("1 conversations, 1 messages, the oldest of ")
    assert "dry run" in said
    assert Conversation.objects.count() == 2
    assert audited() == []

    assert resident("purge", "--yes") == 0
    assert [row.text_masked for row in InboundMessage.objects.all()] == ["still fresh"]
    assert CANARY.encode() not in everything_on_disk(console_database, tracker)
    (disposal,) = Disposal.objects.all()
    assert (disposal.reason, disposal.conversations, disposal.messages) == ("time", 1, 1)
    assert [entry[:2] for entry in audited()] == [["purge", "retention"]]
    assert resident("purge", "--yes") == 0
    assert len(audited()) == 1


def kept(monkeypatch: pytest.MonkeyPatch, **days: int) -> None:
    from dataclasses import replace

    changed = replace(city(), retention=replace(city().retention, **days))
    monkeypatch.setattr("bot.conversations.retention.city", lambda: changed)


def silent_for(row: InboundMessage, days: float) -> None:
    Conversation.objects.filter(pk=row.conversation_id).update(last_message_at=timezone.now() - timedelta(days=days))


def test_a_class_that_is_kept_for_less_goes_first(console_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ordinary, bills, danger = (texted("hello", phone=f"+1519555010{number}") for number in range(3))
    InboundMessage.objects.filter(pk=bills.pk).update(private=True)
    now = timezone.now()
    Visit.objects.create(conversation=danger.conversation, channel="sms", started_at=now, last_at=now, outcome="emergency")
    for row in (ordinary, bills, danger):
        silent_for(row, 40)

    today = timezone.now().astimezone(city().timezone).date()
    assert disposing.plan(today).classes == ()
    kept(monkeypatch, bills=30, emergencies=60)
    assert [(due.kind, due.conversations) for due in disposing.plan(today).classes] == [("bills", 1)]
    kept(monkeypatch, bills=30, emergencies=30)
    assert [due.kind for due in disposing.plan(today).classes] == ["bills", "emergencies"]
    kept(monkeypatch, conversations=30, bills=30, emergencies=30)
    assert [due.kind for due in disposing.plan(today).classes] == ["bills", "emergencies", "conversations"]
    assert disposing.plan(today).total.conversations == 3
    silent_for(ordinary, 29)
    assert disposing.plan(today).total.conversations == 2


def test_photos_go_when_their_time_is_over(console_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    row = texted("look at this")
    for days in (1, 40):
        Media.objects.create(
            conversation=row.conversation,
            inbound=row,
            position=days,
            received_at=timezone.now() - timedelta(days=days),
            expires_at=timezone.now() + timedelta(days=1),
        )
    today = timezone.now().astimezone(city().timezone).date()
    assert disposing.plan(today).photos == 0
    kept(monkeypatch, photos=30)
    assert disposing.plan(today).photos == 1
    disposing.purge(today, "clerk")
    assert [row.position for row in Media.objects.all()] == [1]


@pytest.mark.parametrize(
    "days",
    [
        {"conversations": 366, "bills": 1, "emergencies": 1, "photos": 1},
        {"conversations": 30, "bills": 31, "emergencies": 1, "photos": 1},
        {"conversations": 30, "bills": 30, "emergencies": 30, "photos": 0},
    ],
)
def test_a_class_can_only_shorten_and_nothing_is_kept_for_more_than_a_year(days: Dict[str, int]) -> None:
    import yaml

    from bot.city import read_city

    shape = yaml.safe_load((settings().data_folder / "city.yml").read_text(encoding="utf-8"))
    assert read_city(shape, settings(), {}).retention.conversations <= 365
    with pytest.raises(ValueError, match="retention of"):
        read_city({**shape, "retention": days}, settings(), {})


def test_days_are_exported_masked_one_row_for_a_turn(console_database: str, tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(masked_export, "PAGE", 2)
    for number in range(5):
        texted(f"=1+{number} call 519-555-0199", "@SUM answer", phone=f"+1519555011{number}")
    today = timezone.now().astimezone(city().timezone).date().isoformat()
    file = tmp_path / "days.csv"
    assert resident("export", "--from", today, "--to", today, "--format", "csv", "--output", str(file)) == 0
    rows = list(csv.DictReader(file.open(newline="")))
    assert [row["resident"] for row in rows] == [f"'=1+{number} call [phone]" for number in range(5)]
    assert {row["assistant"] for row in rows} == {"'@SUM answer"}
    assert {row["channel"] for row in rows} == {"sms"}

    capsys.readouterr()
    assert resident("export", "--from", today, "--to", today, "--format", "jsonl") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["resident"] for line in lines] == [f"=1+{number} call [phone]" for number in range(5)]

    assert resident("export", "--from", "2020-01-01", "--to", "2020-01-02") == 0
    assert capsys.readouterr().out.splitlines() == [",".join(masked_export.COLUMNS)]
    assert [entry[:2] for entry in audited()] == [["export_masked", "conversations"]] * 3


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


def test_an_assistant_whose_tables_do_not_answer_keeps_the_conversation_whole(console_database: str, tracker: Path, capsys: Any) -> None:
    row = texted("hello")
    tracker.mkdir(parents=True)  # a folder where the file should be
    assert resident("forget", "--conversation", row.conversation_id, "--reason", REASON, "--yes") == 1
    assert "assistant's tables do not answer" in capsys.readouterr().err
    assert Conversation.objects.count() == 1
    assert audited() == []
    shutil.rmtree(tracker)
