"""A ZIP whose bytes depend on nothing but what is put into it: members in order, without times, hashed on the way."""

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20


class ProofArchive:
    """Writes members one after the other and keeps what the manifest says of them."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "w", allowZip64=True)
        self.files: list[dict[str, Any]] = []

    @contextmanager
    def member(self, name: str, *, compress: bool = True) -> Iterator["Member"]:
        """A member to be written in pieces."""
        info = zipfile.ZipInfo(name, _EPOCH)
        info.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        info.external_attr = 0o644 << 16
        with self._zip.open(info, "w", force_zip64=True) as stream:
            member = Member(stream)
            yield member
        self.files.append({"path": name, "size": member.size, "sha256": member.digest.hexdigest()})

    def text(self, name: str, content: str) -> None:
        """A whole file of text."""
        with self.member(name) as member:
            member.write(content.encode())

    def copy(self, name: str, source: IO[bytes]) -> str:
        """A file as it is, without packing it again; returns its SHA-256."""
        with self.member(name, compress=False) as member:
            while chunk := source.read(_CHUNK):
                member.write(chunk)
        return str(self.files[-1]["sha256"])

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """The manifest comes last: it names every file before it."""
        listed = {**manifest, "files": sorted(self.files, key=lambda file: str(file["path"]))}
        self.text("manifest.json", f"{canonical(listed, indent=1)}\n")
        self._zip.close()


class Member:
    """A file of the archive, written in pieces."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.digest, self.size = stream, sha256(), 0

    def write(self, chunk: bytes) -> None:
        self._stream.write(chunk)
        self.digest.update(chunk)
        self.size += len(chunk)

    def lines(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Each row as a line of JSON."""
        for row in rows:
            self.write(f"{canonical(row)}\n".encode())


def canonical(value: Any, *, indent: int | None = None) -> str:
    """JSON with sorted keys, so that the same facts are the same bytes."""
    separators = (",", ":") if indent is None else None
    return json.dumps(
        value, sort_keys=True, separators=separators, indent=indent, ensure_ascii=False, cls=DjangoJSONEncoder
    )
