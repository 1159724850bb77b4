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
    return _role_errors() if settings.DATABASE_ROLE_CHECK else []


def _role_errors() -> list[Error]:
    role, unsafe = _serving_role()
    if not unsafe:
        return []
    hint = "Point DATABASE_URL at a login without SUPERUSER and BYPASSRLS that owns no table, such as cat4_app."
    return [Error(f"The database role {role} could bypass row-level security: {unsafe}.", hint=hint, id="tenancy.E003")]


def _serving_role() -> tuple[str, str]:
    # What a role that it belongs to may do, it may do as well, after SET ROLE.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT session_user::text, bool_or(r.rolsuper), bool_or(r.rolbypassrls),
                   EXISTS (SELECT FROM pg_class c
                            WHERE c.relnamespace = 'public'::regnamespace
                              AND pg_has_role(session_user, c.relowner, 'MEMBER'))
              FROM pg_roles r WHERE pg_has_role(session_user, r.oid, 'MEMBER')
            """
        )
        role, superuser, bypass, owns = cursor.fetchone()
    unsafe = [word for flag, word in ((superuser, "superuser"), (bypass, "BYPASSRLS"), (owns, "owns tables")) if flag]
    return role, ", ".join(unsafe)


def refuse_unsafe_role() -> None:
    """Stop a serving process when its database role could see more than one organization.

    Web and worker call it as they start, whatever CAT4_ROLE says: only commands may run as owner.

    Raises:
        SystemExit: with the role and what makes it unsafe.
    """
    errors = _role_errors()
    if errors:
        raise SystemExit(f"{errors[0].msg} {errors[0].hint}")
