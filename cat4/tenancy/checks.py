"""System checks: no tenant table without its policy and composite keys, no role that could bypass them."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connection, models

from .models import TenantModel
from .rls import OrganizationPolicy, SameOrganization


def tenant_models() -> list[type[TenantModel]]:
    """Every concrete tenant table of the project."""
    return [model for model in apps.get_models() if issubclass(model, TenantModel)]


def _tenant_foreign_keys(model: type[models.Model]) -> Iterator[str]:
    for field in model._meta.get_fields():
        target = getattr(field, "related_model", None)
        if isinstance(field, models.ForeignKey) and isinstance(target, type) and issubclass(target, TenantModel):
            yield field.name


@register(Tags.models)
def check_tenant_models(**kwargs: Any) -> list[Error]:
    """tenancy.E001: a tenant table lacks its policy. tenancy.E002: a pointer lacks its composite key."""
    errors = []
    for model in tenant_models():
        constraints = model._meta.constraints
        if not any(isinstance(constraint, OrganizationPolicy) for constraint in constraints):
            errors.append(Error(f"{model._meta.label} has no OrganizationPolicy.", obj=model, id="tenancy.E001"))
        guarded = {constraint.field for constraint in constraints if isinstance(constraint, SameOrganization)}
        errors += [
            Error(f"{model._meta.label}.{field} has no SameOrganization constraint.", obj=model, id="tenancy.E002")
            for field in _tenant_foreign_keys(model)
            if field not in guarded
        ]
    return errors


@register(Tags.database)
def check_database_role(**kwargs: Any) -> list[Error]:
    """tenancy.E003: the serving role is superuser, may bypass policies, or owns tables."""
    if not settings.DATABASE_ROLE_CHECK:
        return []
    role, unsafe = _serving_role()
    if not unsafe:
        return []
    hint = "Point DATABASE_URL at a login without SUPERUSER and BYPASSRLS that owns no table, such as cat4_app."
    return [Error(f"The database role {role} could bypass row-level security: {unsafe}.", hint=hint, id="tenancy.E003")]


def _serving_role() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT session_user::text, r.rolsuper, r.rolbypassrls,
                   EXISTS (SELECT FROM pg_tables t WHERE t.schemaname = 'public' AND t.tableowner = session_user)
              FROM pg_roles r WHERE r.rolname = session_user
            """
        )
        role, superuser, bypass, owns = cursor.fetchone()
    unsafe = [word for flag, word in ((superuser, "superuser"), (bypass, "BYPASSRLS"), (owns, "owns tables")) if flag]
    return role, ", ".join(unsafe)


def refuse_unsafe_role() -> None:
    """Stop the process when its database role could see more than one organization.

    Raises:
        SystemExit: with the role and what makes it unsafe.
    """
    errors = check_database_role()
    if errors:
        raise SystemExit(f"{errors[0].msg} {errors[0].hint}")
