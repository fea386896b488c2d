"""The channel-neutral message: what the assistant says before any channel renders it.

The assistant sends these as JSON (`to_dict`), the worker stores them, one pure renderer per channel turns them into
that channel's payloads. A field a channel cannot show is rendered as text, never dropped.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Any, Dict, Mapping, Optional, Tuple, Type, TypeVar

CHOICES_VALID_FOR = timedelta(hours=1)  # after they were offered; a form that offered them stays open as long

Part = TypeVar("Part", "Choice", "Link", "Picture", "Source")


@dataclass(frozen=True)
class Choice:
    """Something the resident may tap. `payload` is Rasa's `/intent{...}` inside the system and an opaque token outside."""

    title: str
    payload: str


@dataclass(frozen=True)
class Link:
    title: str
    url: str


@dataclass(frozen=True)
class Source:
    """Where an answer comes from. `as_of` is an ISO date, or None for a live record."""

    name: str
    url: str
    as_of: Optional[str] = None


@dataclass(frozen=True)
class Place:
    """A point in WGS 84. `label` says what is there, as far as anybody said so."""

    label: str
    latitude: float
    longitude: float

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> Place:
        """The place of a JSON shape; `label` may be missing. Raises TypeError, KeyError or ValueError when it is no place on Earth."""
        label, latitude, longitude = shape.get("label", ""), shape["latitude"], shape["longitude"]
        if not isinstance(label, str) or not all(type(number) in (int, float) for number in (latitude, longitude)):
            raise TypeError("label must be a text, latitude and longitude must be numbers")
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # not true of NaN either
            raise ValueError("no place on Earth")
        return cls(label, float(latitude), float(longitude))


@dataclass(frozen=True)
class Picture:
    url: str
    alt: str


def _part(kind: Type[Part], shape: Mapping[str, Any]) -> Part:
    """A part of a JSON shape. What a newer release adds is left out. Raises TypeError when it is none."""
    return kind(**{field.name: shape[field.name] for field in fields(kind) if field.name in shape})


@dataclass(frozen=True)
class Feedback:
    """Did the answer help? Asked below it, beside its choices, in the channel's own form: two numbers, two buttons, two thumbs."""

    question: str
    yes: Choice
    no: Choice

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> Feedback:
        return cls(str(shape["question"]), _part(Choice, shape["yes"]), _part(Choice, shape["no"]))


@dataclass(frozen=True)
class Message:
    """One message to a resident: text first, the rest optional. `asks_location`: where they are, or the place they mean, answers it."""

    text: str = ""
    choices: Tuple[Choice, ...] = ()
    link: Optional[Link] = None
    place: Optional[Place] = None
    picture: Optional[Picture] = None
    source: Optional[Source] = None
    feedback: Optional[Feedback] = None
    asks_location: bool = False

    @property
    def every_choice(self) -> Tuple[Choice, ...]:
        """In the order they are numbered in: its own, then what may be said about it."""
        return (*self.choices, *((self.feedback.yes, self.feedback.no) if self.feedback else ()))

    def to_dict(self) -> Dict[str, Any]:
        """JSON shape: absent parts are left out."""
        shape: Dict[str, Any] = {}
        if self.text:
            shape["text"] = self.text
        if self.choices:
            shape["choices"] = [vars(choice) for choice in self.choices]
        for name in ("link", "place", "picture", "source", "feedback"):
            part = getattr(self, name)
            if part is not None:
                shape[name] = asdict(part)
        if self.asks_location:
            shape["asks_location"] = True
        return shape

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> Message:
        """The message of a JSON shape. Raises TypeError or KeyError when the shape is not one of ours."""
        return cls(
            text=str(shape.get("text") or ""),
            choices=tuple(_part(Choice, choice) for choice in shape.get("choices") or ()),
            link=_part(Link, shape["link"]) if shape.get("link") else None,
            place=Place.from_dict(shape["place"]) if shape.get("place") else None,
            picture=_part(Picture, shape["picture"]) if shape.get("picture") else None,
            source=_part(Source, shape["source"]) if shape.get("source") else None,
            feedback=Feedback.from_dict(shape["feedback"]) if shape.get("feedback") else None,
            asks_location=bool(shape.get("asks_location")),
        )
