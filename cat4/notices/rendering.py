"""The words of a notice: templates/notices/<kind>.txt, whose first line is the subject and the rest the body.

A translation is a template of its own, templates/notices/<language>/<kind>.txt: whole sentences are translated
whole, with their facts where the language puts them. What a language lacks is said in English.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.template import Context
from django.template.loader import select_template
from django.utils import timezone, translation

from cat4.web import formats

from .models import Notice


@dataclass(frozen=True, slots=True)
class Words:
    """A notice in the reader's language."""

    subject: str
    body: str


@contextmanager
def reading(*, language: str, time_zone: str) -> Iterator[None]:
    """Inside, notices are worded in the language, with numbers, dates and times as the reader writes them."""
    with translation.override(language), formats.display(language), timezone.override(time_zone):
        yield


def words_of(notice: Notice) -> Words:
    """Subject and body, in the language and zone that `reading` has set."""
    return worded(notice.kind, notice.facts)


def worded(kind: str, facts: Mapping[str, Any]) -> Words:
    """Plain text: whoever puts it into HTML escapes it there.

    Raises:
        TemplateDoesNotExist: the kind has no template.
    """
    subject, _, body = in_language(f"{kind}.txt", facts).strip().partition("\n")
    return Words(" ".join(subject.split()), body.strip())


def in_language(name: str, facts: Mapping[str, Any], *, is_html: bool = False) -> str:
    """A template below templates/notices/ in the language of the moment, English where there is none."""
    language = (translation.get_language() or "en")[:2]
    template: Any = select_template([f"notices/{language}/{name}", f"notices/{name}"])
    text: str = template.template.render(Context(dict(facts), autoescape=is_html))
    return text
