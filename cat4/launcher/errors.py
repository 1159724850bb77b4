"""What the launcher tells a person who can do something about it."""

from __future__ import annotations


class LauncherError(Exception):
    """Something the caller can put right; the text says what and how, no traceback is shown."""
