"""Pytest plugin: pages in the system's Chromium. Without one the tests fail: they aren't skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
HINT = (
    "No Chromium found, and tests in the browser aren't skipped. Install it (Debian, Ubuntu: "
    "apt-get install chromium fonts-liberation) or name the program in CHROMIUM."
)


def chromium_program() -> str | None:
    """CHROMIUM, or the first of the usual names on the PATH."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = chromium_program()
    if program is None:
        pytest.fail(HINT)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright runs an event loop in this thread, in which Django would refuse its ORM.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        # Chromium's sandbox doesn't work for root; these pages are all ours.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        opened = playwright.chromium.launch(executable_path=program, args=arguments)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a context of its own, in English, at a laptop's size."""
    context = browser.new_context(locale="en-GB", timezone_id="UTC", viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def install() -> None:
    """Install Chromium where root may do so; otherwise say what to install.

    Raises:
        SystemExit: without a Chromium in the end.
    """
    if chromium_program():
        return
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        sys.exit(HINT)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", "chromium", "fonts-liberation"]):
        subprocess.run([apt, "-q", *arguments], env=quiet, stdin=subprocess.DEVNULL, check=False)
    if not chromium_program():
        sys.exit(HINT)


if __name__ == "__main__":
    install()
