"""How tests read pages: what stands in them, not how their templates are laid out."""

import re
from html import unescape


def glued(html: str) -> str:
    """The same markup without white space beside or at the end of a tag, and with one blank for any other."""
    return re.sub(r"\s*(<[^>]*?)\s*(/?>)\s*", r"\1\2", re.sub(r"\s+", " ", html))


def carried(html: str) -> dict[str, list[str]]:
    """What a page's hidden fields send again, by name."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html):
        found.setdefault(name, []).append(unescape(value))
    return found
