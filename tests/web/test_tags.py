"""Marks say in words what they show in colour; links know where the reader is; forms say what is wrong."""

from decimal import Decimal

import pytest
from django import forms
from django.http import HttpRequest
from django.template import Context, RequestContext, Template
from django.test import RequestFactory

from cat4.web.fields import AmountField, needed_sometimes
from cat4.web.formats import display
from tests.markup import glued


def shown(source: str, **values: object) -> str:
    return Template("{% load cat4_tags %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("value", "letter", "words"),
    [
        ("green", "G", "green"),
        ("A", "A", "amber"),
        ("RED", "R", "red"),
        (None, "–", "not rated"),
        ("grey", "–", "not rated"),
    ],
)
def test_a_status_has_a_letter_and_words(value: object, letter: str, words: str) -> None:
    html = shown('{% status value "potential" %}', value=value)
    assert f'aria-label="Potential: {words}"' in html
    assert f">{letter}</span>" in html


def test_only_green_before_red_is_framed() -> None:
    colours = ["green", "amber", "red", None]
    framed = {(i, p) for i in colours for p in colours if "trap" in shown("{% pair i p %}", i=i, p=p)}
    assert framed == {("green", "red")}


def test_a_degree_always_shows_its_number() -> None:
    assert shown("{% doi 3 %}") == '<span class="doi d3"><b>3</b>Decided</span>'
    assert '<span class="vh"> Decided</span>' in shown("{% doi 3 word=False %}")


def test_text_from_people_is_escaped_everywhere() -> None:
    evil = "<script>x</script>"
    sources = [
        "{% status 'green' evil %}",
        "{% icon evil evil %}",
        "{% crumb evil evil %}",
        "{% banner title=evil %}{{ evil }}{% endbanner %}",
        "{% card evil %}{{ evil }}{% endcard %}",
        '{% include "components/person.html" with name=evil only %}',
        '{% dialog "x" evil %}{{ evil }}{% enddialog %}',
        "{% pop evil %}{{ evil }}{% endpop %}",
        "{{ evil|initials }}",
    ]
    assert [source for source in sources if "<script" in shown(source, evil=evil)] == []


@pytest.mark.parametrize(
    ("unit", "words"),
    [("EUR m", "EUR −13.7m"), ("kEUR", "−13,712 kEUR"), ("EUR", "−13,712,346 EUR"), ("", "−13,712,346")],
)
def test_money_in_a_sentence_names_its_unit(unit: str, words: str) -> None:
    assert shown("{% money amount unit %}", amount=Decimal("-13712345.5"), unit=unit) == words


def test_money_that_is_unknown_is_a_dash_without_a_unit() -> None:
    assert shown('{% money None "kEUR" %}') == "–"


def test_a_card_has_head_body_and_foot() -> None:
    html = glued(shown('{% card "Top" sub="kEUR" %}<a>all</a>{% cardbody %}rows{% cardfoot %}sum{% endcard %}'))
    assert '<h2 id="h-top">Top</h2><span class="sub">kEUR</span><a>all</a></div>' in html
    assert '<div class="card__b">rows</div>' in html
    assert '<div class="card__f">sum</div>' in html


def test_a_card_without_parts_is_all_body() -> None:
    html = shown('{% card "Top" flush=True %}rows{% endcard %}')
    assert '<div class="card__b flush">rows</div>' in html
    assert "card__f" not in html


def test_a_link_to_a_page_that_does_not_exist_yet_is_not_shown() -> None:
    assert shown('{% navlink "nobody:nothing" icon="x" label="X" %}') == ""


@pytest.mark.parametrize(("path", "is_here"), [("/organizations/", True), ("/organizations/7/", True), ("/", False)])
def test_a_link_knows_when_the_reader_is_there_or_below(rf: RequestFactory, path: str, is_here: bool) -> None:
    source = '{% load cat4_tags %}{% navlink "web:organizations" icon="x" label="X" count=0 %}'
    html = Template(source).render(RequestContext(rf.get(path)))
    assert ('aria-current="page"' in html) is is_here
    assert "count" not in html


