"""The production files name every part, only settings that there are, and no secret."""

from __future__ import annotations

import json
import re
import stat
import subprocess
from dataclasses import fields
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Set

import pytest
import yaml

from bot.cli import parser
from bot.running.parts import ALL, Part
from bot.secrets import Secrets
from bot.settings import ROOT, Settings, read_settings

DEPLOY = ROOT / "deploy"
PARTS = [part for part in ALL if not part.sandbox_only]
COMPOSE: Dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
OBJECTS: List[Dict[str, Any]] = [
    shape for path in sorted((DEPLOY / "kubernetes").rglob("*.yaml")) for shape in yaml.safe_load_all(path.read_text(encoding="utf-8"))
]
CONFIG: Dict[str, str] = next(shape["data"] for shape in OBJECTS if shape["kind"] == "ConfigMap")
EXAMPLE = (DEPLOY / "resident.env.example").read_text(encoding="utf-8")
CITY = yaml.safe_load((ROOT / "data" / "city.yml").read_text(encoding="utf-8"))
CITY_VARIABLES = {row[key] for row in CITY["backends"].values() for key in ("variable", "api_key_variable") if key in row}
SECRET = {row.name.upper() for row in fields(Secrets)} | {row.metadata["variable"] for row in fields(Settings) if row.metadata["secret"]}
KNOWN = SECRET | {row.metadata["variable"] for row in fields(Settings)} | CITY_VARIABLES
PLAIN = {name: value for name, value in COMPOSE["x-settings"].items() if not name.endswith("_FILE")}
OURS = {name: row for name, row in COMPOSE["services"].items() if name not in ("proxy", "postgres")}


def pods() -> Iterator[Dict[str, Any]]:
    """Of every workload, what it runs."""
    for shape in OBJECTS:
        spec = shape.get("spec", {})
        found = spec.get("jobTemplate", {}).get("spec", spec).get("template", {}).get("spec")
        if found:
            yield found


def containers() -> List[Dict[str, Any]]:
    return [container for pod in pods() for container in pod["containers"]]


def named(kind: str, name: str) -> Dict[str, Any]:
    (found,) = [shape for shape in OBJECTS if shape["kind"] == kind and shape["metadata"]["name"] == name]
    return found


def example() -> Dict[str, str]:
    """Every variable of the example, those left out too."""
    return dict(re.findall(r"^#?([A-Z0-9_]+)=(.*)$", EXAMPLE, re.MULTILINE))


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_every_part_runs_twice_behind_a_probe_with_limits(part: Part) -> None:
    service = COMPOSE["services"][part.name]
    assert service["command"] == list(part.command)
    assert service["deploy"]["replicas"] == 2
    assert service["healthcheck"]["test"] == ["CMD", "resident", "probe", part.name]
    assert {"cpus", "memory"} <= set(service["deploy"]["resources"]["limits"])
    deployment = named("Deployment", part.name)["spec"]
    (container,) = deployment["template"]["spec"]["containers"]
    assert container["args"] == list(part.command)
    least = [
        row["spec"]["minReplicas"] for row in OBJECTS if row["kind"] == "HorizontalPodAutoscaler" and row["metadata"]["name"] == part.name
    ]
    assert least == [2] or deployment["replicas"] == 2
    assert named("PodDisruptionBudget", part.name)["spec"]["minAvailable"] == 1
    assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(container)
    assert container["resources"]["limits"]["memory"]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_a_part_is_found_and_watched_at_the_ports_it_has(part: Part) -> None:
    config = read_settings(CONFIG)
    (container,) = named("Deployment", part.name)["spec"]["template"]["spec"]["containers"]
    ports = {row["name"]: row["containerPort"] for row in container["ports"]}
    assert ports.get("http") == part.port(config)
    assert ports["monitoring"] == config.monitoring_ports[part.name]
    if part.port_field:
        (port,) = named("Service", part.name)["spec"]["ports"]
        assert port["port"] == part.port(config)
    assert read_settings(PLAIN).monitoring_ports == config.monitoring_ports


def test_every_command_is_one_of_ours() -> None:
    commands = [container["args"] for container in containers()]
    commands += [row["command"] for name, row in OURS.items() if name != "backup"]
    commands.append(re.findall(r"resident (backup .*?);", OURS["backup"]["command"][0])[0].split())
    assert len(commands) >= 2 * len(PARTS) + 3
    for command in commands:
        assert parser().parse_args(command)


def test_every_variable_is_one_of_ours() -> None:
    given = {*COMPOSE["x-settings"], *CONFIG, *example()}
    assert len(given) > 20
    assert {name.removesuffix("_FILE") for name in given} <= KNOWN


def test_the_settings_can_be_read_and_are_good_for_production() -> None:
    from bot.running import production

    left_in = dict(re.findall(r"^([A-Z0-9_]+)=(.*)$", EXAMPLE, re.MULTILINE))
    databases = {"DATABASE_URL": "postgresql://db/resident", "TRACKER_DATABASE_URL": "postgresql://db/tracker"}
    for settings in ({**PLAIN, **left_in, **databases}, {**CONFIG, **databases}):
        looks = [look for title, look in production.CHECKS if title not in ("secrets", "trained")]
        assert len(looks) > 5
        assert [sentence for good, sentence in (look(read_settings(settings)) for look in looks) if not good] == []


