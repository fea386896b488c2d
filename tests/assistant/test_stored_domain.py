"""The domain that a model brings along is the one that Rasa reads of it."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.graph_components.providers.domain_provider import DomainProvider

from bot.assistant.stored_domain import StoredDomain


def test_it_is_the_same_domain(trained_model: Path, tmp_path: Path) -> None:
    storage, _ = LocalModelStorage.from_model_archive(tmp_path, trained_model)
    given = [kind.load({}, storage, Resource("domain_provider"), Mock()).provide_inference() for kind in (DomainProvider, StoredDomain)]
    theirs, ours = given
    assert ours.as_dict() == theirs.as_dict()
    assert [vars(slot) for slot in ours.slots] == [vars(slot) for slot in theirs.slots]
    assert (ours.action_names_or_texts, ours.input_states) == (theirs.action_names_or_texts, theirs.input_states)
    assert (ours.responses, ours.session_config) == (theirs.responses, theirs.session_config)
