"""The production files as their readers' own descriptions have them: Kubernetes' schemas, the compose specification, Caddy."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.settings import ROOT
from tests.interop.venvs import foreign_venv

pytestmark = pytest.mark.interop
DEPLOY = ROOT / "deploy"
KUBERNETES = "1.31"
READ_COMPOSE = "import sys; from compose_spec import PyCompose; PyCompose.from_yaml(sys.stdin.read())"


@pytest.fixture(scope="module")
def programs() -> Path:
    return foreign_venv("deploy", "kubernetes-validate==1.37.0", "compose-spec==0.2.1", python=sys.executable)


def kubernetes_refuses(programs: Path, path: Path) -> str:
    done = subprocess.run([programs / "kubernetes-validate", "--strict", "-k", KUBERNETES, path], capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_kubernetes_takes_every_manifest(programs: Path, tmp_path: Path) -> None:
    files = [path for path in sorted((DEPLOY / "kubernetes").rglob("*.yaml")) if path.name != "kustomization.yaml"]
    assert len(files) > 8
    assert {path.name: refusal for path in files if (refusal := kubernetes_refuses(programs, path))} == {}
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text((DEPLOY / "kubernetes" / "worker.yaml").read_text(encoding="utf-8").replace("startupProbe", "startProbe"))
    assert "startProbe" in kubernetes_refuses(programs, wrong)


def compose_refuses(programs: Path, shape: object) -> str:
    """Of a file with its anchors and variables filled in, as `docker compose` does before it reads it."""
    done = subprocess.run([programs / "python", "-c", READ_COMPOSE], input=yaml.safe_dump(shape), capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stderr


def test_the_compose_file_keeps_to_the_specification(programs: Path) -> None:
    text = (DEPLOY / "compose.yml").read_text(encoding="utf-8")
    shape = yaml.safe_load(re.sub(r"\$\{\w+(?::-([^}]*)|:\?[^}]*)\}", r"\1", text))
    assert compose_refuses(programs, shape) == ""
    shape["services"]["gateway"]["restart"] = "sometimes"
    assert "sometimes" in compose_refuses(programs, shape)


def test_caddy_reads_its_file() -> None:
    names = {"CHAT_HOST": "chat.example.org", "CONSOLE_HOST": "console.example.org", "STAFF_NETWORKS": "private_ranges"}
    command = ["caddy", "adapt", "--validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    done = subprocess.run(command, env={**os.environ, **names}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "gateway" in done.stdout
