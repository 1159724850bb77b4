"""Reads of master data."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from hierarchy.constants import MasterKind
from hierarchy.models import Account, BusinessUnit, Function, LegalEntity
from hierarchy.models.master import MasterRecord

MODELS: dict[str, type[MasterRecord]] = {
    MasterKind.LEGAL_ENTITY: LegalEntity,
    MasterKind.BUSINESS_UNIT: BusinessUnit,
    MasterKind.FUNCTION: Function,
    MasterKind.ACCOUNT: Account,
}


def master_records(kind: str, *, retired: bool = False) -> QuerySet[MasterRecord]:
    """The entries of a kind by code; with `retired` also those out of use.

    Raises:
        Http404: there is no such kind.
    """
    if kind not in MODELS:
        raise Http404("There is no such list.")
    records: QuerySet[Any] = MODELS[kind]._default_manager.all()
    if kind == MasterKind.BUSINESS_UNIT:
        records = records.select_related("lead")
    return records if retired else records.filter(retired_at__isnull=True)


def master_record(kind: str, pk: UUID) -> MasterRecord:
    """One entry; every member may read master data.

    Raises:
        Http404: unknown kind, or an entry of another organization or of none.
    """
    record = master_records(kind, retired=True).filter(pk=pk).first()
    if record is None:
        raise Http404("There is no such entry.")
    return record


def master_for_write(kind: str, pk: UUID) -> MasterRecord:
    """As `master_record`, locked until the transaction ends."""
    record = master_records(kind, retired=True).select_for_update(of=("self",)).filter(pk=pk).first()
    if record is None:
        raise Http404("There is no such entry.")
    return record
