"""Why a bill is as high as it is: the last one beside the month before and the same month last year."""

from __future__ import annotations

import asyncio
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from actions.base import Outcome, Turn
from actions.bill_money import written_money
from actions.bill_reasons import Against, Comparison, ServiceComparison, compare
from actions.bill_services import services_line
from actions.chart import chart
from actions.clients.billing import BillingError
from actions.clients.billing_shapes import Bill, Usage
from actions.clients.green_button import UsagePoint
from actions.look_ups.base import State
from actions.look_ups.bill import BillLookUp
from actions.open_data.telling import Bar
from actions.source import source_parts
from actions.words import below, line, spoken_month, spoken_number, title, word

MOST_BILLS = 14  # a year, and the same month of the year before
MOST_REASONS = 4


class HighBillLookUp(BillLookUp):
    """Only bills with meters have reasons."""

    kind = "high_bill"
    kinds = ("utility",)

    async def tell(self, turn: Turn, asked: State, token: str) -> Outcome:
        bills, points = await asyncio.gather(asyncio.to_thread(self.gateway.bills, token, MOST_BILLS), self._usage(token))
        comparison = compare(bills.bills, points)
        parts: Dict[str, Any] = source_parts(turn, "billing")
        if comparison is None:
            turn.say("utter_high_bill_none", parts=parts)
            return Outcome.NOT_FOUND
        picture = await self._chart(turn, comparison, bills.bills)
        if picture:
            parts["picture"] = picture
        turn.say(
            "utter_high_bill",
            amount=written_money(comparison.bill.amount, turn.language),
            days=comparison.bill.days,
            lines=below(_lines(comparison, turn.language)),
            choices=self.further(turn, asked["bill"]),
            parts=parts,
        )
        return Outcome.OK

    async def _usage(self, token: str) -> Sequence[UsagePoint]:
        """The meters, where the utility tells them; an answer without them is still one."""
        try:
            return await asyncio.to_thread(self.gateway.usage, token) or ()
        except BillingError as err:
            if err.code == "not_verified":
                raise
            return ()

    async def _chart(self, turn: Turn, comparison: Comparison, bills: Sequence[Bill]) -> Optional[Dict[str, str]]:
        """The use that changed most, month by month; None where it cannot be shown or drawn: the numbers are in the text as well."""
        service = _most_changed(comparison)
        if service is None:
            return None
        bars = [
            Bar(spoken_month(bill.period_end, turn.language), float(used.value), _used(used, turn.language))
            for bill, used in ((bill, bill.used(service)) for bill in reversed(bills))
            if used is not None
        ]
        heading = line("bill_chart", turn.language, service=word("bill_services", service, turn.language))
        return await chart(turn, heading, bars, line("bill_chart_source", turn.language))


def _used(used: Usage, language: str) -> str:
    return line("bill_used", language, value=spoken_number(float(used.value), language), unit=used.unit)


def _most_changed(comparison: Comparison) -> Optional[str]:
    metered = [one for one in comparison.services if one.quantity is not None and one.service in ("water", "gas")]
    return max(metered, key=lambda one: max((other.per_day_percent or 0 for other in one.others), default=0)).service if metered else None


def _lines(comparison: Comparison, language: str) -> List[str]:
    others = [(name, bill) for name, bill in (("before", comparison.before), ("last_year", comparison.last_year)) if bill]
    totals = [line(f"bill_{name}", language, amount=written_money(bill.amount, language), days=bill.days) for name, bill in others]
    services: Dict[str, ServiceComparison] = {one.service: one for one in comparison.services}
    return (
        services_line(comparison.bill, language)
        + totals
        + [_reason(reason, services, language) for reason in comparison.reasons[:MOST_REASONS]]
    )


def _reason(reason: str, services: Mapping[str, ServiceComparison], language: str) -> str:
    key, _, service = reason.partition(":")
    if not service:
        return line(f"bill_reason_{key}", language)
    one = services[service]
    percent = "use" if key == "more_use" else "rate"
    against, when = _largest(one, percent)
    values = {
        "service": title("bill_services", service, language) or service,
        "percent": against.per_day_percent if percent == "use" else against.rate_percent,
        "when": word("bill_when", when, language),
        "value": spoken_number(float(one.quantity), language) if one.quantity is not None else "",
        "unit": one.unit,
        "days": one.days,
    }
    return line(f"bill_reason_{key}", language, **values)


def _largest(one: ServiceComparison, percent: str) -> Tuple[Against, str]:
    """The comparison that shows most, and with which bill it is."""
    known = ((one.before, "before"), (one.last_year, "last_year"))
    both = [(against, when) for against, when in known if against is not None and against in (one.fair if percent == "use" else one.others)]
    return max(both, key=lambda pair: (pair[0].per_day_percent if percent == "use" else pair[0].rate_percent) or 0)
