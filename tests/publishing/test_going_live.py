"""What may go live, what becomes of its proposals, and the way back."""

from __future__ import annotations

from typing import Any, List

import pytest

from bot.publishing import versions
from bot.settings import RELEASE, Settings
from tests.console.reviewers import visited
from tests.publishing.conftest import FAILED, built, proposal

pytestmark = pytest.mark.usefixtures("console_database")


def change(version: Any, decision: str = "") -> Any:
    """An answer of the version that is another one than before."""
    from bot.conversations.models import InboundMessage
    from bot.review.models import ChangedAnswer

    visited("one")
    said = {"outcome": "sure", "labels": ["article/noise"], "text": ""}
    inbound = InboundMessage.objects.latest("pk")
    return ChangedAnswer.objects.create(version=version, inbound=inbound, messages=1, topic="waste", was=said, now=said, decision=decision)


def refused(version: Any) -> Any:
    from bot.publishing.going_live import NotReadyError, go_live

    with pytest.raises(NotReadyError) as err:
        go_live(version, "ada")
    return err.value


def noted() -> List[str]:
    from bot.review.models import AuditEntry

    return [f"{row.by} {row.action} {row.subject}" for row in AuditEntry.objects.order_by("id")]


def test_a_version_goes_live_with_its_proposals_and_it_is_written_down(config: Settings) -> None:
    from bot.publishing.going_live import go_live

    inside, outside = proposal(), proposal("another lorry")
    made = built(config, inside)
    go_live(made, "ada")
    assert versions.live(config) == str(made.pk)
    inside.refresh_from_db(), outside.refresh_from_db()
    assert (inside.state, outside.state) == ("published", "approved")
    assert noted()[-1] == f"ada go_live version:{made.pk}"


def test_a_gate_that_failed_keeps_it_from_going_live_and_is_named(config: Settings) -> None:
    made = built(config, proposal(), gates=[FAILED])
    wrong = refused(made)
    assert (wrong.code, wrong.gates) == ("gates", ("dangers",))
    assert versions.live(config) == RELEASE
    assert noted() == []


@pytest.mark.parametrize("decision", ["", "refused"])
def test_so_does_an_answer_that_nobody_accepted(config: Settings, decision: str) -> None:
    from bot.publishing.going_live import decide, go_live

    made = built(config, proposal())
    changed = change(made, decision)
    assert refused(made).gates == ("replay",)
    decide(changed, True, "ed")
    go_live(made, "ada")
    assert versions.live(config) == str(made.pk)


def test_what_is_not_built_or_was_made_from_another_release_does_not_go_live(config: Settings) -> None:
    assert refused(built(config, state="failed")).code == "not_built"
    made = built(config, proposal())
    (config.release_data / "city.yml").write_text("name: Testville upon Avon\n")
    assert refused(made).code == "outdated"


def test_what_holds_a_proposal_that_was_withdrawn_does_not_go_live(config: Settings) -> None:
    from bot.review.proposing import withdraw

    bad = proposal()
    made = built(config, bad, proposal("another lorry"))
    withdraw(bad, "ed")
    assert refused(made).code == "withdrawn"


def test_rolled_back_the_version_before_is_live_and_then_the_release(config: Settings) -> None:
    from bot.publishing.going_live import NotReadyError, go_live, roll_back

    first, second = proposal(), proposal("another lorry")
    one, two = built(config, first), built(config, first, second)
    go_live(one, "ada")
    go_live(two, "ada")
    assert roll_back("ada", str(two.pk)) == versions.live(config) == str(one.pk)
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.state, second.state) == ("published", "approved")
    assert roll_back("ada", str(one.pk)) == versions.live(config) == RELEASE
    first.refresh_from_db()
    assert first.state == "approved"
    with pytest.raises(NotReadyError, match="nothing_before"):
        roll_back("ada", RELEASE)
    assert noted()[-1] == f"ada roll_back version:{RELEASE}"


def test_a_version_goes_live_again_after_a_rollback(config: Settings) -> None:
    from bot.publishing.going_live import go_live, roll_back

    made = built(config, proposal())
    go_live(made, "ada")
    roll_back("ada", str(made.pk))
    go_live(made, "ada")
    assert versions.live(config) == str(made.pk)


def test_what_was_gone_back_from_as_bad_is_never_gone_back_to(config: Settings) -> None:
    from bot.publishing.going_live import former, go_live, roll_back

    good, bad, after = (built(config, proposal(text)) for text in ("a lorry", "another lorry", "a third lorry"))
    go_live(good, "ada")
    go_live(bad, "ada")
    roll_back("ada", str(bad.pk))
    go_live(after, "ada")
    assert former(str(after.pk)) == str(good.pk)
    roll_back("ada", str(after.pk))
    roll_back("ada", str(good.pk))
    go_live(bad, "ada")  # the release was live before it
    assert former(str(bad.pk)) == RELEASE


def test_one_goes_back_only_from_what_is_live(config: Settings) -> None:
    from bot.publishing.going_live import NotReadyError, go_live, roll_back

    one, two = built(config, proposal()), built(config, proposal("another lorry"))
    go_live(one, "ada")
    go_live(two, "ada")
    roll_back("ada", str(two.pk))
    with pytest.raises(NotReadyError, match="changed"):
        roll_back("ada", str(two.pk))
    assert versions.live(config) == str(one.pk)
