"""The targets of a node, several fiscal years at once."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from cat4.errors import require
from cat4.web.form_pages import FormPage, answer, posted
from cat4.web.requests import OrganizationRequest
from hierarchy.organization.selectors import organization
from hierarchy.policies import may_set_target

from ..actions.targets import set_targets
from ..forms import TargetsForm
from ..selectors.node_page import target_amounts, target_years
from ..selectors.nodes import visible_node
from .nodes import crumbs_to, url_of


@require_http_methods(["GET", "POST"])
def edit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Set, change or take away the targets of a node, by effect, kind and fiscal year."""
    node = visible_node(request.actor, pk)
    require(may_set_target(request.actor, node))
    currency = organization().currency
    form = TargetsForm(posted(request), years=target_years(node), amounts=target_amounts(node), currency=currency)
    page = FormPage(
        title=f"Targets of {node.name}",
        sub=f"In {currency}, headcount in FTE; costs are negative. An empty field is no target.",
        submit="Save targets",
        back=url_of(node),
        crumbs=crumbs_to(request, node),
        template="hierarchy/nodes/targets.html",
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        set_targets(request.actor, node_id=node.pk, amounts=form.cells(), expected=form.cells("was_"))
        return url_of(node), f"Saved the targets of {node.name}."

    return answer(request, form, page, act)
