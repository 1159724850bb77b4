"""Block tags: components that wrap what a page writes between their start and their end.

{% card "Status" sub="kEUR" cls="c5" %} actions of the head {% cardbody %} body {% cardfoot %} foot {% endcard %}
"""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import slugify

register = template.Library()

CARD_PARTS = ("cardbody", "cardfoot", "endcard")
PARTS = ("head", "body", "foot")


class CardNode(Node):
    """A card: head with title, unit and actions, body, foot.

    Django looks for the blocks of a template in `child_nodelists`: so a `{% block %}` inside a card can be overridden.
    """

    child_nodelists = PARTS

    def __init__(self, options: Mapping[str, FilterExpression], parts: Mapping[str, NodeList]) -> None:
        self.options = options
        self.parts = parts
        self.head, self.body, self.foot = (parts.get(name, NodeList()) for name in PARTS)

    def render(self, context: Context) -> SafeString:
        values: dict[str, Any] = {name: option.resolve(context) for name, option in self.options.items()}
        values |= {name: nodes.render(context) for name, nodes in self.parts.items()}
        values.setdefault("id", slugify(values.get("title", "")))
        return render_to_string("components/card.html", values)


@register.tag
def card(parser: Parser, token: Token) -> CardNode:
    """`{% card title sub= id= cls= flush= link= link_text= level= %}`; all but the title are optional."""
    bits = token.split_contents()[1:]
    options: dict[str, FilterExpression] = {}
    if bits and not bits[0].partition("=")[1]:
        options["title"] = parser.compile_filter(bits.pop(0))
    options |= token_kwargs(bits, parser)
    return CardNode(options, _card_parts(parser))


def _card_parts(parser: Parser) -> dict[str, NodeList]:
    """Head, body and foot; without `{% cardbody %}` all of it is the body."""
    parts: dict[str, NodeList] = {}
    part, seen = "head", parser.parse(CARD_PARTS)
    while (ended_by := parser.next_token().contents) != "endcard":
        if ended_by == "cardfoot" and part == "head":
            part = "body"
        parts[part] = seen
        part, seen = ended_by.removeprefix("card"), parser.parse(CARD_PARTS)
    parts["body" if part == "head" else part] = seen
    return parts


@register.simple_block_tag
def banner(content: SafeString, kind: str = "", title: str = "", icon: str = "", focus: bool = False) -> SafeString:
    """A message that stays: kind r (blocked, failed), a (rule to know), g (done), past (time travel)."""
    values = {"kind": kind, "title": title, "icon": icon, "body": SafeString(content.strip()), "focus": focus}
    return render_to_string("components/banner.html", values)


@register.simple_block_tag
def dialog(content: SafeString, name: str, title: str) -> SafeString:
    """A native dialog, opened by `data-do="dialog:<name>"`. Write a form or paragraphs and a `<footer>` inside."""
    return render_to_string("components/dialog.html", {"id": name, "title": title, "body": content})


@register.simple_block_tag
def tablewrap(content: SafeString, label: str) -> SafeString:
    """Round every wide table: it scrolls, the page does not. `label` names it for the keyboard."""
    return render_to_string("components/table_wrap.html", {"label": label, "body": content})


@register.simple_block_tag
def pop(content: SafeString, label: str, icon: str = "", cls: str = "btn--sm") -> SafeString:
    """A small menu that opens below its button, without JavaScript."""
    return render_to_string("components/pop.html", {"label": label, "icon": icon, "cls": cls, "body": content})
