"""The domain of a trained model, read once. Rasa reads it four times, and checks it against its schema as it did before the training."""

from __future__ import annotations

from typing import Any, Dict

from rasa.engine.graph import ExecutionContext
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider
from rasa.shared.core.domain import Domain
from rasa.shared.utils.io import read_file, read_yaml

_FILE = "domain.yml"  # as `DomainProvider` writes it


class StoredDomain(DomainProvider):
    """Provides what `DomainProvider` does, in a model that is trained."""

    @classmethod
    def load(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> StoredDomain:
        with model_storage.read_from(resource) as folder:
            domain = Domain.from_dict(read_yaml(read_file(folder / _FILE)))
        return cls(model_storage, resource, domain)
