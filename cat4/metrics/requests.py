"""The requests that this process answered: how many, and how long they took."""

import os
import socket
from bisect import bisect_left
from itertools import accumulate
from threading import Lock

from .samples import Family, Sample

# Upper ends in seconds: below a second is what people don't notice, above ten nobody waits.
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class RequestCounts:
    """Counted by route and status; what took how long, by route. Threads of the process share one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: dict[tuple[str, int], int] = {}
        self._durations: dict[str, tuple[list[int], list[float]]] = {}

    def observe(self, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        with self._lock:
            self._answers[route, status] = self._answers.get((route, status), 0) + 1
            counts, total = self._durations.setdefault(route, ([0] * (len(BUCKETS) + 1), [0.0]))
            counts[bisect_left(BUCKETS, seconds)] += 1
            total[0] += seconds

    def families(self) -> list[Family]:
        """As they stand now."""
        process = _process()
        with self._lock:
            answers = [
                Sample({"route": route, "status": str(status), "process": process}, count)
                for (route, status), count in sorted(self._answers.items())
            ]
            durations = [
                sample
                for route, (counts, total) in sorted(self._durations.items())
                for sample in _histogram({"route": route, "process": process}, counts, total[0])
            ]
        return [
            Family("cat4_requests_total", "counter", "Answered requests.", answers),
            Family("cat4_request_duration_seconds", "histogram", "How long requests took.", durations),
        ]


def _histogram(labels: dict[str, str], counts: list[int], total: float) -> list[Sample]:
    ends = [*(f"{end:g}" for end in BUCKETS), "+Inf"]
    buckets = [
        Sample({**labels, "le": end}, below, "_bucket") for end, below in zip(ends, accumulate(counts), strict=True)
    ]
    return [*buckets, Sample(labels, total, "_sum"), Sample(labels, sum(counts), "_count")]


def _process() -> str:
    """Of all processes of an installation; a number alone is the same in every container."""
    return f"{socket.gethostname()}-{os.getpid()}"


REQUESTS = RequestCounts()
