"""`georeport`, an Open311 client nobody here wrote, reads the sandbox in JSON and in XML."""

from __future__ import annotations

import pytest
import requests
import xmltodict
from georeport import GeoReport

pytestmark = pytest.mark.interop


@pytest.fixture(params=["json", "xml"])
def client(request: pytest.FixtureRequest, sandbox: str) -> GeoReport:
    return GeoReport(f"{sandbox}/open311/v2", jurisdiction="sandbox.example", output_format=request.param)


def test_it_reads_the_services(client: GeoReport) -> None:
    services = {row["service_code"]: row for row in client.get_service_list()}
    assert len(services) >= 10
    assert services["pothole"]["service_name"] == "Pothole"
    assert services["streetlight"]["metadata"] in (True, "true")
    assert services["parking"]["type"] == "batch"


def test_it_reads_a_definition(client: GeoReport) -> None:
    definition = client.get_service_definition("streetlight")
    assert definition["service_code"] == "streetlight"
    attributes = definition["attributes"] if isinstance(definition["attributes"], list) else definition["attributes"]["attribute"]
    assert [row["code"] for row in attributes] == ["PROBLEM", "POLE"]
    values = attributes[0]["values"] if isinstance(attributes[0]["values"], list) else attributes[0]["values"]["value"]
    assert {"key": "out", "name": "It is out"} in values


def test_it_reads_a_definition_with_every_kind_of_answer(client: GeoReport) -> None:
    datatypes = set()
    for code in ("illegal_dumping", "parking", "property_standards", "snow_ice_sidewalk"):
        attributes = client.get_service_definition(code)["attributes"]
        rows = attributes if isinstance(attributes, list) else attributes["attribute"]
        datatypes |= {row["datatype"] for row in (rows if isinstance(rows, list) else [rows])}
    assert datatypes == {"multivaluelist", "number", "singlevaluelist", "string", "datetime", "text"}


def test_discovery_leads_a_foreign_client_to_the_services(sandbox: str) -> None:
    for form in ("json", "xml"):
        answer = requests.get(f"{sandbox}/open311/v2/discovery.{form}", timeout=10)
        found = answer.json() if form == "json" else xmltodict.parse(answer.content)["discovery"]
        endpoint = found["endpoints"][0] if form == "json" else found["endpoints"]["endpoint"]
        assert GeoReport(endpoint["url"], output_format=form).get_service_list()


def test_it_reads_lists_by_status_code_number_and_date(client: GeoReport) -> None:
    still_open = client.get_service_requests(status="open")
    assert len(still_open) >= 5
    assert {row["status"] for row in still_open} == {"open"}
    assert {row["service_code"] for row in client.get_service_requests(service_code="tree,graffiti")} == {"tree", "graffiti"}
    two = client.get_service_requests(service_request_id="26-000417,25-003911")
    assert [row["service_request_id"] for row in two] == ["26-000417", "25-003911"]
    newest = still_open[0]["requested_datetime"]
    recent = client.get_service_requests(start_date=still_open[3]["requested_datetime"], end_date=newest)
    assert newest in [row["requested_datetime"] for row in recent]


def test_it_reads_one_request(client: GeoReport) -> None:
    request = client.get_service_request("26-000417")
    assert (request["status"], request["service_code"]) == ("open", "pothole")
    assert float(request["lat"]) == 43.4516


def test_it_hears_about_what_is_not_there(client: GeoReport) -> None:
    with pytest.raises(requests.HTTPError, match="404"):
        client.get_service_request("99-999999")
    client.jurisdiction = "elsewhere.example"
    with pytest.raises(requests.HTTPError, match="404"):
        client.get_service_list()
