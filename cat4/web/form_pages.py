"""A form on a page: shown, checked, acted on, and shown again with what was refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from cat4.accounts.selectors import members
from cat4.errors import Invalid, StaleVersion

from . import formats
from .fields import MonthField
from .questions import Asked, ask_change, ask_reading, is_edited, large_fields, require_sure, unsure_fields
from .requests import OrganizationRequest

Crumbs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FormPage:
    """What stands around a form: its head, its button, the way back, and what to know beforehand."""

    title: str
    submit: str
    back: str
    sub: str = ""
    crumbs: Crumbs = ()
    note: str = ""
    danger: bool = False
    template: str = "web/form.html"


@dataclass(frozen=True, slots=True)
class BothValues:
    """A field that someone else saved meanwhile."""

    label: str
    now: str
    typed: str


def posted(request: OrganizationRequest) -> QueryDict | None:
    """The input of a bound form, None while the page is only shown."""
    return request.POST if request.method == "POST" else None


def answer(
    request: OrganizationRequest,
    form: forms.Form,
    page: FormPage,
    act: Callable[[dict[str, Any]], tuple[str, str]],
    asks_by_itself: bool = False,
    **context: Any,
) -> HttpResponse:
    """Show the form; when it was sent, act on the clean input and go on.

    `act` returns the address to go to and the sentence of the toast. What it refuses is shown beside
    the fields: 422 for input, 409 with both values when someone saved in between. A number with two readings and
    an amount that moves by more than half are asked first; with `asks_by_itself` the act asks about the latter.
    """
    if request.method != "POST" or is_edited(request.POST):
        return _show(request, form, page, context)
    if not form.is_valid():
        unsure = unsure_fields(form)
        asked = ask_reading(request, unsure, title=page.title, sub=page.sub) if unsure else None
        return asked or _show(request, form, page, context, status=422)
    try:
        require_sure(request.POST, () if asks_by_itself else large_fields(form))
        url, done = act(form.cleaned_data)
    except (Asked, Invalid, StaleVersion) as refused:
        return _refused(request, form, page, refused, context)
    messages.success(request, done)
    return redirect(url)


def _refused(
    request: OrganizationRequest,
    form: forms.Form,
    page: FormPage,
    refused: Asked | Invalid | StaleVersion,
    context: Mapping[str, Any],
) -> HttpResponse:
    """The question, the form with its sentences, or both values."""
    if isinstance(refused, Asked):
        return ask_change(request, refused, title=page.title, sub=page.sub)
    if isinstance(refused, Invalid):
        show_errors(form, refused)
        return _show(request, form, page, context, status=422)
    context = {**context, "stale": refused.message, "both_values": _both(form, refused.current)}
    form.data = _with_version(request.POST.copy(), form, refused.current)
    return _show(request, form, page, context, status=409)


def show_errors(form: forms.Form, refused: Invalid) -> None:
    """Each sentence beside its field; what belongs to no field goes above the form."""
    for field, texts in refused.errors.items():
        form.add_error(field if field in form.fields else None, texts)


def _show(
    request: OrganizationRequest, form: forms.Form, page: FormPage, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    return render(request, page.template, {"form": form, "page": page, **context}, status=status)


def _with_version(data: QueryDict, form: forms.Form, current: Mapping[str, object]) -> QueryDict:
    """The input again, on the state as it is now: saving once more is a decision with both values seen."""
    data[form.add_prefix("version")] = str(current.get("version", ""))
    for name, value in current.items():
        if f"was_{name}" in form.fields:
            data[form.add_prefix(f"was_{name}")] = "" if value is None else str(value)
    return data


def _both(form: forms.Form, current: Mapping[str, object]) -> list[BothValues]:
    """The fields in which the saved state differs from the input."""
    fields = ((form[name], current[name]) for name in form.fields if name in current and name != "version")
    lines = [
        BothValues(str(bound.label), shown(bound, now), shown(bound, form.cleaned_data.get(bound.name)))
        for bound, now in fields
    ]
    return [line for line in lines if line.now != line.typed]


def shown(bound: forms.BoundField, value: object) -> str:
    """A value as the form's field would word it."""
    field = bound.field
    if isinstance(field, forms.ChoiceField):
        return dict(_flat(field)).get(str(value or ""), "–")
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(field, MonthField):
        return formats.month(value) if value else "–"  # type: ignore[arg-type]
    if isinstance(field, forms.DateField):
        return formats.day(value) if value else "–"  # type: ignore[arg-type]
    if isinstance(field, forms.DecimalField):
        return str(field.prepare_value(value)) if value is not None else "–"
    return str(value) if value not in (None, "") else "–"


def _flat(field: forms.ChoiceField) -> list[tuple[str, str]]:
    return [(str(key), str(words)) for key, words in field.choices]  # type: ignore[union-attr, misc]


def people_choices(request: OrganizationRequest) -> list[tuple[str, str]]:
    """The active members of the organization, for a choice."""
    listed = members(request.organization.pk).filter(is_active=True)
    return [(str(member.user_id), member.user.name) for member in listed]
