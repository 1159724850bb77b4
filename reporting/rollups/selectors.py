"""How far a rebuild of the reports is."""

from reporting.models import RebuildRun


def last_rebuild() -> RebuildRun | None:
    """The rebuild that was asked for last, with who asked; None when there never was one."""
    return RebuildRun.objects.select_related("requested_by").first()


def rebuilds(most: int = 10) -> list[RebuildRun]:
    """The last few of them, the latest first."""
    return list(RebuildRun.objects.select_related("requested_by")[:most])
