"""The training data of the assistant: Rasa's files and, from the articles, every way of asking.

It is listed alone under `importers:` in `config.yml` (it reads Rasa's own files as well; with two importers Rasa warns
about automatic configuration):

    importers:
      - name: bot.assistant.importer.ArticleImporter

The contract with the classifier: **an example's label is `example.get_full_intent()`**. It is `article/garbage_missed`
for a question of an article, `report_problem/pothole` for an example written under that name in `data/nlu/`, and the
plain intent for the rest; `example.get("intent")` is the part before the slash, the name in the domain.

A label with a slash is not left in Rasa's `intent_response_key`: for every intent that has one, Rasa adds an action
`utter_<intent>` to the domain, expects a response for it and warns in training and validation that there is none. The
label is kept in the example's metadata instead, so the domain knows the intents `article` and `report_problem` and does
not grow with their varieties.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Dict, List, Optional, Union

import rasa.shared.data
from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RESPONSE_KEY, METADATA, METADATA_EXAMPLE, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.evaluation.examples import CALIBRATION_FOLDER, calibration_examples
from bot.knowledge import store

_LABEL = "label"
_LANGUAGE = "language"
_USE, _CALIBRATION = "use", "calibration"


class LabelledExample(Message):
    """A training example with a label `intent/variety`, invisible to Rasa's response selectors."""

    @classmethod
    def of(cls, label: str, data: Dict[str, Any], **about: str) -> LabelledExample:
        """An example of the label; `data` is a message's, `about` is added to what its metadata say of it."""
        metadata = data.get(METADATA) or {}
        example = {**(metadata.get(METADATA_EXAMPLE) or {}), _LABEL: label, **about}
        kept = {name: value for name, value in data.items() if name != INTENT_RESPONSE_KEY}
        return cls({**kept, INTENT: label.split("/")[0], METADATA: {**metadata, METADATA_EXAMPLE: example}})

    def get_full_intent(self) -> str:
        return str(self.get(METADATA)[METADATA_EXAMPLE][_LABEL])

    def __hash__(self) -> int:
        # Rasa drops repeated examples at each merge, and its own hash of an example is a digest of everything in it.
        return hash((self.get(TEXT), self.get_full_intent()))

    def fingerprint(self) -> str:
        # Rasa takes three of each example, with care for what ours never hold. Those with the same one are one example to it.
        said = [self.get(name) for name in (TEXT, METADATA, ENTITIES)]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def __deepcopy__(self, memo: Dict[int, Any]) -> LabelledExample:
        # Rasa copies every example at each of five merges; of ours only the outermost values are ever replaced.
        return type(self)(dict(self.data), features=list(self.features))


class ArticleImporter(RasaFileImporter):
    """Reads Rasa's files and the articles. Raises KnowledgeError from `get_nlu_data` when an article cannot be used.

    Args:
        knowledge_folder: where the articles are; by default the city's.
    """

    def __init__(
        self,
        config_file: Optional[str] = None,
        domain_path: Optional[str] = None,
        training_data_paths: Optional[Union[List[str], str]] = None,
        knowledge_folder: Optional[str] = None,
    ) -> None:
        self._folder = Path(knowledge_folder) if knowledge_folder else store.knowledge_folder()
        self._nlu_data: Optional[TrainingData] = None
        self._domain: Optional[Domain] = None
        super().__init__(config_file, domain_path, self._without_articles(training_data_paths))

    def _without_articles(self, paths: Optional[Union[List[str], str]]) -> List[str]:
        # Rasa opens every YAML file three times to see what it is, with a reader that takes minutes for a thousand articles.
        files: List[str] = rasa.shared.data.get_data_files(paths, lambda path: self._folder.resolve() not in Path(path).resolve().parents)
        return files

    def get_domain(self) -> Domain:
        """Read once."""
        if self._domain is None:
            self._domain = super().get_domain()
        return self._domain

    def get_nlu_data(self, language: Optional[str] = "en") -> TrainingData:
        """Examples from `data/nlu/` and of all articles, in every language: one model understands them all. Read once."""
        if self._nlu_data is None:
            files = super().get_nlu_data(language)
            examples = [_labelled(example) for example in files.training_examples]
            examples += [*article_examples(self._folder), *kept_examples(self._folder.parent / CALIBRATION_FOLDER)]
            self._nlu_data = TrainingData(examples, files.entity_synonyms, files.regex_features, files.lookup_tables, files.responses)
        return self._nlu_data


def article_examples(folder: Path) -> List[Message]:
    """One example per way of asking, with the article's label; its metadata say in which language it is."""
    return [
        LabelledExample.of(article.label, {TEXT: question}, **{_LANGUAGE: language})
        for article in store.load(folder).articles
        for language, questions in article.questions.items()
        for question in questions
    ]


def kept_examples(folder: Path) -> List[Message]:
    """The questions of a folder such as `data/calibration/`: not learnt from (`is_kept`); they say how sure the assistant may be."""
    return [
        LabelledExample.of(example.label, {TEXT: example.text}, **{_LANGUAGE: example.language, _USE: _CALIBRATION})
        for example in calibration_examples(folder)
    ]


def is_kept(example: Message) -> bool:
    """Whether an example is one to measure with, not to learn from."""
    about = (example.get(METADATA) or {}).get(METADATA_EXAMPLE) or {}
    return bool(about.get(_USE) == _CALIBRATION)


def _labelled(example: Message) -> Message:
    label = example.get(INTENT_RESPONSE_KEY) or example.get(INTENT)
    return LabelledExample.of(label, example.data) if label else example