def test_a_query_keeps_what_it_does_not_change(rf: RequestFactory) -> None:
    request = rf.get("/", {"q": "brno", "page": "2"})
    context = RequestContext(request, {"request": request})
    assert Template("{% load cat4_tags %}{% query page=3 q=None %}").render(context) == "?page=3"


def test_the_token_reaches_forms_inside_isolated_includes(rf: RequestFactory) -> None:
    request: HttpRequest = rf.get("/")
    source = '{% include "components/toast.html" with text="Saved." undo_url="/undo/" only %}'
    html = Template(source).render(RequestContext(request, {"request": request}))
    assert f'name="csrfmiddlewaretoken" value="{request.META["CSRF_COOKIE"][:0]}' in html
    assert 'value=""' not in html


class EntryForm(forms.Form):
    amount = AmountField(label="Amount", help_text="Plan 380.")
    due_on = forms.DateField(label="Due", required=False)
    sure = forms.BooleanField(label="Sure")
    why = needed_sometimes(forms.CharField(label="Why", required=False, help_text="Needed above 100"))


def field(form: forms.Form, name: str, **more: object) -> str:
    return shown('{% include "components/field.html" with field=field unit=unit only %}', field=form[name], **more)


def test_a_field_with_an_error_is_described_by_error_then_hint() -> None:
    html = field(EntryForm({"amount": "two"}), "amount", unit="kEUR")
    assert 'aria-describedby="id_amount_error id_amount_helptext"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="two"' in html
    assert "Enter a number." in html


def test_optional_fields_are_marked_and_required_ones_are_not() -> None:
    assert "(optional)" in field(EntryForm(), "due_on")
    assert "(optional)" not in field(EntryForm(), "amount")
    assert "(optional)" not in field(EntryForm(), "why")


def test_a_date_has_the_native_control_with_an_iso_value() -> None:
    html = field(EntryForm({"due_on": "2026-11-30"}), "due_on")
    assert 'type="date"' in html
    assert 'value="2026-11-30"' in html


def test_the_error_banner_links_to_each_faulty_field() -> None:
    html = shown('{% include "components/form_errors.html" with form=form only %}', form=EntryForm({"due_on": "soon"}))
    assert [f'href="#id_{name}"' in html for name in ("amount", "due_on", "sure")] == [True, True, True]
    assert shown('{% include "components/form_errors.html" with form=form only %}', form=EntryForm()).strip() == ""


@pytest.mark.parametrize(
    ("locale", "typed"), [("en", "1,234.5"), ("de", "1.234,5"), ("de", "1234,5"), ("en", "1234.5")]
)
def test_an_amount_is_read_in_either_writing(locale: str, typed: str) -> None:
    with display(locale):
        form = EntryForm({"amount": typed, "sure": "on"})
        assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == Decimal("1234.5")


def test_an_amount_is_shown_in_the_locale() -> None:
    with display("de"):
        assert 'value="1.234,5"' in field(EntryForm(initial={"amount": Decimal("1234.50")}), "amount")


def test_a_block_inside_a_card_can_be_overridden() -> None:
    """In the head, the body and the foot: else a page that extends another one loses what it writes there."""
    parts = {part: f"{{% block {part} %}}{{}}{{% endblock %}}" for part in ("head", "body", "foot")}
    card = (
        f"{{% card 'A' %}}{parts['head']}{{% cardbody %}}{parts['body']}{{% cardfoot %}}{parts['foot']}{{% endcard %}}"
    )
    base = Template("{% load cat4_tags %}" + card.replace("{}", "of the base"))
    child = Template("{% extends base %}" + "".join(parts.values()).replace("{}", "of the child"))
    html = child.render(Context({"base": base}))
    assert (html.count("of the child"), html.count("of the base")) == (3, 0)


def test_a_step_of_the_way_that_may_not_be_opened_is_only_named() -> None:
    assert shown("{% crumb 'Value Plan' '' %}") == "<li><span>Value Plan</span></li>"
    assert shown("{% crumb 'Explorer' %}") == '<li><span aria-current="page">Explorer</span></li>'
