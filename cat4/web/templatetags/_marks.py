"""Small marks: icon, status, pair, degree of implementation, person."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

LETTERS = {"g": "G", "a": "A", "r": "R", "n": "–"}
COLOURS = {"g": "green", "a": "amber", "r": "red", "n": "not rated"}
KINDS = {"implementation": "Implementation", "impl": "Implementation", "potential": "Potential", "money": "Potential"}
DEGREES = ("Defined", "Identified", "Detailed", "Decided", "Implemented", "Closed")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A picture from the sprite. Decoration unless `label` says what it means."""
    if label:
        return format_html('<svg class="i" role="img" aria-label="{}"><use href="#i-{}"/></svg>', label, name)
    return format_html('<svg class="i" aria-hidden="true"><use href="#i-{}"/></svg>', name)


def colour_of(value: object) -> str:
    """`g`, `a`, `r` or `n` for any spelling of a status: "green", "G", "AMBER", None, "grey"."""
    words = str(value or "n").lower()
    if words in {"grey", "gray", "none", "not rated"}:
        return "n"
    return words[0] if words[0] in LETTERS else "n"


@register.simple_tag
def status(value: object, kind: str = "", large: bool = False) -> SafeString:
    """A status mark: shape, letter and words, never colour alone."""
    colour = colour_of(value)
    name = KINDS.get(kind, kind)
    words = f"{name}: {COLOURS[colour]}" if name else COLOURS[colour]
    return format_html(
        '<span class="st {}{}" role="img" aria-label="{}" title="{}">{}</span>',
        colour, " st--lg" if large else "", words, words, LETTERS[colour],
    )  # fmt: skip


@register.simple_tag
def pair(implementation: object, potential: object, words: bool = False) -> SafeString:
    """Both statuses, implementation first. Green before red is the trap, the one pair with a frame."""
    is_trap = (colour_of(implementation), colour_of(potential)) == ("g", "r")
    first, second = status(implementation, "implementation"), status(potential, "potential")
    shape = '<span class="dual{}">{}{}</span>'
    if words:
        shape = '<span class="dual{}"><span class="dual__k">Impl</span> {}<span class="dual__k">Money</span> {}</span>'
    return format_html(shape, " trap" if is_trap else "", first, second)


@register.simple_tag
def doi(degree: int | None, word: bool = True) -> SafeString:
    """The degree of implementation: its number always, its word where there is room."""
    if degree is None:
        return SafeString('<span class="muted">–</span>')
    name = DEGREES[degree]
    if word:
        return format_html('<span class="doi d{}"><b>{}</b>{}</span>', degree, degree, name)
    short = '<span class="doi d{}" title="{}"><b>{}<span class="vh"> {}</span></b></span>'
    return format_html(short, degree, name, degree, name)


@register.filter
def doi_name(degree: int) -> str:
    """`Decided` for 3."""
    return DEGREES[degree]


@register.filter
def initials(name: object) -> str:
    """`CW` for Clara Weiss: first letter of the first and of the last word."""
    words = str(name or "").split()
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "") if words else "?"
    return letters.upper()
