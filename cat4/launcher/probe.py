"""Health checks of single containers: python -m cat4.launcher.probe web | worker | beat

web answers at all (200 or 503: another part's death is no reason to restart this one); a worker beats;
beat has written its schedule lately.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import redis

WEB = "http://127.0.0.1:8000/healthz"
# Renewed by every worker that consumes, see cat4/health.py.
WORKER_KEY = "cat4:worker-alive"
# Beat writes its schedule every three minutes.
BEAT_SILENCE_SECONDS = 600


def web_is_alive(url: str = WEB) -> bool:
    """Whether the web process answers its health check, whatever it says of the others."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=4) as answer:
            return bool(json.load(answer)["web"])
    except urllib.error.HTTPError as error:
        return error.code == 503
    except (OSError, ValueError, KeyError):
        return False


def worker_is_alive(broker_url: str) -> bool:
    with redis.Redis.from_url(broker_url, socket_timeout=2, socket_connect_timeout=2) as client:
        try:
            return bool(client.exists(WORKER_KEY))
        except redis.RedisError:
            return False


def beat_is_alive(state: Path) -> bool:
    written = [path.stat().st_mtime for path in state.glob("celerybeat-schedule*")]
    return bool(written) and time.time() - max(written) < BEAT_SILENCE_SECONDS


def main(part: str) -> int:
    """Exit code 0 while the part lives.

    Raises:
        SystemExit: for a part that isn't one.
    """
    if part == "web":
        return 0 if web_is_alive() else 1
    if part == "worker":
        return 0 if worker_is_alive(os.environ["REDIS_URL"]) else 1
    if part == "beat":
        return 0 if beat_is_alive(Path(os.environ["CAT4_STATE_DIR"])) else 1
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
