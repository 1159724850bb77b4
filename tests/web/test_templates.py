"""What holds for every template: nothing inline, and a gallery and a list that leave nothing out."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from tests.architecture.sentences import is_translation, unmarked

LONGEST_LINE = 120
TEMPLATES = Path(settings.BASE_DIR) / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
COMPONENTS = sorted((TEMPLATES / "components").glob("[!_]*.html"))  # what begins with "_" is a fragment of one
# Parts of the shell and of other components: used by base.html, or inside the component they belong to.
PARTS = {
    "account_menu",
    "bars",
    "brand",
    "breadcrumb",
    "chart_table",
    "field_notes",
    "form_errors",
    "head",
    "icons",
    "keys",
    "search",
    "side_links",
    "switcher",
    "theme_switch",
}
INLINE = re.compile(
    r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<script(?![^>]*\ssrc=)|javascript:|hx-on", re.IGNORECASE
)


def name_of(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_template_compiles_and_holds_nothing_inline(path: Path) -> None:
    if path.parts[-2] != "elements":  # those of allauth load its own tags
        get_template(name_of(path))
    source = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)
    assert INLINE.findall(source) == []


def test_a_template_has_lines_that_can_be_read() -> None:
    """The formatter lays them out, but cuts no tag: a long one takes what it is given from lines before it."""
    lines = [(path, line) for path in PAGES for line in path.read_text().splitlines()]
    assert [(name_of(path), line) for path, line in lines if len(line) > LONGEST_LINE] == []


def test_every_sentence_of_a_template_is_marked_for_translation() -> None:
    found = {name_of(path): unmarked(path.read_text()) for path in PAGES if not is_translation(path)}
    assert {name: sentences for name, sentences in found.items() if sentences} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Nothing here</p>", ["Nothing here"]),
        ('<p>{% translate "Nothing here" %}</p>', []),
        ("<p>{% blocktranslate %}Nothing here{% endblocktranslate %}</p>", []),
        ('{% card "Entries" sub=_("Newest first") %}{% endcard %}', ["Entries"]),
        ('{% include "components/empty.html" with title="None yet" icon="chain" only %}', ["None yet"]),
        ('{{ owner|default:"No owner yet" }}', ["No owner yet"]),
        ('{{ n|pluralize:"entry,entries" }}', ["entry,entries"]),
        ('<td data-l="Plan" class="num">{{ plan|k0 }} kEUR</td>', ['data-l="Plan"']),
        ('{% dialog "return" "Return it" %}{% enddialog %}', ["Return it"]),
        ('<code>make demo</code>{% extends x|yesno:"base.html,solo.html" %}', []),
    ],
)
def test_the_search_for_unmarked_sentences_finds_them(source: str, found: list[str]) -> None:
    assert [words for _, words in unmarked(source)] == found


@pytest.mark.parametrize("path", [c for c in COMPONENTS if c.stem not in PARTS], ids=lambda path: path.stem)
def test_a_component_is_in_the_gallery_and_in_the_list(path: Path) -> None:
    gallery = (TEMPLATES / "web" / "gallery.html").read_text()
    tags = {"card", "banner", "dialog", "pop", "table_wrap", "page_head", "table"}
    shown = f"{{% {path.stem.replace('_', '')}" if path.stem in tags else f"components/{path.stem}.html"
    assert shown in gallery
    assert f"`{path.stem}`" in (Path(settings.BASE_DIR) / "docs" / "components.md").read_text()


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'id="i-(\w+)"', (TEMPLATES / "components" / "icons.html").read_text()))
    sources = [path.read_text() for path in PAGES]
    used = {name for source in sources for name in re.findall(r'(?:{% icon |icon=)"(\w+)"', source)}
    assert used - drawn == set()
