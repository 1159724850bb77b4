"""How tests read pages: what stands in them, not how their templates are laid out."""

import re


def glued(html: str) -> str:
    """The same markup without white space beside or at the end of a tag, and with one blank for any other."""
    return re.sub(r"\s*(<[^>]*?)\s*(/?>)\s*", r"\1\2", re.sub(r"\s+", " ", html))
