"""Wrong passwords slow down instead of shutting out.

Each further wrong one makes the next try wait longer, up to a minute; it never ends in a lock that a stranger could
set for somebody else. A device from which the person has signed in before is counted by itself, so that
guessing elsewhere doesn't slow it. A network with many wrong ones, of any account, waits too; known devices don't.
"""

import time
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache

LONGEST_SECONDS = 60
FORGOTTEN_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class Counter:
    """Who is counted, and how many wrong passwords cost nothing."""

    name: str
    free: int

    @property
    def _key(self) -> str:
        return f"patience:{sha256(self.name.encode()).hexdigest()}"

    def seconds_to_wait(self) -> int:
        """Until the next password is looked at; 0 when it is at once."""
        count, last = cache.get(self._key) or (0, 0)
        beyond = count - self.free
        if beyond < 0:
            return 0
        pause: int = min(2 ** min(beyond + 1, 6), LONGEST_SECONDS)
        return max(0, int(last) + pause - _now())

    def note_wrong(self) -> None:
        """One more wrong password."""
        count, _ = cache.get(self._key) or (0, 0)
        cache.set(self._key, [count + 1, _now()], FORGOTTEN_SECONDS)

    def forget(self) -> None:
        """The right one came."""
        cache.delete(self._key)


def _now() -> int:
    return int(time.time())
