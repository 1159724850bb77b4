"""What goes with the mail of a notice: made of its facts whenever the mail is written, so that a retry sends the same.

In the `seams.py` of a capability:

    @attaches("meeting.changed")
    def entry(facts: Mapping[str, Any], address: str) -> list[Attached]: ...
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.text import MIMEText
from typing import Any

from django.core.mail import EmailMultiAlternatives

from .models import Notice


@dataclass(frozen=True, slots=True)
class Attached:
    """A file; `parameters` are of its type, such as the method of a calendar entry."""

    name: str
    content: bytes
    content_type: str
    parameters: Mapping[str, str] = field(default_factory=dict)


Attacher = Callable[[Mapping[str, Any], str], Sequence[Attached]]
_attachers: dict[str, Attacher] = {}


def attaches(*kinds: str) -> Callable[[Attacher], Attacher]:
    """Register what is attached to the mail of these kinds, of the notice's facts and the reader's address.

    Raises:
        ValueError: a kind has its attachments already.
    """

    def register(attacher: Attacher) -> Attacher:
        for kind in kinds:
            if kind in _attachers:
                raise ValueError(f"The mail of {kind} has its attachments already.")
            _attachers[kind] = attacher
        return attacher

    return register


def attached_to(notice: Notice, address: str) -> list[Attached]:
    """The files of a notice for who reads it at `address`."""
    attacher = _attachers.get(notice.kind)
    return list(attacher(notice.facts, address)) if attacher else []


def attach(letter: EmailMultiAlternatives, files: Sequence[Attached]) -> None:
    """Put them into a letter, each name once."""
    for attached in {attached.name: attached for attached in files}.values():
        letter.attach(_part(attached))


def _part(attached: Attached) -> MIMEBase:
    main, _, sub = attached.content_type.partition("/")
    if main == "text":
        part: MIMEBase = MIMEText(attached.content.decode(), sub, "utf-8")
    else:
        part = MIMEApplication(attached.content, sub)
    for name, value in attached.parameters.items():
        part.set_param(name, value)
    part.add_header("Content-Disposition", "attachment", filename=attached.name)
    return part
