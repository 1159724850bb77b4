"""Starting a process, and being told to stop in the midst of it."""

import subprocess
import sys

from cat4.launcher.state import CHECKOUT

# As if Ctrl-C were pressed between the fork and what Python runs around it.
INTERRUPTED = """
import os, signal, subprocess, sys
from pathlib import Path
from cat4.launcher import processes

# A shell without job control starts what is in the background with it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
os.register_at_fork(before=lambda: os.kill(os.getpid(), signal.SIGINT))
try:
    processes.spawn(
        [sys.executable, "-c", "import time; time.sleep(60)"], env={}, cwd=Path(), output=subprocess.DEVNULL
    )
except KeyboardInterrupt:
    print("interrupted")
try:
    os.waitpid(-1, os.WNOHANG)
    print("a child is left")
except ChildProcessError:
    print("no child is left")
"""
MASKED = "import signal; print(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())))"


def test_an_interrupt_during_a_fork_is_not_lost_and_leaves_no_child() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], cwd=CHECKOUT, capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "interrupted\nno child is left\n", done.stderr


def test_a_child_takes_signals_as_its_parent_does() -> None:
    work = (
        "import subprocess, sys; from pathlib import Path; from cat4.launcher import processes;"
        f"processes.spawn([sys.executable, '-c', {MASKED!r}], env={{}}, cwd=Path(), output=sys.stdout.fileno()).wait()"
    )
    done = subprocess.run(
        [sys.executable, "-c", work], cwd=CHECKOUT, capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "[]\n", done.stderr
