"""Unanswered topics in the console: what staff see and decide."""

from __future__ import annotations

import re
from typing import Any, List

import pytest
import yaml
from django.test import Client

from tests.console.staff import Staff, visible
from tests.review.record import lost

SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>"


def topic(*texts: str, terms: Any = ("trampoline", "yard"), size: int = 0, before: int = 0, **more: Any) -> Any:
    """A topic as the clustering leaves it."""
    from bot.review.models import UnansweredMessage, UnansweredTopic

    made = UnansweredTopic.objects.create(language="en", terms=list(terms), size=size or len(texts), size_before=before, **more)
    for number, text in enumerate(texts):
        UnansweredMessage.objects.create(topic=made, inbound=lost(text), distance=number / 10)
    return made


def proposals() -> List[Any]:
    from bot.review.models import Proposal

    return list(Proposal.objects.order_by("pk"))


def noted() -> List[Any]:
    from bot.review.models import AuditEntry

    return list(AuditEntry.objects.exclude(action="sign_in").order_by("pk").values_list("by", "action", "subject"))


def decide(staff: Staff, made: Any, decision: str, **more: str) -> Any:
    return staff.browser.post(f"/topics/{made.pk}/decide", {"decision": decision, **more}, follow=True)


def test_there_are_none_at_first(staff: Staff) -> None:
    assert "There are no such topics." in staff.reads("/topics")


def test_the_biggest_come_first_with_three_samples_and_a_trend(staff: Staff) -> None:
    topic("may i keep bees", "hive", "bee rules", terms=["bees"], size=4, before=3)
    topic("trampoline 1", "trampoline 2", "trampoline 2", "trampoline 3", "trampoline 4", size=40, before=5)
    page = staff.reads("/topics")
    assert re.search(r"trampoline, yard Messages in 60 days 40 In the 60 days before 5 Trend Rising .* bees .* Trend About the same", page)
    assert "trampoline 1 trampoline 2 trampoline 3 Decide" in page  # no text twice, and no fourth


