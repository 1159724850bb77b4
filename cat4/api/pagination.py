"""Lists in pages, stable while rows are added: a cursor behind the last id seen."""

from typing import Any
from uuid import UUID

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

LEADS_NOWHERE = "This cursor leads nowhere. Begin again without it."


class CursorPages(CursorPagination):
    """Oldest first. `limit` asks for 1 to 200 rows; `next` and `previous` are whole addresses."""

    ordering = "id"
    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    page_size_query_description = "Rows per page, 1 to 200."

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Refuse a cursor that isn't one of ours before it reaches the database."""
        try:
            cursor: Any = super().decode_cursor(request)
            if cursor is not None and cursor.position is not None:
                UUID(cursor.position)
        except (ValueError, NotFound) as error:
            raise ValidationError({"cursor": [LEADS_NOWHERE]}) from error
        # What can't be read decodes to the first page; a script that follows it would never end.
        if cursor == Cursor(offset=0, reverse=False, position=None):
            raise ValidationError({"cursor": [LEADS_NOWHERE]})
        return cursor  # type: ignore[no-any-return]

    def get_page_size(self, request: Request) -> int:
        """The asked number of rows, named when it is none.

        Raises:
            ValidationError: on `limit`.
        """
        asked = request.query_params.get("limit", str(self.page_size))
        if not asked.isascii() or not asked.isdigit() or not 1 <= int(asked) <= self.max_page_size:
            raise ValidationError({"limit": [f"Ask for 1 to {self.max_page_size} rows."]})
        return int(asked)
