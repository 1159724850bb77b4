"""Form fields: one template tag gives every widget its class, its type and its description."""

from django import template
from django.forms import BoundField, forms, widgets
from django.middleware.csrf import get_token
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cat4.web.sent_once import FIELD, new_key

register = template.Library()

PLAIN = (widgets.CheckboxInput, widgets.CheckboxSelectMultiple, widgets.RadioSelect, widgets.HiddenInput)


@register.filter
def widget_kind(field: BoundField) -> str:
    """How components/field.html lays the field out: check, options, hidden or line."""
    widget = field.field.widget
    if isinstance(widget, (widgets.RadioSelect, widgets.CheckboxSelectMultiple)):
        return "options"
    if isinstance(widget, widgets.CheckboxInput):
        return "check"
    return "hidden" if widget.is_hidden else "line"


@register.simple_tag
def widget(field: BoundField, hint: str = "", placeholder: str = "") -> SafeString:
    """The control alone: class, native date type, numeric keyboard, and what describes it."""
    control = field.field.widget
    attrs: dict[str, str | bool] = {}
    if not isinstance(control, PLAIN):
        number = ["num"] if _is_number(control) else []
        attrs["class"] = " ".join(dict.fromkeys(["input", *_classes(control), *number]))
    if placeholder:
        attrs["placeholder"] = placeholder
    if _is_number(control):
        attrs["inputmode"] = str(control.attrs.get("inputmode", "decimal"))
    if isinstance(control, widgets.NumberInput):
        control.input_type = "text"  # a number control throws away what it cannot read
    if isinstance(control, widgets.DateInput):
        control.input_type, control.format = "date", "%Y-%m-%d"
    described = _describes(field, bool(hint or field.help_text))
    if described:
        attrs["aria-describedby"] = described
    return field.as_widget(attrs=attrs)


def _is_number(control: widgets.Widget) -> bool:
    return isinstance(control, widgets.NumberInput) or "num" in _classes(control)


def _classes(control: widgets.Widget) -> list[str]:
    return str(control.attrs.get("class", "")).split()


def _describes(field: BoundField, has_hint: bool) -> str:
    """The error first, then the hint: the order in which a screen reader should say them."""
    ids = [f"{field.auto_id}_error" if field.errors else "", f"{field.auto_id}_helptext" if has_hint else ""]
    return " ".join(filter(None, ids))


@register.filter
def faulty(form: forms.BaseForm) -> list[BoundField]:
    """The visible fields that have an error, in the order of the form."""
    return [field for field in form.visible_fields() if field.errors]


@register.simple_tag(takes_context=True)
def csrf(context: Context) -> SafeString:
    """The hidden token field, also inside `{% include … only %}`, where `{% csrf_token %}` finds nothing.

    With it the key by which a form that is sent twice is carried out once.
    """
    request = getattr(context, "request", None) or context.get("request")
    token = get_token(request) if request else ""
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="{}" value="{}">',
        token, FIELD, new_key(),
    )  # fmt: skip
