"""What several pages do with a form that an action refused."""

from django import forms
from django.http import QueryDict

from cat4.accounts.selectors import members
from cat4.errors import Invalid
from cat4.web.requests import OrganizationRequest


def show_errors(form: forms.Form, refused: Invalid) -> None:
    """Each sentence beside its field; rules that don't hold go above the form."""
    for field, sentences in refused.errors.items():
        for sentence in sentences:
            form.add_error(field if field in form.fields else None, sentence)


def posted(request: OrganizationRequest) -> QueryDict | None:
    """The input of a form that was sent, also when it is empty; None while the page is only shown."""
    return request.POST if request.method == "POST" else None


def people_choices(request: OrganizationRequest) -> list[tuple[str, str]]:
    """The active members of the organization, for a choice."""
    listed = members(request.organization.pk).filter(is_active=True)
    return [(str(member.user_id), member.user.name) for member in listed]
