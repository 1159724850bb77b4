"""Keeping how measures stand at a lock, for trends, as-of reports and comparisons (domain 7, 12).

One statement reads every measure with its names, path, statuses and sums, and writes its row with the hash of it:
the work is the database's, and a lock of ten thousand measures takes seconds. Raw, with parameters for every value;
the fragments that are put together are constants of this module.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection

from cat4 import clock
from cat4.tenancy.context import current_organization_id
from measures.models import MeasureTotals, MeasureYear

# What a row is hashed without: where and when it is kept, and the hash itself.
_BESIDE = "{id,organization_id,month,at,digest}"
_BATCH = 1000
# What of the forecast was stale follows from `confirmed_at`; which rates were missing is not kept.
_NOT_SUMS = {
    "id", "organization", "measure", "as_of", "computed_at", "inputs_hash", "stale_in_year", "missing_rates",
}  # fmt: skip
_SUMS = [str(field.column) for field in MeasureTotals._meta.concrete_fields if field.name not in _NOT_SUMS]
_EMPTY = {
    "leakage": "'{}'::jsonb",
    "payback_month": "NULL::date",
    "first_month": "NULL::date",
    **dict.fromkeys(("plan_cents", "forecast_cents", "reported_cents", "validated_cents"), "'{}'::bigint[]"),
}
_OF_TOTALS = {name: f"COALESCE(t.{name}, {_EMPTY.get(name, '0::numeric(20, 2)')})" for name in _SUMS}
_OF_YEARS = [
    field.column for field in MeasureYear._meta.concrete_fields if field.name not in {"id", "organization", "measure"}
]
_COLUMNS = {
    "measure_id": "m.id",
    "code": "m.code",
    "name": "m.name",
    "kind": "m.kind",
    "package_id": "m.package_id",
    "path": "n.path",
    "path_names": "n.names",
    "owner_id": "m.owner_id",
    "owner_name": "COALESCE(o.name, '')",
    "sponsor_id": "m.sponsor_id",
    "sponsor_name": "COALESCE(s.name, '')",
    "controller_id": "m.controller_id",
    "controller_name": "COALESCE(c.name, '')",
    "business_unit": "COALESCE(u.name, '')",
    "function": "COALESCE(f.name, '')",
    "legal_entity": "COALESCE(e.name, '')",
    "committee": "COALESCE(sc.name, '')",
    "doi": "m.doi",
    "lifecycle": "m.lifecycle",
    "governable": "m.governable",
    "target_amount": "m.target_amount",
    "decide_by": "m.decide_by",
    "implement_by": "m.implement_by",
    "close_by": "m.close_by",
    "closed_on": "m.closed_on",
    # GREATEST ignores what is empty.
    "confirmed_at": "GREATEST(m.forecast_confirmed_at, p.frozen_at)",
    "overdue": "CASE WHEN m.lifecycle IN ('active', 'on_hold') THEN COALESCE(late.count, 0) ELSE 0 END",
    "implementation": "COALESCE(i.value, 'n')",
    "potential": "COALESCE(b.value, 'n')",
    "cost": "COALESCE(k.value, 'n')",
    "implementation_since": "i.since",
    "potential_since": "b.since",
    "implementation_reasons": "COALESCE(i.reasons, '[]'::jsonb)",
    "potential_reasons": "COALESCE(b.reasons, '[]'::jsonb)",
    "cost_reasons": "COALESCE(k.reasons, '[]'::jsonb)",
    **_OF_TOTALS,
    "years": "COALESCE(y.years, '[]'::jsonb)",
}
_BY_MEASURE = "organization_id = m.organization_id AND {0}.measure_id = m.id"


def _status(alias: str, kind: str) -> str:
    return (
        f"LEFT JOIN measures_measurestatus {alias} ON {alias}.{_BY_MEASURE.format(alias)} AND {alias}.kind = '{kind}'"
    )


def _named(table: str, alias: str, key: str) -> str:
    return f"LEFT JOIN {table} {alias} ON {alias}.organization_id = m.organization_id AND {alias}.id = m.{key}"


_KEPT = f"""
SELECT {", ".join(f"{sql} AS {name}" for name, sql in _COLUMNS.items())}
  FROM measures_measure m
  JOIN (SELECT package.id, package.path, array_agg(above.name ORDER BY above.level) AS names
          FROM hierarchy_node package
          JOIN hierarchy_node above
            ON above.organization_id = package.organization_id AND above.id = ANY(package.path)
         WHERE package.organization_id = %(organization)s
           AND EXISTS (SELECT FROM measures_measure held
                        WHERE held.organization_id = package.organization_id AND held.package_id = package.id)
         GROUP BY package.id, package.path) n ON n.id = m.package_id
  LEFT JOIN measures_measuretotals t ON t.{_BY_MEASURE.format("t")}
  {_status("i", "implementation")}
  {_status("b", "potential")}
  {_status("k", "cost")}
  LEFT JOIN accounts_user o ON o.id = m.owner_id
  LEFT JOIN accounts_user s ON s.id = m.sponsor_id
  LEFT JOIN accounts_user c ON c.id = m.controller_id
  {_named("hierarchy_businessunit", "u", "business_unit_id")}
  {_named("hierarchy_function", "f", "function_id")}
  {_named("hierarchy_legalentity", "e", "legal_entity_id")}
  {_named("hierarchy_committee", "sc", "committee_id")}
  LEFT JOIN (SELECT measure_id, max(frozen_at) AS frozen_at FROM measures_planversion
              WHERE organization_id = %(organization)s GROUP BY measure_id) p ON p.measure_id = m.id
  LEFT JOIN (SELECT measure_id, count(*)::int FROM measures_milestone
              WHERE organization_id = %(organization)s AND actual_on IS NULL AND forecast_on < %(today)s
              GROUP BY measure_id) late ON late.measure_id = m.id
  LEFT JOIN (SELECT measure_id, jsonb_agg(
                        jsonb_build_object({", ".join(f"'{name}', {name}" for name in _OF_YEARS)})
                        ORDER BY fiscal_year, kind, certainty) AS years
               FROM measures_measureyear WHERE organization_id = %(organization)s
              GROUP BY measure_id) y ON y.measure_id = m.id
 WHERE m.organization_id = %(organization)s"""  # noqa: S608  (constants of this module)
_HASH = "encode(sha256(convert_to({0}::text, 'UTF8')), 'hex')"
_KEEP = f"""
WITH kept AS MATERIALIZED ({_KEPT})
INSERT INTO measures_lockedstanding (id, organization_id, month, at, digest, {", ".join(_COLUMNS)})
SELECT gen_random_uuid(), %(organization)s, %(month)s, %(at)s, {_HASH.format("to_jsonb(kept)")},
       {", ".join(f"kept.{name}" for name in _COLUMNS)}
  FROM kept"""  # noqa: S608  (constants of this module)
_DIGESTS = f"""
SELECT code, digest, {_HASH.format(f"(to_jsonb(kept) - '{_BESIDE}'::text[])")}
  FROM measures_lockedstanding kept
 WHERE organization_id = %(organization)s AND month = %(month)s
 ORDER BY measure_id"""  # noqa: S608  (constants of this module)

_TEXTS = f"""
SELECT measure_id, path, digest, (to_jsonb(kept) - '{_BESIDE}'::text[])::text
  FROM measures_lockedstanding kept
 WHERE organization_id = %(organization)s AND month = %(month)s AND measure_id > %(after)s
 ORDER BY measure_id LIMIT {_BATCH}"""  # noqa: S608  (constants of this module)


def keep_standings(month: date, today: date | None = None) -> int:
    """Keep every measure with its statuses and money, as stored at this moment; returns how many.

    Part of the lock: the caller holds the transaction and has checked that the month was not locked before.
    `today` is the organization's day, for milestones that are overdue.
    """
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, _given(month) | {"at": clock.now(), "today": today or clock.today()})
        return int(cursor.rowcount)


def standings_digest(month: date) -> tuple[str, str]:
    """SHA-256 over the rows kept at a lock as they are now, and the code of the first whose own hash doesn't hold."""
    with connection.cursor() as cursor:
        cursor.execute(_DIGESTS, _given(month))
        rows = cursor.fetchall()
    broken = next((code for code, kept, found in rows if kept != found), "")
    return sha256("\n".join(found for _, _, found in rows).encode()).hexdigest(), broken


@dataclass(frozen=True, slots=True)
class KeptText:
    """A measure as a lock kept it: the JSON that was hashed, and its hash."""

    measure_id: UUID
    path: tuple[UUID, ...]
    digest: str
    content: str


def kept_texts(month: date) -> Iterator[KeptText]:
    """Every measure that a lock kept, in the order in which their hashes are hashed; a batch at a time."""
    after = UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_TEXTS, _given(month) | {"after": after})
            rows = [KeptText(pk, tuple(path), digest, text) for pk, path, digest, text in cursor.fetchall()]
        yield from rows
        if len(rows) < _BATCH:
            return
        after = rows[-1].measure_id


def _given(month: date) -> dict[str, Any]:
    return {"organization": str(current_organization_id()), "month": month}
