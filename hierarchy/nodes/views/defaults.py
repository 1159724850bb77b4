"""What a node names for the new measures below it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from cat4.errors import require
from cat4.web.form_pages import FormPage, answer, posted
from cat4.web.requests import OrganizationRequest
from cat4.wording import counted
from hierarchy.organization.selectors import active_people
from hierarchy.policies import may_edit_node

from ..actions.defaults import set_defaults
from ..forms import DefaultsForm
from ..selectors.default_choices import default_choices
from ..selectors.defaults import DEFAULTS, Default, defaults_of, own_default, stated_defaults
from ..selectors.nodes import visible_node
from .nodes import crumbs_to, url_of


@require_http_methods(["GET", "POST"])
def edit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Name sponsor, controller, unit, function, entity and committee of new measures, each or none."""
    node = visible_node(request.actor, pk)
    require(may_edit_node(request.actor, node))
    above = {each.field: each for each in defaults_of(node.parent)} if node.parent else {}
    hints = {each.field: _hint(each, above.get(each.field)) for each in stated_defaults(node).defaults}
    form = DefaultsForm(
        posted(request),
        people=active_people(request.actor),
        lists=default_choices(node),
        hints=hints,
        initial={"version": node.version, **{field: own_default(node, field) for field in DEFAULTS}},
    )
    page = FormPage(
        title=gettext("What new measures take"),
        sub=gettext("in %(node)s") % {"node": node.name},
        submit=gettext("Save defaults"),
        back=url_of(node),
        crumbs=crumbs_to(request, node),
        note=gettext(
            "A measure takes what it doesn't name itself when it is written down, and keeps it. "
            "Measures that are there don't change."
        ),
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        saved = set_defaults(request.actor, node.pk, expected_version=clean.pop("version"), **clean)
        return url_of(node), " ".join(filter(None, (gettext("Saved the defaults."), saved.differing)))

    return answer(request, form, page, act)


def _hint(here: Default, above: Default | None) -> str:
    """What an empty field takes, and how many open measures have something else today."""
    inherited = ""
    if above and above.named:
        inherited = gettext("Empty: %(named)s, from %(node)s.") % {"named": above.named, "node": above.origin}
    differing = ""
    if here.differing_measures:
        open_measures = counted(here.differing_measures, "open measure")
        differing = gettext("%(open_measures)s with another today.") % {"open_measures": open_measures}
    return " ".join(filter(None, (inherited, differing)))
