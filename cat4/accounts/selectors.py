"""The only readers of the global tables; every look-up is keyed by the user or by a secret."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from django.db.models import Q, QuerySet

from cat4 import clock
from cat4.tenancy.models import Organization

from .models import AccountEvent, ApiToken, Invitation, Membership, User


@dataclass(frozen=True, slots=True)
class MembershipLine:
    """A line of the organization switcher."""

    organization_name: str
    slug: str
    role_label: str
    is_current: bool
    ends_on: date | None


def _open_on(today: date) -> Q:
    return Q(is_active=True, user__is_active=True) & (Q(ends_on__isnull=True) | Q(ends_on__gte=today))


def membership_of(user_id: UUID, slug: str) -> Membership | None:
    """The person's open membership of the organization with this slug, or None: unknown and foreign look alike."""
    return membership_in(every_membership_of(user_id), slug)


def membership_in(memberships: Iterable[Membership], slug: str) -> Membership | None:
    """The one of the organization with this slug."""
    return next((membership for membership in memberships if membership.organization.slug == slug), None)


def every_membership_of(user_id: UUID) -> list[Membership]:
    """The person's open memberships by the name of their organization, with both."""
    mine = Membership.objects.select_related("organization", "user").filter(_open_on(clock.today()), user_id=user_id)
    return list(mine.order_by("organization__name"))


def memberships_of(user_id: UUID) -> list[MembershipLine]:
    """Every organization the person may enter, by name."""
    return lines_of(every_membership_of(user_id))


def lines_of(memberships: Iterable[Membership], *, current_slug: str = "") -> list[MembershipLine]:
    """What the switcher says of memberships."""
    return [
        MembershipLine(
            organization_name=membership.organization.name,
            slug=membership.organization.slug,
            role_label=membership.title or ("Administrator" if membership.is_admin else "Member"),
            is_current=membership.organization.slug == current_slug,
            ends_on=membership.ends_on,
        )
        for membership in memberships
    ]


def token_digest(key: str) -> str:
    """What is kept of an API key. Keys are 256 random bits, so a plain SHA-256 can't be guessed."""
    return sha256(key.encode()).hexdigest()


def membership_of_token(key: str) -> Membership | None:
    """The open membership behind an API key that is neither revoked nor expired."""
    today = clock.today()
    token = (
        ApiToken.objects.select_related("membership__organization", "membership__user")
        .filter(digest=token_digest(key), revoked_at__isnull=True)
        .filter(Q(expires_on__isnull=True) | Q(expires_on__gte=today))
        .first()
    )
    if token is None:
        return None
    return (
        Membership.objects.select_related("organization", "user")
        .filter(_open_on(today), pk=token.membership_id)
        .first()
    )


def user_of_address(email: str) -> User | None:
    """The person who signs in with the address."""
    return User.objects.filter(email=email).first()


def account_events(user: User, *, most: int = 30) -> QuerySet[AccountEvent]:
    """What happened to the person's account, the newest first."""
    return AccountEvent.objects.filter(user=user).order_by("-at", "-id")[:most]


def invitation_of_secret(secret: str) -> Invitation | None:
    """The open invitation behind the secret of a mailed link, None when it ended or is too old."""
    found = Invitation.objects.select_related("organization", "invited_by").filter(Invitation.OPEN)
    return found.filter(digest=token_digest(secret), expires_at__gt=clock.now()).first()


def invitations_for(user: User) -> QuerySet[Invitation]:
    """The open invitations to the person's own address, the newest first."""
    mine = Invitation.objects.select_related("organization", "invited_by").filter(Invitation.OPEN, email=user.email)
    return mine.order_by("-invited_at")


def invitations(organization_id: UUID) -> QuerySet[Invitation]:
    """The open invitations of one organization, by name; the caller is inside it."""
    return Invitation.objects.filter(Invitation.OPEN, organization_id=organization_id).order_by("name", "email")


def due_invitations() -> QuerySet[Invitation]:
    """The open invitations of any organization whose letter waits to be sent, the oldest first."""
    return Invitation.objects.filter(Invitation.OPEN, mail_due_at__lte=clock.now()).order_by("mail_due_at")


def members(organization_id: UUID) -> QuerySet[Membership]:
    """The memberships of one organization, by name; the caller is inside it."""
    return Membership.objects.select_related("user").filter(organization_id=organization_id).order_by("user__name")


def active_member_ids(organization_id: UUID) -> set[UUID]:
    """Who may act in the organization today."""
    return {user_id for (user_id,) in active_members(organization_id).values_list("user_id")}


def active_members(organization_id: UUID) -> QuerySet[Membership]:
    """The memberships of those who may act in the organization today, to narrow other rows by."""
    return Membership.objects.filter(_open_on(clock.today()), organization_id=organization_id)


def open_memberships(organization_id: UUID, user_ids: set[UUID]) -> list[Membership]:
    """Those of the people who may act in the organization today, as its members."""
    open_now = Membership.objects.select_related("organization", "user").filter(_open_on(clock.today()))
    return list(open_now.filter(organization_id=organization_id, user_id__in=user_ids))


def people(user_ids: set[UUID]) -> dict[UUID, User]:
    """Users by id, for pages and records that show names."""
    return User.objects.in_bulk(list(user_ids))


def organization_ids() -> list[UUID]:
    """Every organization, for schedules that enter them one by one."""
    return list(Organization.objects.order_by("id").values_list("id", flat=True))


def organization_by_slug(slug: str) -> Organization:
    """For commands of the operator.

    Raises:
        Organization.DoesNotExist: there is none of that slug.
    """
    return Organization.objects.get(slug=slug)


def organization_by_id(organization_id: UUID) -> Organization:
    """For commands and schedules that went through `organization_ids`."""
    return Organization.objects.get(pk=organization_id)
