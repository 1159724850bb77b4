"""Names of files as people gave them, without what a path, a header, a shell or a reader would take for something else.

Letters of every script stay, in one form: a name that macOS wrote with separate accents is the same name.
"""

import re
import unicodedata
from pathlib import PurePosixPath

_SAME = {"jpeg": "jpg", "text": "txt"}
_LONGEST = 120
# Most file systems hold 255 bytes; what is added to a name on the way, such as " (1)", has to fit too.
_LONGEST_BYTES = 200
_ASCII = re.compile(r"[\w \-().,&+#@\[\]=%]")
# Control, direction and unassigned signs, lone halves of letters, line and paragraph ends.
_NEVER = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
# Letters of Persian and of India are joined or kept apart by them.
_JOINERS = {"\u200c", "\u200d"}
# Marks that look like the separators of paths.
_LIKE_SEPARATORS = set("\u2044\u2215\u29f8\u29f5\uff0f\uff3c\u2024\uff0e\uff1a")


def safe_name(name: str, suffix: str) -> str:
    """The last part of a path as a name that ends with `.suffix`, the ending that its content has."""
    base = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    stem, _, given = base.rpartition(".")
    if _SAME.get(given.lower(), given.lower()) != suffix:
        stem = base
    cleaned = "".join(_kept(stem, at) for at in range(len(stem))).strip(" ._")
    return f"{_shortened(cleaned) or 'document'}.{suffix}"


def _kept(name: str, at: int) -> str:
    """What stands in the name for the sign at a place."""
    sign = name[at]
    if sign.isascii():
        return sign if _ASCII.fullmatch(sign) else "_"
    category = unicodedata.category(sign)
    if sign in _JOINERS:
        return sign if _is_between_letters(name, at) else ""
    if category in _NEVER:
        return ""
    if sign in _LIKE_SEPARATORS:
        return "_"
    return " " if sign == "\xa0" else sign


def _is_between_letters(name: str, at: int) -> bool:
    return 0 < at < len(name) - 1 and all(unicodedata.category(name[place])[0] in "LM" for place in (at - 1, at + 1))


def _shortened(name: str) -> str:
    """At most so many signs and bytes, never cut inside of a letter."""
    name = name[:_LONGEST]
    return name.encode()[:_LONGEST_BYTES].decode("utf-8", "ignore").rstrip(" ._")
