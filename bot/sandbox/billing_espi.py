"""An account's use as Green Button (NAESB ESPI 4.0): gas and water with one summary for each bill, and the readings behind them.

Money is in hundred-thousandths of a dollar, use in tenths of m3 (multiplier -1), time in UTC seconds. The schema sets the order.
Source: city-apis reference, 4.1 to 4.3.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, Iterable, List, Sequence, Tuple
from xml.etree import ElementTree

from bot.city import city
from bot.sandbox.billing_bills import Bill

CONTENT_TYPE = "application/atom+xml"
ATOM, ESPI = "http://www.w3.org/2005/Atom", "http://naesb.org/espi"
_BASE = "/espi/1_1/resource/Subscription/1"
_CAD, _M3, _OF_A_CENT, _TENTHS = "124", "42", 1000, "-1"
# number of the usage point, service, title, ServiceCategory kind, commodity
_POINTS = (("1", "gas", "Gas (sample data)", "1", "7"), ("2", "water", "Water (sample data)", "2", "9"))

Part = Tuple[str, Any]


def feed(key: str, bills: Sequence[Bill], now: datetime) -> bytes:
    """The Atom feed. `key`: makes its ids, and tells nothing."""
    for prefix, name in (("", ATOM), ("espi", ESPI)):
        ElementTree.register_namespace(prefix, name)
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    updated = _utc(now)
    _text(root, "id", _id(key, "feed"))
    _text(root, "title", "Sample data")
    _text(root, "updated", updated)
    _link(root, "self", "/espi/1_1/resource/Batch/Subscription/1")
    for number, service, title, kind, commodity in _POINTS:
        point = f"{_BASE}/UsagePoint/{number}"
        readings, summaries, reading_type = f"{point}/MeterReading", f"{point}/UsageSummary", f"/espi/1_1/resource/ReadingType/{number}"
        category: List[Part] = [("ServiceCategory", [("kind", kind)]), ("status", "1")]
        _entry(root, key, point, f"{_BASE}/UsagePoint", (readings, summaries), title, "UsagePoint", category, updated)
        _entry(root, key, f"{readings}/1", readings, (f"{readings}/1/IntervalBlock", reading_type), title, "MeterReading", [], updated)
        _entry(root, key, reading_type, "/espi/1_1/resource/ReadingType", (), title, "ReadingType", _reading_type(commodity), updated)
        for at, bill in enumerate(reversed(bills), 1):
            blocks = f"{readings}/1/IntervalBlock"
            _entry(root, key, f"{blocks}/{at}", blocks, (), title, "IntervalBlock", _block(bill, service), updated)
            _entry(root, key, f"{summaries}/{at}", summaries, (), title, "UsageSummary", _summary(bill, service, commodity), updated)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _summary(bill: Bill, service: str, commodity: str) -> List[Part]:
    line = bill.line(service)
    return [
        ("billingPeriod", _period(bill)),
        ("billLastPeriod", str(line.amount_cents * _OF_A_CENT)),
        ("billToDate", "0"),
        ("currency", _CAD),
        ("overallConsumptionLastPeriod", [("powerOfTenMultiplier", _TENTHS), ("uom", _M3), ("value", _tenths(bill, service))]),
        ("statusTimeStamp", str(_epoch(bill.issued_on))),
        ("commodity", commodity),
    ]


def _block(bill: Bill, service: str) -> List[Part]:
    cost = str(bill.line(service).amount_cents * _OF_A_CENT)
    reading = [("cost", cost), ("timePeriod", _period(bill)), ("value", _tenths(bill, service))]
    return [("interval", _period(bill)), ("IntervalReading", reading)]


def _reading_type(commodity: str) -> List[Part]:
    return [
        ("accumulationBehaviour", "4"),
        ("commodity", commodity),
        ("currency", _CAD),
        ("dataQualifier", "12"),
        ("flowDirection", "1"),
        ("kind", "58"),
        ("phase", "0"),
        ("powerOfTenMultiplier", _TENTHS),
        ("timeAttribute", "0"),
        ("uom", _M3),
    ]


def _tenths(bill: Bill, service: str) -> str:
    usage = bill.line(service).usage
    return str(int(usage * 10)) if usage is not None else "0"


def _period(bill: Bill) -> List[Part]:
    start, end = _epoch(bill.period_start), _epoch(bill.period_end + timedelta(days=1))
    return [("duration", str(end - start)), ("start", str(start))]


def _epoch(day: date) -> int:
    return int(datetime.combine(day, time.min, city().timezone).timestamp())


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}"


def _id(key: str, path: str) -> str:
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, key + path)}"


def _entry(
    root: ElementTree.Element, key: str, path: str, up: str, related: Iterable[str], title: str, name: str, parts: List[Part], updated: str
) -> None:
    entry = ElementTree.SubElement(root, f"{{{ATOM}}}entry")
    _text(entry, "id", _id(key, path))
    _link(entry, "self", path)
    _link(entry, "up", up)
    for address in related:
        _link(entry, "related", address)
    _text(entry, "title", title)
    content = ElementTree.SubElement(entry, f"{{{ATOM}}}content", type="application/xml")
    _fill(ElementTree.SubElement(content, f"{{{ESPI}}}{name}"), parts)
    _text(entry, "published", updated)
    _text(entry, "updated", updated)


def _fill(element: ElementTree.Element, value: Any) -> None:
    if isinstance(value, list):
        for name, part in value:
            _fill(ElementTree.SubElement(element, f"{{{ESPI}}}{name}"), part)
    else:
        element.text = value


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _link(parent: ElementTree.Element, rel: str, path: str) -> None:
    ElementTree.SubElement(parent, f"{{{ATOM}}}link", rel=rel, href=path)
