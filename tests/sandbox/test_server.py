"""The sandbox as a program: its front page, what survives a restart, what its log holds, whom it answers."""

from __future__ import annotations

from pathlib import Path

import requests

from tests.running import fault, sandbox_server
from tests.sandbox.asking import SERVICE, TIMEOUT_S, file, open311, suggestions


def test_the_front_page_says_it_is_a_sandbox_and_its_links_work(sandbox: str) -> None:
    page = requests.get(f"{sandbox}/", timeout=TIMEOUT_S)
    assert page.status_code == 200
    assert "This is a sandbox with sample data" in page.text
    links = [part.split('"')[0].replace("&amp;", "&") for part in page.text.split('href="')[1:]]
    assert len(links) >= 6
    assert {requests.get(f"{sandbox}{link}", timeout=TIMEOUT_S).status_code for link in links} == {200}


def test_requests_survive_a_restart_and_the_seeds_come_once(tmp_path: Path) -> None:
    with sandbox_server(tmp_path) as base_url:
        first = file(base_url, description="before the restart").json()[0]["service_request_id"]
        listed = open311(base_url, "requests.json").json()
        requests.post(f"{base_url}/_faults", json={"protocol": "open311", "fault": "html500"}, timeout=TIMEOUT_S).raise_for_status()
    with sandbox_server(tmp_path) as base_url:
        assert open311(base_url, "requests.json").json() == listed
        assert open311(base_url, f"requests/{first}.json").json()[0]["description"] == "before the restart"
        second = file(base_url).json()[0]["service_request_id"]
        assert int(second[3:]) == int(first[3:]) + 1


def test_the_log_holds_no_address_and_no_place(tmp_path: Path) -> None:
    with sandbox_server(tmp_path) as base_url:
        (place,) = suggestions(base_url, "45 queen st n")
        file(base_url, description="behind the garage of Zebulon", service_code="unheard_of")
        with fault(base_url, "waste", "html500"):
            requests.get(f"{base_url}/waste/api/places/{place['place_id']}/services/{SERVICE}/events", timeout=TIMEOUT_S)
    log = (tmp_path / "sandbox.log").read_text(encoding="utf-8")
    assert "a request failed" in log
    for private in (place["place_id"], "queen", "Zebulon", "unheard_of"):
        assert private not in log


def test_a_page_on_another_site_cannot_reach_it_under_its_own_name(sandbox: str) -> None:
    answer = requests.get(f"{sandbox}/open311/v2/requests.json", headers={"Host": "evil.example"}, timeout=TIMEOUT_S)
    assert answer.status_code == 400
