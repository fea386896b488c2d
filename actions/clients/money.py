"""Amounts of money as city systems tell them: whole cents, never a fraction."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Money:
    """An amount; a negative one is a credit. `currency` is an ISO 4217 code."""

    cents: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.cents) is not int:
            raise TypeError("cents are whole")

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + self._cents_of(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.cents - self._cents_of(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.cents, self.currency)

    @property
    def units(self) -> Decimal:
        """The amount in dollars, exactly, with two decimals."""
        sign, digits = int(self.cents < 0), tuple(int(digit) for digit in str(abs(self.cents)))
        return Decimal((sign, digits, -2))  # no arithmetic: that would round to the context's digits

    def _cents_of(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError("amounts in two currencies")
        return other.cents
