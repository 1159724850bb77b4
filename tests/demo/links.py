"""Follows what the demo's mails and gates lead to, each as the person who reads it, and names what leads nowhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.test import Client, override_settings

from cat4.accounts.models import Membership, User
from cat4.notices.selectors import notices_of
from governance.gates.pages.checklists import checks_of
from governance.gates.selectors.checklists import checklist
from governance.gates.selectors.requests import open_request
from governance.parties.selectors.parties import parties_of
from governance.rules.constants import Rule
from hierarchy.people.selectors.actors import load_actor
from measures.constants import Doi, Lifecycle
from measures.models import Measure
from tests.governance.gates.test_remedies import FIELDS

# Other acts that supply the fact, where the first can't be done yet: months are reported before they are validated, a
# proposed baseline waits for its controller, an overlap that was found is resolved on its own page.
OTHERWISE = {
    Rule.VALIDATED_MONTHS: ("/months/",),
    Rule.BASELINE_APPROVED: ("/baselines/",),
    Rule.OVERLAP: ("/findings/",),
}


@dataclass(frozen=True, slots=True)
class Link:
    """An address inside the organization, who follows it, of what one has to stand there, and where it was found."""

    person: UUID
    path: str
    holds: tuple[str, ...]
    found: str


def links_of_mails(memberships: Iterable[Membership], *, every: bool = False) -> Iterator[Link]:
    """Those of every unread notice of a person, and one read notice of each kind."""
    kinds: set[tuple[str, bool]] = set()
    for membership in memberships:
        for notice in notices_of(load_actor(membership)):
            key = (notice.kind, notice.read_at is None)
            if every or key not in kinds:
                kinds.add(key)
                anchor = notice.path.partition("#")[2]
                yield Link(membership.user_id, notice.path, (f'id="{anchor}"' if anchor else "",), notice.kind)


def links_of_gates(memberships: dict[UUID, Membership], *, every: bool = False) -> Iterator[Link]:
    """The buttons beside what a gate lacks, by owner and controller; of a rule at a degree the first."""
    seen: set[tuple[str, int, bool]] = set()
    for measure in Measure.objects.filter(doi__lt=Doi.CLOSED).exclude(lifecycle=Lifecycle.CANCELLED).order_by("code"):
        request, parties = open_request(measure.pk), parties_of(measure)
        results = checklist(measure, request, parties=parties)
        for person in {pk for pk in (measure.owner_id, measure.controller_id) if pk}:
            for result, check in zip(
                results, checks_of(results, load_actor(memberships[person]), parties, measure, request), strict=True
            ):
                key = (result.rule, measure.doi, person == measure.owner_id)
                if check.action_url and (every or key not in seen):
                    seen.add(key)
                    rule = Rule(result.rule)
                    holds = (FIELDS.get(rule, ""), *OTHERWISE.get(rule, ())) if result.remedy != "request" else ("",)
                    yield Link(person, check.action_url, holds, f"{measure.code} {result.rule}")


def dead(slug: str, links: Iterable[Link]) -> list[str]:
    """What leads nowhere; each page is opened once by each person."""
    pages: dict[tuple[UUID, str], list[Link]] = defaultdict(list)
    for link in links:
        pages[link.person, link.path].append(link)
    assert pages
    clients: dict[UUID, Client] = {}
    wrong = []
    for (person, path), several in pages.items():
        if person not in clients:
            clients[person] = Client()
            clients[person].force_login(User.objects.get(pk=person))
        answer = clients[person].get(f"/o/{slug}{path}")
        html = answer.content.decode()
        wrong += [
            f"{link.found}: {path} {answer.status_code} lacks {' or '.join(link.holds)}"
            for link in several
            if answer.status_code != 200 or not any(held in html for held in link.holds)
        ]
    return sorted(set(wrong))


def links_that_lead_nowhere(slug: str) -> list[str]:
    """Of every mail and every gate of an organization, whose context is set."""
    memberships = {
        row.user_id: row
        for row in Membership.objects.select_related("user", "organization").filter(organization__slug=slug)
    }
    with override_settings(ROOT_URLCONF=settings.ORGANIZATION_URLCONF):
        links = [*links_of_mails(memberships.values()), *links_of_gates(memberships)]
    return dead(slug, links)
