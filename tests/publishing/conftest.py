from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from tests.console.conftest import console_database, console_template, console_url, postgres_console_template

__all__ = ["console_database", "console_template", "console_url", "postgres_console_template"]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with a state folder of their own and a small release, which everything about versions uses."""
    release = tmp_path / "release" / "data"
    (release / "knowledge").mkdir(parents=True)
    (release / "city.yml").write_text("name: Testville\n")
    own = Settings(state_folder=tmp_path / "state", release_data=release)
    for module in ("building", "going_live"):
        monkeypatch.setattr(f"bot.publishing.{module}.settings", lambda: own)
    return own


def proposal(text: str = "the lorry drove past", label: str = "article/garbage_missed", **more: Any) -> Any:
    """A correction that an editor approved."""
    from bot.review.models import Proposal

    fields = {"kind": "intent", "state": "approved", "by": "clerk", "decided_by": "ed", "language": "en", **more}
    return Proposal.objects.create(text=text, label=label, **fields)


def built(config: Settings, *proposals: Any, gates: Any = (), **more: Any) -> Any:
    """A version that passed its gates, with its folder."""
    from bot.publishing import versions
    from bot.review.models import Version

    made = Version.objects.create(by="ed", **{"state": "built", "gates": list(gates) or [PASSED], **more})
    made.proposals.set(proposals)
    (versions.folder(config) / str(made.pk) / "data").mkdir(parents=True)
    versions.finish(config, str(made.pk), versions.release_digest(config))
    return made


PASSED = {"name": "dangers", "passed": True, "facts": {"wordings": "2", "missed": "0"}, "tables": []}
FAILED = {"name": "dangers", "passed": False, "facts": {"wordings": "2", "missed": "1"}, "tables": []}
