"""Writes docs/capabilities.md from the code: the docstrings of capabilities, and the contracts of imports.

python -m tests.architecture.guide > docs/capabilities.md
"""

from __future__ import annotations

import ast
import os
import sys

from cat4.launcher.state import CHECKOUT

HEAD = """# Capabilities

A word of the business has one home: a folder inside its app that holds models, actions, policies, reads, pages,
views and API of that word, and nothing else. Below, highest first, each with what it is, what it owns, and what it
may ask: itself, what stands below it, and the apps below its own. What a lower one needs of a higher one is supplied
through a seam ([architecture.md](architecture.md)). This page is written from the code by
`python -m tests.architecture.guide`; a test compares both.
"""


def guide() -> str:
    """The whole page."""
    from tests.architecture.sources import capabilities, our_apps

    parts = [HEAD]
    for app in reversed(our_apps()):
        if capabilities(app):
            parts.append(f"## {app}\n")
            parts += [_entry(app, capability) for capability in reversed(capabilities(app))]
    return "\n".join(parts)


def _entry(app: str, capability: str) -> str:
    from tests.architecture.test_contracts import layered

    text = ast.get_docstring(ast.parse((CHECKOUT / app / capability / "__init__.py").read_text())) or ""
    what, _, owns = text.partition("\n\n")
    layers = layered(f"Capabilities of {app}")
    rank = next(rank for rank, layer in enumerate(layers) if capability in layer)
    below = [name for layer in layers[rank + 1 :] for name in layer]
    lines = [" ".join(what.split()), " ".join(owns.split()), f"May ask: {', '.join(below)}."]
    return f"### {capability}\n\n" + "".join(f"- {line}\n" for line in lines)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cat4.settings")
    os.environ |= {
        "SECRET_KEY": "only-for-this", "DATABASE_URL": "postgres://127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0",
    }  # fmt: skip
    import django

    django.setup()
    sys.stdout.write(guide())


if __name__ == "__main__":
    main()
