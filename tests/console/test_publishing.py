"""The pages of versions: who sees and does what on them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Dict, List, Tuple

import pytest

from bot.publishing import versions
from bot.settings import RELEASE, Settings
from tests.console.reviewers import account, turns_of, visited
from tests.console.staff import Staff, visible
from tests.publishing.conftest import FAILED, built, proposal

pytestmark = pytest.mark.usefixtures("console_database")


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    own = Settings(state_folder=tmp_path / "state")
    for module in ("publishing.building", "publishing.going_live", "console.publishing"):
        monkeypatch.setattr(f"bot.{module}.settings", lambda: own)
    return own


def changed(made, decision: str = ""):  # type: ignore[no-untyped-def]
    """An answer that is another one in the version: to an inbound message."""
    from bot.review.models import ChangedAnswer

    was = {"outcome": "sure", "labels": ["article/noise"], "text": "Call by-law."}
    now = {"outcome": "sure", "labels": ["article/garbage_missed"], "text": "Look for a sticker."}
    turn = turns_of(visited("one", "they drove past <b>me</b>, call 519-555-0134"))[0]
    return ChangedAnswer.objects.create(version=made, inbound_id=turn, messages=3, topic="waste", was=was, now=now, decision=decision)


def test_an_editor_asks_for_a_version_and_sees_what_is_in_it_and_how_far_it_is(config: Settings) -> None:
    proposal("the lorry drove past")
    editor = account("claire", "editor")
    assert "the lorry drove past → Garbage or green cart was missed" in editor.reads("/publish")
    answer = editor.browser.post("/publish/build", follow=True)
    page = visible(answer.content.decode())
    assert "The version is asked for." in page
    assert "Waiting to be built" in page
    assert "What is in it" not in page  # the worker that builds it writes that
    again = editor.browser.post("/publish/build")
    assert "A version is being built. Wait until it is done, or stop it." in visible(again.content.decode())


def test_without_anything_approved_no_version_is_asked_for(config: Settings) -> None:
    page = visible(account("claire", "editor").browser.post("/publish/build").content.decode())
    assert "Nothing has been approved that is not published." in page


def test_a_version_that_failed_says_why(config: Settings) -> None:
    made = built(config, state="failed", problem="No space left on device")
    assert "Could not be built" in (page := account("val", "viewer").reads(f"/publish/{made.pk}"))
    assert "No space left on device" in page


def test_an_editor_stops_a_build_and_its_page_says_who_did(config: Settings) -> None:
    from bot.review.models import Version

    made = Version.objects.create(by="ed", state="building", step="training")
    viewer, editor = account("val", "viewer"), account("claire", "editor")
    address = f"/publish/{made.pk}/stop"
    assert f'action="{address}"' in editor.page(f"/publish/{made.pk}")
    assert f'action="{address}"' not in viewer.page(f"/publish/{made.pk}")
    assert [viewer.browser.post(address).status_code, editor.browser.get(address)["Location"]] == [403, f"/publish/{made.pk}"]
    page = editor.browser.post(address, follow=True).content.decode()
    assert "The build is stopped." in visible(page)
    assert "Stopped by claire" in visible(page)
    assert f'action="{address}"' not in page
    again = visible(editor.browser.post(address).content.decode())
    assert "There is no build to stop." in again


def test_gates_stand_with_their_sentence_and_one_that_failed_leaves_no_button(config: Settings) -> None:
    made = built(config, proposal(), gates=[FAILED])
    administrator = account("ada", "administrator")
    page = administrator.page(f"/publish/{made.pk}")
    assert "Danger is always met: Not passed" in visible(page)
    assert "Known wordings of danger that are not met: 1 of 2." in visible(page)
    assert "It may not go live. Gates that were not passed: Danger is always met" in visible(page)
    assert f'action="/publish/{made.pk}/live"' not in page
    answer = administrator.browser.post(f"/publish/{made.pk}/live")
    assert "It was not done." in visible(answer.content.decode())
    assert versions.live(config) == RELEASE


def test_why_it_may_not_go_live_stands_first_for_everybody_and_leads_to_the_gate(config: Settings) -> None:
    made = built(config, proposal(), gates=[FAILED])
    page = account("val", "viewer").page(f"/publish/{made.pk}")
    reason = '<a href="#gate-dangers">Danger is always met</a>'
    assert page.index(reason) < page.index('id="gate-dangers"')


def test_tables_of_gates_name_meanings_by_their_titles(config: Settings) -> None:
    rows = [["greet", "article/garbage_missed", "article/noise"]]
    shown = {"name": "against", "head": ["question", "live", "candidate"], "rows": rows}
    facts = {"examples": "4", "against": "3"}
    made = built(config, proposal(), gates=[{"name": "contradictions", "passed": False, "facts": facts, "tables": [shown]}])
    page = account("val", "viewer").reads(f"/publish/{made.pk}")
    assert "greet Garbage or green cart was missed Noise" in page  # the first is what a resident wrote


def test_gates_are_shown_while_others_are_measured_and_nothing_can_go_live(config: Settings) -> None:
    shown = {"name": "missed", "head": ["question"], "rows": [["it smells of gas"]]}
    made = built(config, proposal(), gates=[{**FAILED, "tables": [shown]}], state="building", step="articles")
    administrator = account("ada", "administrator")
    page = administrator.page(f"/publish/{made.pk}")
    assert "Danger is always met: Not passed" in visible(page)
    assert "it smells of gas" in visible(page)
    assert "Each is shown as soon as it is done." in visible(page)
    assert "What residents wrote lately" not in page  # people decide when all is known
    assert "What is answered otherwise" not in page
    assert f'action="/publish/{made.pk}/live"' not in page
    refused = administrator.browser.post(f"/publish/{made.pk}/live")
    assert "The version is not built." in visible(refused.content.decode())
    assert versions.live(config) == RELEASE


@pytest.mark.parametrize(
    ("name", "passed", "english", "french"),
    [
        ("articles", True, "Articles that changed: 1. What changed is", "Articles qui ont changé : 1. Ce qui a changé"),
        ("accuracy", True, "Right before and wrong now: 1.", "Juste avant et faux maintenant : 1."),
        ("corrected", True, "Corrected questions that are understood: all 1.", "Questions corrigées qui sont comprises : 1 sur 1."),
        ("corrected", False, "understood as something else: 1 of 1.", "comprises autrement : 1 sur 1."),
        ("conversations", False, "another way than written down: 1 of 1.", "autrement que prévu : 1 sur 1."),
        ("replay", False, "Answers that changed: 1. Not decided: 1.", "Réponses qui ont changé : 1. Pas décidé : 1."),
    ],
)
def test_sentences_of_gates_are_right_for_one(config: Settings, name: str, passed: bool, english: str, french: str) -> None:
    from bot.console.words import console_words

    facts = dict.fromkeys("articles changed questions lost wrong conversations asked undecided refused".split(), "1")
    for language, expected in (("en", english), ("fr", french)):
        sentence = console_words()[language]["publish"]["gates"][name]["passed" if passed else "failed"].format_map(facts)
        assert expected in sentence


def test_each_proposal_in_a_version_says_what_it_is(config: Settings) -> None:
    written = proposal("", kind="answer", article={"answer": {"en": "Call us."}, "review_by": "2027-08-31"})
    topic = proposal("can i keep bees", kind="new_topic", label="", article={"id": "bees"})
    made = built(config, written, topic)
    for address in ("/publish", f"/publish/{made.pk}"):
        page = account("val" + address[-1], "viewer").reads(address)
        assert f"{written.pk} The answer needs a change: Garbage or green cart was missed" in page
        assert f"{topic.pk} can i keep bees → The topic is missing" in page


def test_what_is_answered_otherwise_by_a_task_has_a_heading_in_words(config: Settings) -> None:
    made = built(config)
    change = changed(made)
    change.topic = "tasks"
    change.save()
    page = account("val", "viewer").reads(f"/publish/{made.pk}")
    assert "Reports, look-ups and small talk A resident wrote" in page


def test_old_and_new_answers_stand_side_by_side_until_somebody_decides(config: Settings) -> None:
    made = built(config, proposal())
    changed(made)
    editor, administrator = account("claire", "editor"), account("ada", "administrator")
    page = editor.page(f"/publish/{made.pk}")
    assert "they drove past &lt;b&gt;me&lt;/b&gt;, call [phone]" in page
    read = visible(page)
    assert read.index("Until now Answer : Noise") < read.index("With this version Answer : Garbage or green cart was missed")
    assert "Call by-law." in read
    assert "Look for a sticker." in read
    assert "Not decided Accept Refuse" in read
    assert f'action="/publish/{made.pk}/live"' not in administrator.page(f"/publish/{made.pk}")
    form = {"change": str(made.changes.get().pk)}
    refused = editor.browser.post(f"/publish/{made.pk}/judge", {**form, "decision": "refuse"}, follow=True)
    assert "Not decided: 0. Refused: 1." in visible(refused.content.decode())
    editor.browser.post(f"/publish/{made.pk}/judge", {**form, "decision": "accept"})
    assert f'action="/publish/{made.pk}/live"' in administrator.page(f"/publish/{made.pk}")


def test_all_of_a_topic_that_nobody_decided_is_accepted_at_once(config: Settings) -> None:
    made = built(config, proposal())
    refused, waiting = changed(made, "refused"), changed(made)
    account("claire", "editor").browser.post(f"/publish/{made.pk}/judge", {"topic": "waste", "decision": "accept"})
    refused.refresh_from_db(), waiting.refresh_from_db()
    assert (refused.decision, waiting.decision, waiting.by) == ("refused", "accepted", "claire")


def test_only_who_may_lets_it_go_live_and_back(config: Settings) -> None:
    made = built(config, proposal())
    editor, administrator = account("claire", "editor"), account("ada", "administrator")
    assert editor.browser.post(f"/publish/{made.pk}/live").status_code == 403
    answer = administrator.browser.post(f"/publish/{made.pk}/live", follow=True)
    assert "The version is going live." in visible(answer.content.decode())
    assert versions.live(config) == str(made.pk)
    assert f"Residents are answered by Version {made.pk}" in editor.reads("/publish")
    form = going_back(administrator)
    assert editor.browser.post("/publish/back", form).status_code == 403
    answer = administrator.browser.post("/publish/back", form, follow=True)
    assert "The version before is coming back." in visible(answer.content.decode())
    assert versions.live(config) == RELEASE
    assert "Residents are answered by the release" in editor.reads("/publish")


def going_back(administrator: Staff) -> Dict[str, str]:
    """The fields of the button *Go back to …*, on the page that the administrator has before them."""
    form = administrator.page("/publish").partition('action="/publish/back"')[2].partition("</form>")[0]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def test_the_button_goes_back_past_a_version_that_was_bad(config: Settings) -> None:
    good, bad, after = (built(config, proposal(text)) for text in ("a lorry", "another lorry", "a third lorry"))
    administrator = account("ada", "administrator")
    for made in (good, bad):
        administrator.browser.post(f"/publish/{made.pk}/live")
    administrator.browser.post("/publish/back", going_back(administrator))
    administrator.browser.post(f"/publish/{after.pk}/live")
    assert f"Go back to Version {good.pk}" in administrator.reads("/publish")


def test_going_back_sent_twice_goes_back_once_and_says_so(config: Settings) -> None:
    one, two = built(config, proposal()), built(config, proposal("another lorry"))
    administrator = account("ada", "administrator")
    for made in (one, two):
        administrator.browser.post(f"/publish/{made.pk}/live")
    form = going_back(administrator)
    administrator.browser.post("/publish/back", form)
    for language, said in (("en", "It was not done. Another version has gone live"), ("fr", "Une autre version est entrée en service")):
        answer = administrator.browser.post("/publish/back", form, headers={"Accept-Language": language})
        assert said in visible(answer.content.decode())
    assert versions.live(config) == str(one.pk)


def test_a_withdrawn_proposal_is_in_no_version_to_come(config: Settings) -> None:
    row = proposal("the lorry drove past")
    editor = account("claire", "editor")
    answer = editor.browser.post(f"/publish/proposals/{row.pk}/withdraw", follow=True)
    page = visible(answer.content.decode())
    assert "The proposal is in no version from now on." in page
    assert "the lorry drove past" not in page


def test_looking_at_messages_of_residents_is_in_the_audit_log(config: Settings) -> None:
    from bot.review.models import AuditEntry

    made = built(config, proposal())
    account("val", "viewer").page(f"/publish/{made.pk}")
    assert list(AuditEntry.objects.filter(action="view_version").values_list("by", "subject")) == [("val", f"version:{made.pk}")]


def test_so_is_looking_at_proposals_which_quote_them(config: Settings) -> None:
    from bot.review.models import AuditEntry

    def looks() -> List[Tuple[str, str]]:
        for address in ("/publish", "/proposals", "/proposals?state=approved"):
            viewer.page(address)
        return list(AuditEntry.objects.filter(by="val").order_by("id").values_list("action", "subject"))

    viewer = account("val", "viewer")
    assert looks() == []
    row = proposal()
    assert looks() == [("list_proposals", "publish"), ("list_proposals", "proposals:approved")]
    row.kind, row.article, row.state = "answer", None, "open"
    row.save()
    account("claire", "editor").page(f"/proposals/{row.pk}/answer")
    assert AuditEntry.objects.filter(by="claire").values_list("action", "subject").get() == ("view_proposal", f"proposal:{row.pk}")
    assert "List of proposals looked at" in account("ada", "administrator").reads("/audit")


def test_a_version_that_is_not_there_is_not_found(config: Settings) -> None:
    viewer = account("val", "viewer")
    assert [viewer.browser.get(f"/publish/{number}").status_code for number in (1, 10**12)] == [404, 404]