def test_secrets_come_by_file_or_from_a_secret_and_none_is_here() -> None:
    by_file = {name.removesuffix("_FILE"): path for name, path in COMPOSE["x-settings"].items() if name.endswith("_FILE")}
    assert set(by_file) == SECRET
    assert {path.removeprefix("/run/secrets/") for path in by_file.values()} == set(COMPOSE["x-secrets"]) <= set(COMPOSE["secrets"])
    assert SECRET.isdisjoint({*CONFIG, *example(), *(set(COMPOSE["x-settings"]) - {f"{name}_FILE" for name in SECRET})})
    assert not any(shape["kind"] == "Secret" for shape in OBJECTS)
    assert all({"secretRef": {"name": "resident"}} in container["envFrom"] for container in containers())
    files = [path for path in DEPLOY.rglob("*") if path.is_file() and "secrets" not in path.parts and path.name != "resident.env"]
    assert len(files) > 15
    assert [path.name for path in files if re.search(r"[0-9a-fA-F]{32}", path.read_text(encoding="utf-8"))] == []


def test_no_container_of_ours_may_do_more_than_it_needs() -> None:
    for row in OURS.values():
        assert (row["read_only"], row["cap_drop"], row["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"])
    assert len(list(pods())) == len(PARTS) + 2
    for pod in pods():
        assert (pod["automountServiceAccountToken"], pod["securityContext"]["runAsNonRoot"]) == (False, True)
        assert pod["enableServiceLinks"] is False  # they would be GATEWAY_PORT=tcp://… and the like, which are our settings
    for container in containers():
        rights: Mapping[str, Any] = container["securityContext"]
        assert (rights["allowPrivilegeEscalation"], rights["readOnlyRootFilesystem"]) == (False, True)
        assert rights["capabilities"] == {"drop": ["ALL"]}
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^USER (\w+)$", dockerfile, re.MULTILINE)[-1] == "resident"


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


def test_a_part_is_killed_only_after_it_had_its_time_to_end() -> None:
    for name in (part.name for part in PARTS):
        assert seconds(COMPOSE["services"][name]["stop_grace_period"]) > float(COMPOSE["x-settings"]["STOP_WITHIN_S"]) + 2
        pod = named("Deployment", name)["spec"]["template"]["spec"]
        waits = pod["containers"][0].get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command", ["sleep", "0"])[1]
        assert pod["terminationGracePeriodSeconds"] > float(waits) + float(CONFIG["STOP_WITHIN_S"]) + 2


def reached_from(part: str) -> Set[str]:
    """The parts that a part lets in, and `public` for the ingress controller."""
    rows = named("NetworkPolicy", part)["spec"].get("ingress", [])
    return {caller["podSelector"]["matchLabels"]["part"] if "podSelector" in caller else "public" for row in rows for caller in row["from"]}


def test_the_private_parts_are_reached_by_their_callers_only() -> None:
    assert {part.name: reached_from(part.name) for part in PARTS} == {
        "gateway": {"public"},
        "worker": set(),
        "assistant": {"gateway", "worker"},
        "actions": {"gateway", "assistant"},
        "console": {"public", "gateway"},
    }
    assert named("NetworkPolicy", "nobody")["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    networks = {name: set(row["networks"]) for name, row in COMPOSE["services"].items()}
    assert {name for name, joined in networks.items() if "edge" in joined} == {"proxy", "gateway", "console"}
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert [name for name, row in COMPOSE["services"].items() if "ports" in row] == ["proxy"]


def test_the_kustomizations_have_every_file_but_the_namespace_and_name_the_same_image() -> None:
    read = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((DEPLOY / "kubernetes").rglob("kustomization.yaml"))]
    listed = {name for shape in read for name in shape["resources"]}
    there = {path.name for path in (DEPLOY / "kubernetes").rglob("*.yaml")}
    assert there - listed == {"kustomization.yaml", "namespace.yaml"}
    assert listed <= there
    assert len(read) == 2
    assert read[0]["images"] == read[1]["images"]
    assert {container["image"] for container in containers()} == {image["name"] for image in read[0]["images"]}


def test_secrets_are_made_once_and_are_this_user_s_only(tmp_path: Path) -> None:
    script = tmp_path / "make-secrets.sh"
    script.write_bytes((DEPLOY / "make-secrets.sh").read_bytes())
    subprocess.run(["sh", script], check=True)
    made = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "secrets").iterdir()}
    assert set(made) == set(COMPOSE["secrets"])
    keys = [made[row.name] for row in fields(Secrets)]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[0-9a-f]{64}", key) for key in keys)
    assert made["postgres_password"] in made["database_url"]
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    subprocess.run(["sh", script], check=True)
    assert {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "secrets").iterdir()} == made


def test_what_is_ignored_holds_the_filled_in_files() -> None:
    names = ["deploy/secrets/master_key", "deploy/resident.env"]
    done = subprocess.run(["git", "check-ignore", *names], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == names
    assert json.dumps(COMPOSE["services"]["gateway"]["env_file"]) == '"resident.env"'
