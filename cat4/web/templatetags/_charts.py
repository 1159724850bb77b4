"""Small drawings inside tables: the due meter and the bar of degrees. Large charts are components."""

from collections.abc import Sequence
from decimal import Decimal

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cat4.web import bars, formats

register = template.Library()


@register.simple_tag
def due_meter(passed: int, allowed: int = 14) -> SafeString:
    """How much of the time to decide is used: calm, amber from two thirds, red once it is over."""
    meter = bars.due(passed, allowed)
    words = format_html('<b class="neg">{}</b>', meter.words) if meter.is_over else meter.words
    return format_html(
        '<span class="due">{}<svg aria-hidden="true"><rect class="b-track" width="100%" height="4" rx="2"/>'
        '<rect class="{}" width="{}%" height="4" rx="2"/></svg></span>',
        words, meter.cls, meter.width,
    )  # fmt: skip


@register.simple_tag
def doi_bar(amounts: Sequence[Decimal], unit: str = "EUR m") -> SafeString:
    """Money by degree, closed on the left to defined on the right. `amounts` are in currency, degree 0 to 5."""
    words = ", ".join(f"DoI {degree} {formats.millions(amount)}" for degree, amount in enumerate(amounts) if amount)
    if not words:
        return SafeString('<span class="muted">–</span>')
    segments = [(s.degree, s.x, s.width) for s in bars.degrees(amounts)]
    rects = format_html_join("", '<rect class="f{}" x="{}%" width="{}%" height="12" rx="1"/>', segments)
    return format_html('<svg class="mini" role="img" aria-label="{} by DoI: {}">{}</svg>', unit, words, rects)
