"""Links that know where the reader is, and links that may not exist yet."""

from typing import Any

from django import template
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cat4.web.templatetags._marks import icon as draw

register = template.Library()


@register.simple_tag
def url_or_none(name: str, /, *args: Any, **kwargs: Any) -> str:
    """The URL of a page, or an empty string while no app provides it."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def navlink(
    context: Context,
    name: str,
    *,
    icon: str,
    label: str,
    key: str = "",
    count: int | None = None,
    hot: bool = False,
    word: str = "waiting",
) -> SafeString:
    """A line of the side navigation; nothing while no app provides the page.

    `key` is the letter after `g` that jumps here, `count` the number at the end, `word` what it counts.
    """
    url = url_or_none(name)
    if not url:
        return SafeString("")
    return format_html(
        '<li><a class="navlink" href="{}"{}{}>{}{}{}</a></li>',
        url, format_html(' data-key="{}"', key) if key else "",
        SafeString(' aria-current="page"') if _is_here(context, url) else "",
        draw(icon), label, counter(count, word, hot),
    )  # fmt: skip


@register.simple_tag
def counter(count: int | None, word: str = "", hot: bool = False) -> SafeString:
    """A number in a pill, with a hidden word for what it counts; nothing for none."""
    if not count:
        return SafeString("")
    spoken = format_html('<span class="vh"> {}</span>', word) if word else ""
    return format_html('<span class="count{}">{}{}</span>', " count--hot" if hot else "", count, spoken)


def _is_here(context: Context, url: str) -> bool:
    """Whether the current page is `url` or below it; the start page only when exactly there."""
    request = getattr(context, "request", None) or context.get("request")
    if not isinstance(request, HttpRequest):
        return False
    is_start = url.rstrip("/") == get_script_prefix().rstrip("/")
    return request.path == url if is_start else request.path.startswith(url)


@register.simple_tag
def crumb(label: str, url: str | None = None) -> SafeString:
    """One step of the breadcrumb; without a URL it is the page itself, with an empty one a step that is only named."""
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, label)
    if url is not None:
        return format_html("<li><span>{}</span></li>", label)
    return format_html('<li><span aria-current="page">{}</span></li>', label)


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: object) -> str:
    """The current query string with `changes`; None or "" removes a key. Starts with `?`."""
    request = getattr(context, "request", None) or context.get("request")
    pairs = request.GET.copy() if isinstance(request, HttpRequest) else QueryDict(mutable=True)
    for key, value in changes.items():
        pairs.pop(key, None)
        if value not in (None, ""):
            pairs[key] = str(value)
    return f"?{pairs.urlencode()}"
