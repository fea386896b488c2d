"""What a process sees of the TensorFlow that was left out of it."""

from __future__ import annotations

import subprocess
import sys

from tests.running import ROOT

BEGIN = "from bot.assistant.without_tensorflow import leave_out_tensorflow; leave_out_tensorflow(); "


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", BEGIN + code], cwd=ROOT, capture_output=True, text=True)


def test_all_of_rasa_loads_without_it() -> None:
    everything = "import rasa.core.agent, rasa.model_training, rasa.engine.recipes.default_components, tensorflow"
    done = python(f"{everything}; print(tensorflow.__dict__.get('version'))")
    assert (done.returncode, done.stdout) == (0, "None\n"), done.stderr


def test_who_uses_it_all_the_same_is_told_why_it_is_not_there() -> None:
    done = python("import tensorflow as tf; tf.constant([1.0])")
    assert done.returncode == 1
    assert "TensorFlow is left out of this process" in done.stderr.splitlines()[-1]


def test_a_package_that_has_its_name_in_its_own_is_as_ever() -> None:
    assert python("import rasa.utils.tensorflow.constants as found; assert found.LABEL == 'label'").returncode == 0
