"""GeoReport v2 answers in JSON and XML: the same shape, written twice.

Source: Open311 GeoReport v2, "Format Support" and the Spark convention (an XML list of elements is a bare JSON array).
"""

from __future__ import annotations

import json
import re
from typing import Any, Mapping, Sequence
from xml.etree import ElementTree

from django.http import HttpResponse

_CONTENT_TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
# What one element of a list is called in XML.
_ITEMS = {
    "services": "service",
    "service_requests": "request",
    "requests": "request",  # as some servers call their list
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
_LISTS = {"services": "services", "requests": "service_requests", "tokens": "service_requests"}
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def format_of(path: str) -> str:
    """`xml` or `json`, as the end of the address asks."""
    return "xml" if path.endswith(".xml") else "json"


def answer(form: str, root: str, shape: Any, status: int = 200) -> HttpResponse:
    """One answer. `root` is the name of XML's outermost element; JSON has none."""
    body = json.dumps(shape, ensure_ascii=False).encode() if form == "json" else _xml(root, shape)
    return HttpResponse(body, status=status, content_type=_CONTENT_TYPES[form])


def errors(form: str, code: int, descriptions: Sequence[str], *, status: int) -> HttpResponse:
    """GeoReport's error list."""
    return answer(form, "errors", [{"code": code, "description": description} for description in descriptions], status)


def nothing(form: str, path: str) -> HttpResponse:
    """What the address would answer if the city had nothing to say: an empty list, or an object without fields."""
    resource, *rest = path.rpartition("/v2/")[2].rsplit(".", 1)[0].split("/")
    if resource == "services" and rest:
        return answer(form, "service_definition", {})
    if resource == "discovery":
        return answer(form, "discovery", {})
    return answer(form, _LISTS.get(resource, resource), [])


def _xml(root: str, shape: Any) -> bytes:
    element = ElementTree.Element(root)
    _fill(element, shape)
    return bytes(ElementTree.tostring(element, encoding="utf-8", xml_declaration=True))


def _fill(element: ElementTree.Element, value: Any) -> None:
    if isinstance(value, Mapping):
        for name, part in value.items():
            _fill(ElementTree.SubElement(element, name), part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            _fill(ElementTree.SubElement(element, _ITEMS.get(element.tag, "value")), part)
    elif value is not None:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        element.text = _NOT_IN_XML.sub("", text)  # a NUL or an escape sequence would make the whole document unreadable
