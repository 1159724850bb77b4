"""Block tags: components that wrap what a page writes between their start and their end.

{% card "Status" sub="kEUR" cls="c5" %} actions of the head {% cardbody %} body {% cardfoot %} foot {% endcard %}
"""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.loader import render_to_string
from django.utils.html import format_html
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
        values |= {name: _rendered(nodes, context) for name, nodes in self.parts.items()}
        values.setdefault("id", slugify(values.get("title", "")))
        return render_to_string("components/card.html", values)


def _rendered(nodes: NodeList, context: Context) -> SafeString:
    """A part without the white space round it: one in which nothing stands is left away."""
    return SafeString(nodes.render(context).strip())


@register.tag
def card(parser: Parser, token: Token) -> CardNode:
    """`{% card title sub= id= cls= flush= link= link_text= level= %}`; all but the title are optional."""
    return CardNode(_options(token.split_contents()[1:], "title", parser), _card_parts(parser))


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


class PageHeadNode(Node):
    """The head of a page: its title, what stands below it, and what can be done here."""

    child_nodelists = ("below", "actions")

    def __init__(self, options: Mapping[str, FilterExpression], below: NodeList, actions: NodeList | None) -> None:
        self.options = options
        self.below = below
        self.actions = actions

    def render(self, context: Context) -> SafeString:
        values: dict[str, Any] = {name: option.resolve(context) for name, option in self.options.items()}
        values["below"] = _rendered(self.below, context)
        if self.actions is not None:
            values |= {"has_actions": True, "actions": _rendered(self.actions, context)}
        return render_to_string("components/page_head.html", values)


@register.tag
def pagehead(parser: Parser, token: Token) -> PageHeadNode:
    """`{% pagehead title sub= id= %} below the title {% headactions %} buttons {% endpagehead %}`."""
    options = _options(token.split_contents()[1:], "title", parser)
    below, actions = parser.parse(("headactions", "endpagehead")), None
    if parser.next_token().contents == "headactions":
        actions = parser.parse(("endpagehead",))
        parser.delete_first_token()
    return PageHeadNode(options, below, actions)


TABLE_PARTS = ("tablebody", "tablefoot", "endtable")


class TableNode(Node):
    """A table in its scrolling frame: caption, one line of heads, body, foot."""

    child_nodelists = ("heads", "body", "foot")

    def __init__(self, options: Mapping[str, FilterExpression], parts: Mapping[str, NodeList]) -> None:
        self.options = options
        self.parts = parts
        self.heads, self.body, self.foot = (parts.get(name, NodeList()) for name in self.child_nodelists)

    def render(self, context: Context) -> SafeString:
        values: dict[str, Any] = {name: option.resolve(context) for name, option in self.options.items()}
        values.setdefault("label", "")
        values |= {name: _rendered(nodes, context) for name, nodes in self.parts.items()}
        return render_to_string("components/table.html", values)


@register.tag
def table(parser: Parser, token: Token) -> TableNode:
    """`{% table label caption= cls= %} heads {% tablebody %} rows {% tablefoot %} sums {% endtable %}`.

    `label` names the frame for the keyboard, the caption says what the table holds and is the label where left out.
    `frame=False` leaves the frame away, `shown=True` shows the caption.
    """
    options = _options(token.split_contents()[1:], "label", parser)
    parts: dict[str, NodeList] = {}
    part, seen = "heads", parser.parse(TABLE_PARTS)
    while (ended_by := parser.next_token().contents) != "endtable":
        parts[part] = seen
        part, seen = ended_by.removeprefix("table"), parser.parse(TABLE_PARTS)
    parts[part] = seen
    return TableNode(options, parts)


@register.simple_tag
def th(words: object = "", cls: str = "", hidden: bool = False) -> SafeString:
    """The head of a column, with `num` right over numbers; without words an empty cell, hidden ones are read aloud."""
    if not words:
        return format_html("<td{}></td>", _class(cls))
    shown = format_html('<span class="vh">{}</span>', words) if hidden else words
    return format_html('<th scope="col"{}>{}</th>', _class(cls), shown)


def _class(cls: str) -> SafeString:
    return format_html(' class="{}"', cls) if cls else SafeString("")


def _options(bits: list[str], first: str, parser: Parser) -> dict[str, FilterExpression]:
    """Keyword arguments of a tag; a first value without a name is called `first`."""
    options: dict[str, FilterExpression] = {}
    if bits and not token_kwargs(bits[:1], parser):
        options[first] = parser.compile_filter(bits.pop(0))
    return options | token_kwargs(bits, parser)


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
