"""Where Chroma keeps a collection: in files of the index's own folder, or at a server."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urlsplit

from catalog import ConfigError, MissingDependency
from retrieval.manifest import checksums

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.config import Settings

VARIABLE = "DUETTO_CHROMA"
"""The environment variable with the address of a server: `http://127.0.0.1:8000`."""


class Place(Protocol):
    """A place holds collections by name; each index has one, whose name its manifest states."""

    def client(self, name: str) -> "Client": ...

    def collection(self, name: str) -> str:
        """What the collection is called there."""
        ...

    def files(self, name: str) -> Mapping[str, str] | None:
        """Checksums by file name, nothing where files are none of ours, None where the collection is not."""
        ...

    def remove(self, name: str) -> None: ...

    def close(self, client: "Client") -> None: ...


class Files:
    """Each collection has a folder below `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def client(self, name: str) -> "Client":
        settings = _settings()
        import chromadb

        client = chromadb.PersistentClient(path=self._folder / name, settings=settings)
        return cast("Client", client)  # the annotation of PersistentClient leaves out close()

    def collection(self, name: str) -> str:  # noqa: ARG002
        return "items"

    def files(self, name: str) -> Mapping[str, str] | None:
        folder = self._folder / name
        return checksums(folder) if folder.is_dir() else None

    def remove(self, name: str) -> None:
        if (self._folder / name).is_dir():
            shutil.rmtree(self._folder / name)

    def close(self, client: "Client") -> None:
        client.close()


class Server:
    """A Chroma server that anyone may share: `chroma run --path FOLDER`.

    Raises ConfigError for an address that is none, or that nobody answers at.
    """

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ConfigError(f"{address!r} is no address of a Chroma server; one is http://127.0.0.1:8000.")
        self._address, self._ssl, self._host = address, parts.scheme == "https", parts.hostname
        self._port = parts.port or (443 if self._ssl else 8000)

    def client(self, name: str) -> "Client":  # noqa: ARG002
        settings = _settings()
        import chromadb

        try:
            client = chromadb.HttpClient(self._host, self._port, ssl=self._ssl, settings=settings)
        except ValueError as error:
            raise ConfigError(
                f"No Chroma server answers at {self._address}. Start one (chroma run --path FOLDER), or unset "
                f"{VARIABLE} to keep vectors in the folder of the index."
            ) from error
        return cast("Client", client)

    def collection(self, name: str) -> str:
        return f"duetto-{name}"

    def files(self, name: str) -> Mapping[str, str]:  # noqa: ARG002
        return {}

    def remove(self, name: str) -> None:
        from chromadb.errors import NotFoundError

        client = self.client(name)
        try:
            client.delete_collection(self.collection(name))
        except NotFoundError:
            return
        finally:
            self.close(client)

    def close(self, client: "Client") -> None:
        """Chroma itself leaves the connections of a client open that is closed."""
        client.close()
        for owner in (client, client._admin_client):
            if session := getattr(getattr(owner, "_server", None), "_session", None):
                session.close()


def _settings() -> "Settings":
    try:
        from chromadb.config import Settings
    except ImportError as error:
        raise MissingDependency("Searching by content", extra="retrieval") from error
    return Settings(anonymized_telemetry=False)
