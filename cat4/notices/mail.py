"""Notices as mail. The kernel alone sends nothing yet."""

from uuid import UUID


def send_due(_organization_id: UUID) -> int:
    """Mail what is due of an organization."""
    return 0
