"""The pipeline that `rasa init` writes, up to its classifier: the peer of several benchmarks."""

from __future__ import annotations

from typing import Any, Dict, List


def stock_pipeline(epochs: int) -> List[Dict[str, Any]]:
    """Rasa's components with their options. `epochs`: of DIET; `rasa init` has 100."""
    return [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True},
    ]
