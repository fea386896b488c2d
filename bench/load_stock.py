"""The peer of `bench.load`: Rasa as `rasa init` sets it up, on our domain, rules, examples and actions, with its own channels.

    python -m bench.load_stock train MODEL       one epoch, not 100: what a message costs depends on the network's size only
    python -m bench.load_stock serve MODEL PORT ACCOUNT TOKEN NUMBER TWILIO

Conversations are in its memory, as `rasa init` has them: nothing survives a restart. It tells the intents of the domain; which article is
meant it does not, since Rasa's response selector is left out, as are the policies that learn from stories, since there are only rules. Each
of these makes the peer faster.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any, Dict

import yaml

from bench.stock_pipeline import stock_pipeline
from bot.assistant.process import prepare
from bot.secrets import secrets
from bot.settings import ROOT, settings

CONFIG: Dict[str, Any] = {
    "recipe": "default.v1",
    "assistant_id": "stock",
    "language": "en",
    "importers": [{"name": "bot.assistant.importer.ArticleImporter"}],
    "pipeline": [
        *stock_pipeline(epochs=1),
        {"name": "EntitySynonymMapper"},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ],
    "policies": [{"name": "MemoizationPolicy"}, {"name": "RulePolicy"}],
}


def train(model: Path) -> None:
    from rasa.model_training import train as rasa_train

    with tempfile.TemporaryDirectory() as scratch:
        config = Path(scratch) / "config.yml"
        config.write_text(yaml.safe_dump(CONFIG, sort_keys=False))
        data = [str(settings().data_folder / name) for name in ("nlu", "rules")]
        made = rasa_train(str(ROOT / "domain.yml"), str(config), data, output=scratch, force_training=True)
        if made.model is None:
            sys.exit("Rasa did not train")
        Path(made.model).replace(model)


def serve(model: Path, port: int, *twilio: str) -> None:
    from rasa.core.agent import Agent
    from rasa.core.channels.rest import RestInput
    from rasa.core.run import configure_app
    from rasa.utils.endpoints import EndpointConfig

    from bench.sms_rasa import Sms

    app = configure_app([RestInput(), Sms(*twilio)], enable_api=False, cors=None)
    actions = EndpointConfig(f"{settings().actions_url}/webhook", headers={"Authorization": f"Bearer {secrets().internal_secret}"})
    app.ctx.agent = Agent.load(str(model), action_endpoint=actions)
    app.run("127.0.0.1", port, workers=1, access_log=False)


def main() -> None:
    prepare()
    task, model = sys.argv[1], Path(sys.argv[2])
    if task == "train":
        train(model)
    else:
        serve(model, int(sys.argv[3]), *sys.argv[4:])


if __name__ == "__main__":
    main()
