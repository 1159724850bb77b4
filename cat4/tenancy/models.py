"""The organization, and the base of every table that belongs to one."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from .context import current_organization_id
from .ids import new_id
from .rls import OrganizationPolicy, SameOrganization


class Organization(models.Model):
    """A tenant. The table is global: it must be read before a tenant is known, by slug and membership.

    Reached only through `cat4.accounts.selectors`, which key every look-up by the user.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=60, unique=True)
    currency = models.CharField("reporting currency", max_length=3, default="EUR", help_text="ISO 4217")
    locale = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(max_length=64, default="Europe/Vienna", help_text="IANA name")
    fiscal_year_start = models.PositiveSmallIntegerField("first month of the fiscal year", default=1)
    second_factor_for = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, help_text="Of whom a second factor is asked"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("slug"), name="organization_slug_any_case"),
            models.CheckConstraint(
                condition=models.Q(fiscal_year_start__gte=1, fiscal_year_start__lte=12),
                name="organization_fiscal_month",
            ),
        ]

    def __str__(self) -> str:
        return self.name


def _organization_default() -> Any:
    return current_organization_id()


class TenantModel(models.Model):
    """A row of one organization: it can't be read, written or pointed at from another.

    Every concrete child declares `class Meta(TenantModel.Meta)` and, when it adds constraints, starts
    the list with `*tenant_constraints("<table>", <foreign keys to tenant tables>)`. A system check and
    a test over pg_catalog fail where one forgets.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # No index of its own: every unique and hot index of a tenant table starts with the organization.
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        db_index=False,
        default=_organization_default,
        editable=False,
        related_name="+",
    )

    class Meta:
        abstract = True


def tenant_constraints(table: str, *foreign_keys: str) -> list[models.BaseConstraint]:
    """The constraints of a tenant table: its policy, the key that others point at, and its own pointers."""
    return [
        OrganizationPolicy(name=f"{table}_organization_policy"),
        models.UniqueConstraint(fields=["organization", "id"], name=f"{table}_organization_id"),
        *(SameOrganization(name=f"{table}_{field}_same_organization", field=field) for field in foreign_keys),
    ]