def test_more_topics_than_fit_on_a_page_are_each_shown_once(staff: Staff) -> None:
    from bot.review.models import UnansweredTopic

    names = [f"topic{number}" for number in range(60)]
    UnansweredTopic.objects.bulk_create(
        UnansweredTopic(language="en", terms=[name], size=10 + number // 7, size_before=0) for number, name in enumerate(names)
    )
    read: List[str] = []
    address = "/topics"
    while address:
        page = staff.page(address)
        read += re.findall(r'dir="auto">(topic\d+)</a>', page)
        more = re.search(r'href="(\?[^"]*after=[^"]+)"', page)
        address = "/topics" + more[1].replace("&amp;", "&") if more else ""
    assert sorted(read) == sorted(names)
    sizes = [int(name.removeprefix("topic")) // 7 for name in read]
    assert sizes == sorted(sizes, reverse=True)


def test_what_is_ignored_leaves_the_list_and_can_be_looked_at_again(staff: Staff) -> None:
    made = topic("trampoline rules")
    decide(staff, made, "ignore")
    assert "trampoline" not in staff.reads("/topics")
    assert "trampoline" in staff.reads("/topics?state=ignored")
    decide(staff, made, "reopen")
    assert "trampoline" in staff.reads("/topics")
    actions = [(by, action) for by, action, subject in noted() if subject == f"topic:{made.pk}"]
    assert actions == [("clerk", "ignore_topic"), ("clerk", "reopen_topic")]


def test_a_label_is_proposed_for_every_message_once(staff: Staff) -> None:
    made = topic("trampoline rules", "fence round a trampoline")
    for _ in range(2):
        decide(staff, made, "label", label="article/fence_rules")
    assert [(row.kind, row.text, row.label, row.language, row.by, row.state) for row in proposals()] == [
        ("intent", "trampoline rules", "article/fence_rules", "en", "clerk", "open"),
        ("intent", "fence round a trampoline", "article/fence_rules", "en", "clerk", "open"),
    ]
    assert "trampoline" in staff.reads("/topics?state=proposed")


def test_a_label_may_be_typed_by_its_title(staff: Staff) -> None:
    decide(staff, topic("trampoline rules"), "label", label="fence rules")
    assert [row.label for row in proposals()] == ["article/fence_rules"]


def test_a_label_that_does_not_exist_is_refused_in_words_and_proposes_nothing(staff: Staff) -> None:
    made = topic("trampoline rules")
    answer = decide(staff, made, "label", label="article/no_such_thing")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "There is no such need. Pick one from the list." in visible(page)
    assert 'value="article/no_such_thing"' in page
    assert proposals() == []
    made.refresh_from_db()
    assert made.state == "new"


def test_an_article_is_proposed_with_what_residents_ask_and_its_draft_downloaded(staff: Staff) -> None:
    made = topic("May I keep a trampoline?", "may i keep a trampoline", "trampoline, write to jo@example.com", "trampoline near a fence")
    answer = decide(staff, made, "article", title="Trampolines in yards")
    (proposal,) = proposals()
    assert (proposal.kind, proposal.label, proposal.text) == ("new_topic", "", "May I keep a trampoline?")
    assert proposal.words == "Trampolines in yards\n- May I keep a trampoline?\n- trampoline near a fence"
    link = re.search(r'href="(/topics/\d+/draft\?[^"]+)"', answer.content.decode())
    assert link
    file = staff.browser.get(link[1])
    assert file["Content-Disposition"] == 'attachment; filename="trampolines_in_yards.yml"'
    text = file.content.decode()
    assert text.startswith("# DRAFT")
    (article,) = yaml.safe_load(text)["articles"]
    assert article["id"] == "trampolines_in_yards"
    assert article["title"] == {"en": "Trampolines in yards", "fr": ""}
    assert article["questions"] == {"en": ["May I keep a trampoline?", "trampoline near a fence"], "fr": []}
    assert article["answer"] == {"en": "", "fr": ""}
    assert ("clerk", "export_topic", f"topic:{made.pk}") in noted()


def test_a_draft_cannot_be_taken_for_an_article(staff: Staff, tmp_path: Any) -> None:
    from bot.knowledge.check import problems

    made = topic("trampoline rules")
    text = staff.browser.get(f"/topics/{made.pk}/draft", {"title": "# 1: yes"}).content.decode()
    (tmp_path / "draft.yml").write_text(text, encoding="utf-8")
    found = problems(tmp_path)
    assert {problem.field for problem in found} >= {"answer.en", "sms.fr", "title.fr", "owner", "review_by", "source.url"}
    assert not any(problem.field == "id" or problem.field == "title.en" for problem in found)


def test_an_article_without_a_title_is_refused_in_words(staff: Staff) -> None:
    made = topic("trampoline rules")
    answer = decide(staff, made, "article", title="  ")
    assert answer.status_code == 400
    assert "Say what the article is about." in visible(answer.content.decode())
    assert proposals() == []


def test_a_title_with_a_personal_detail_is_masked(staff: Staff) -> None:
    decide(staff, topic("trampoline rules"), "article", title="What jo@example.com asked")
    assert proposals()[0].words.startswith("What [email] asked")


def test_markup_in_messages_terms_and_titles_stays_text(staff: Staff) -> None:
    made = topic(SCRIPT, terms=[SCRIPT])
    for page in (staff.page("/topics"), staff.page(f"/topics/{made.pk}?title={SCRIPT}")):
        assert "&lt;script&gt;" in page
        assert not re.search(r"<script(?! src=\"/static/)", page)
        assert "<img" not in page


def test_what_cannot_be_seen_in_a_message_is_spelled_out(staff: Staff) -> None:
    made = topic("pay \u202ehere", terms=["pay\u200b"])
    for page in (staff.reads("/topics"), staff.reads(f"/topics/{made.pk}")):
        assert "pay ⟨U+202E⟩here" in page
        assert "pay⟨U+200B⟩" in page


def test_who_looked_at_a_topic_is_noted(staff: Staff) -> None:
    made = topic("trampoline rules")
    staff.reads("/topics")
    staff.reads(f"/topics/{made.pk}")
    assert noted() == [("clerk", "list_topics", "topics:new"), ("clerk", "view_topic", f"topic:{made.pk}")]


@pytest.mark.parametrize(
    "address", ["/topics?state=x", "/topics?after=1", "/topics?after=1~%00", f"/topics?after=1~{10**30}", "/topics/99", f"/topics/{10**30}"]
)
def test_an_address_that_leads_nowhere_says_so(staff: Staff, address: str) -> None:
    assert staff.browser.get(address).status_code == 404


def test_a_topic_that_is_gone_by_now_cannot_be_decided_on(staff: Staff) -> None:
    made = topic("trampoline rules")
    key = made.pk
    made.delete()
    assert staff.browser.post(f"/topics/{key}/decide", {"decision": "ignore"}).status_code == 404
    assert staff.browser.post(f"/topics/{key}/decide", {"decision": "dance"}).status_code == 404


def test_a_viewer_reads_topics_and_decides_nothing(visitor: Client) -> None:
    from bot.console.accounts import add_user

    made = topic("trampoline rules")
    viewer = Staff(visitor)
    viewer.sign_in("viewer", add_user("viewer", ["viewer"]))
    for address in ("/topics", f"/topics/{made.pk}"):
        page = viewer.page(address)
        assert "trampoline rules" in page
        assert "/decide" not in page
    assert visitor.post(f"/topics/{made.pk}/decide", {"decision": "ignore"}).status_code == 403
    assert visitor.get(f"/topics/{made.pk}/draft?title=x").status_code == 403
    made.refresh_from_db()
    assert made.state == "new"


def test_nothing_is_decided_by_a_link_or_without_the_token_of_the_page(staff: Staff) -> None:
    made = topic("trampoline rules")
    assert staff.browser.get(f"/topics/{made.pk}/decide?decision=ignore")["Location"] == f"/topics/{made.pk}"
    foreign = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    foreign.cookies = staff.browser.cookies
    assert foreign.post(f"/topics/{made.pk}/decide", {"decision": "ignore"}).status_code == 403
    made.refresh_from_db()
    assert made.state == "new"


def test_it_is_there_in_french(staff: Staff) -> None:
    made = topic("trampoline rules")
    assert "Sujets sans réponse" in staff.reads("/topics", accept_language="fr-CA")
    assert "Il manque un article" in staff.reads(f"/topics/{made.pk}", accept_language="fr-CA")
