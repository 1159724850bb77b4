"""Finds what a template says to people without marking it for translation.

    python -m tests.architecture.sentences [templates/measures ...]

Marked is `{% translate "…" %}`, `{% blocktranslate %}…{% endblocktranslate %}` and `_("…")` as a value of a tag.
Not looked at: comments, `<code>`, `<kbd>` and `<svg>`, names of files, and templates in another language.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from cat4.launcher.state import CHECKOUT

TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
ELEMENT = re.compile(r"</?[a-zA-Z](?:\{%.*?%\}|\{\{.*?\}\}|\"(?:\{%.*?%\}|\{\{.*?\}\}|[^\"])*\"|[^>\"])*>", re.S)
SILENT = (
    re.compile(r"\{#.*?#\}", re.S),
    re.compile(r"\{%\s*comment\b.*?\{%\s*endcomment\s*%\}", re.S),
    re.compile(r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.S),
    re.compile(r"<!--.*?-->|<!doctype[^>]*>", re.S | re.I),
    re.compile(r"<(code|kbd|svg|style|script)\b.*?</\1>", re.S),
)
WORDS = re.compile(r"[^\W\d_]{2,}")
READ_ALOUD = re.compile(
    r"\s(aria-label|title|placeholder|alt|data-l|data-label|data-confirm)=\"((?:\{%.*?%\}|\{\{.*?\}\}|[^\"])*)\""
)
# Values of tags and includes that people read.
READ = (
    "label|title|text|sub|note|hint|placeholder|link_text|action_label|caption|word|words|submit|heading|summary|empty"
    "|nothing|question|sentence|unit_label|reason|message|off|why"
)
FILE = re.compile(r"\w+\.html")
NAMED = re.compile(rf"\b(?:{READ})=\"([^\"]*)\"")
FIRST = re.compile(
    r"\{%\s*(?:card|tablewrap|pop|table|pagehead|th|crumb)\s+\"([^\"]*)\"|\{%\s*dialog\s+\S+\s+\"([^\"]*)\""
)
FALLBACK = re.compile(r"\|(?:default|default_if_none|yesno|pluralize|join):\"([^\"]*)\"")
# What no language says otherwise: the product, units, formats, and a value of HTML.
NAMES = {
    "cat",
    "DoI",
    "EUR",
    "kEUR",
    "XLSX",
    "CSV",
    "PDF",
    "ZIP",
    "SHA",
    "API",
    "ECB",
    "UTC",
    "EBITDA",
    "OpenAPI",
    "submit",
    "cls",
}


def is_translation(path: Path) -> bool:
    """Whether a template is itself in another language, such as notices/de/mail/body.html."""
    return "de" in path.parts


def unmarked(text: str) -> list[tuple[int, str]]:
    """Line and words of each unmarked sentence of a template's text, in order."""
    return sorted(set(_found(_silenced(text))))


def _silenced(text: str) -> str:
    """The text without what says nothing, line breaks kept so that lines still count."""
    for pattern in SILENT:
        text = pattern.sub(lambda match: "\n" * match[0].count("\n"), text)
    return text


def _found(text: str) -> Iterator[tuple[int, str]]:
    for match in TAG.finditer(text):
        for pattern in (NAMED, FIRST, FALLBACK):
            for value in pattern.finditer(match[0]):
                words = next(filter(None, value.groups()), "")
                if _says(FILE.sub("", words)):
                    yield _line(text, match.start()), words
    for element in ELEMENT.finditer(text):
        for spoken in READ_ALOUD.finditer(element[0]):
            if _says(TAG.sub(" ", spoken[2])):
                yield _line(text, element.start()), f'{spoken[1]}="{spoken[2]}"'
    bare = ELEMENT.sub(lambda match: _blank(match[0]), text)
    for number, line in enumerate(TAG.sub(lambda match: _blank(match[0]), bare).split("\n"), 1):
        if _says(line):
            yield number, line.strip()


def _blank(text: str) -> str:
    return "\n" * text.count("\n") or " "


def _says(words: str) -> bool:
    return any(word not in NAMES for word in WORDS.findall(words.replace("&nbsp;", " ").replace("&middot;", " ")))


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def main(roots: list[str]) -> int:
    found = 0
    for root in roots or ["templates"]:
        place = CHECKOUT / root
        for path in sorted(place.rglob("*.html")) if place.is_dir() else [place]:
            if is_translation(path):
                continue
            for line, words in unmarked(path.read_text()):
                found += 1
                sys.stdout.write(f"{path.relative_to(CHECKOUT)}:{line}: {words}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main([str(Path(root)) for root in sys.argv[1:]]))
