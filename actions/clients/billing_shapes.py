"""What the billing gateway tells. Source: docs/billing-gateway.yaml."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Optional, Tuple

from actions.clients.money import Money

Kind = Literal["utility", "property_tax"]
Status = Literal["current", "due", "past_due", "credit", "final", "closed", "on_plan"]
Ebilling = Literal["enrolled", "not_enrolled", "unknown"]
Preauthorized = Literal["active", "none", "unknown"]
Service = Literal["gas", "water", "sewer", "stormwater", "water_heater", "tax", "late_charge", "other"]
SentTo = Literal["email", "sms", "post"]
TicketStatus = Literal["open", "paid", "overdue", "disputed", "cancelled"]


@dataclass(frozen=True)
class AccountKind:
    """A kind of account the city offers. `account_pattern` is a regular expression for its whole number."""

    kind: Kind
    account_pattern: str
    second_factor: Literal["postal_code"]
    ebilling: bool
    usage: bool


@dataclass(frozen=True)
class Capabilities:
    kinds: Tuple[AccountKind, ...]
    tickets: bool
    trusted_phone: bool
    code_digits: int

    def of(self, kind: str) -> Optional[AccountKind]:
        return next((one for one in self.kinds if one.kind == kind), None)


@dataclass(frozen=True)
class Started:
    """A code may be on its way: the same whether or not anything matched."""

    verification_id: str = field(repr=False)
    expires_at: datetime
    resend_after_s: int
    code_digits: int


@dataclass(frozen=True)
class Session:
    token: str = field(repr=False)
    expires_in_s: int
    kind: Kind
    account_ref: str


@dataclass(frozen=True)
class LastBill:
    issued_on: date
    amount: Money
    period_start: date
    period_end: date
    services: Tuple[Service, ...]


@dataclass(frozen=True)
class Payment:
    """`method` is the city's word, "" when it says none."""

    received_on: date
    amount: Money
    method: str


@dataclass(frozen=True)
class Instalment:
    due_date: date
    amount: Money


@dataclass(frozen=True)
class Balance:
    """`balance`: negative is a credit. `instalments`: those to come, soonest first."""

    account_ref: str
    kind: Kind
    as_of: datetime
    balance: Money
    past_due: Optional[Money]
    due_date: Optional[date]
    late_charge_after: Optional[date]
    status: Status
    last_bill: Optional[LastBill]
    last_payment: Optional[Payment]
    pending_payments: bool
    ebilling: Ebilling
    preauthorized: Preauthorized
    instalments: Tuple[Instalment, ...]


@dataclass(frozen=True)
class Usage:
    value: Decimal
    unit: str


@dataclass(frozen=True)
class Rate:
    """Dollars `per` unit."""

    value: Decimal
    per: str


@dataclass(frozen=True)
class ServiceLine:
    service: Service
    amount: Money
    usage: Optional[Usage]
    rate: Optional[Rate]


@dataclass(frozen=True)
class Bill:
    """`period_end` is the period's last day."""

    issued_on: date
    due_date: Optional[date]
    period_start: date
    period_end: date
    amount: Money
    services: Tuple[ServiceLine, ...]

    @property
    def days(self) -> int:
        return (self.period_end - self.period_start).days + 1

    def used(self, service: str) -> Optional[Usage]:
        """How much of a service it charges; None when it does not say, or in two units."""
        used = [line.usage for line in self.services if line.service == service and line.usage is not None]
        return Usage(sum((one.value for one in used), Decimal(0)), used[0].unit) if len({one.unit for one in used}) == 1 else None


@dataclass(frozen=True)
class Bills:
    """Newest first."""

    as_of: datetime
    bills: Tuple[Bill, ...]


@dataclass(frozen=True)
class LinkSent:
    """A one-time link went to the contact on file; nothing changes before it is opened."""

    sent_to: SentTo
    expires_at: datetime


@dataclass(frozen=True)
class SecureLink:
    url: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class Ticket:
    ticket_ref: str
    as_of: datetime
    issued_on: date
    offence: str
    amount: Money
    amount_due: Money
    due_date: Optional[date]
    dispute_until: Optional[date]
    status: TicketStatus
    pay_url: Optional[str]
    dispute_url: Optional[str]
