"""What a label says of a field is what its action does: nothing that is asked for sometimes is called optional."""

import importlib
import pkgutil
from collections.abc import Iterator

from django import forms

import cat4.web
import governance
import hierarchy
import integrations
import measures
import reporting

APPS = (cat4.web, governance, hierarchy, integrations, measures, reporting)


def every_form() -> Iterator[type[forms.BaseForm]]:
    for app in APPS:
        for found in pkgutil.walk_packages(app.__path__, f"{app.__name__}."):
            if "forms" in found.name.split("."):
                importlib.import_module(found.name)
    waiting: list[type[forms.BaseForm]] = [forms.BaseForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        yield form


def test_a_field_that_is_needed_sometimes_is_not_called_optional() -> None:
    wrong = [
        f"{form.__module__}.{form.__name__}.{name}"
        for form in every_form()
        for name, field in getattr(form, "base_fields", {}).items()
        if not field.required
        and str(field.help_text).startswith(("Needed", "Only for"))
        and not getattr(field, "needed_sometimes", False)
    ]
    assert wrong == []
    marked = {
        name
        for form in every_form()
        for name, field in getattr(form, "base_fields", {}).items()
        if getattr(field, "needed_sometimes", False)
    }
    assert {"comment", "reason", "percent", "evidence_class", "counter_measure", "title"} <= marked
