"""Files that leave through a view which has asked the policy: saved by the browser, never shown inside the site."""

from typing import IO

from django.http import FileResponse


def download(content: IO[bytes], *, name: str, content_type: str) -> FileResponse:
    """An attachment whose type the browser must not guess anew, that no cache keeps and that runs nothing."""
    response = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
