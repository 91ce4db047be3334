"""One model, one folder: a JSON header and one `.npy` file per array, mapped into memory when read.

::

    FOLDER/
    ├── header.json            kind, version, config, scale; file, shape, type and checksum of every array
    ├── NAME.TOKEN.npy         one array, never changed once the header names it
    └── lock                   held while one writes

The header is replaced last and in one step, so a reader meets the old model or the new one. Who has the
old one open keeps it: a deleted file stays mapped. There is no pickle anywhere.
"""

import os
import secrets
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias, cast

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy import sparse

from catalog import DataError, RatingScale
from cf_engine.arrays import Columns, Matrix

VERSION = 2
HEADER = "header.json"
Parts: TypeAlias = tuple[NDArray[np.float32], NDArray[np.integer], NDArray[np.integer]]
DAMAGED = "this is not a saved model, or it is damaged; build it again"


class _Entry(BaseModel):
    """What the header says of an array. A file name is a plain name, so that it cannot lead elsewhere."""

    model_config = ConfigDict(frozen=True)

    file: str = Field(pattern=r"^[a-z0-9_]+\.[0-9a-f]+\.npy$")
    shape: tuple[int, ...]
    dtype: str
    size: int
    checksum: int


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True)

    kind: str
    version: int
    config: str
    scale: RatingScale
    arrays: dict[str, _Entry]


def write(
    path: Path, kind: str, *, config: str, scale: RatingScale, arrays: Mapping[str, NDArray[Any]]
) -> None:
    """Replace what the folder holds, whole or not at all. Raises DataError when a file stands in its place."""
    if path.exists() and not path.is_dir():
        raise DataError("a model is saved as a folder, and a file is in its place; move it away", file=path)
    path.mkdir(parents=True, exist_ok=True)
    with FileLock(path / "lock"):
        token = secrets.token_hex(6)
        written: dict[str, _Entry] = {}
        try:
            for name, array in arrays.items():
                written[name] = _write_array(path / f"{name}.{token}.npy", np.asarray(array, order="C"))
            header = _Header(kind=kind, version=VERSION, config=config, scale=scale, arrays=written)
            replace_file(path / HEADER, header.model_dump_json(indent=2).encode())
        except BaseException:
            _delete(path.glob(f"*.{token}.npy"))
            raise
        _delete(file for file in path.glob("*.npy") if token not in file.name)


def read(path: Path, kind: str) -> tuple[str, RatingScale, dict[str, NDArray[Any]]]:
    """The config as JSON, the scale and the arrays, read-only and mapped: no page is read before it is used.

    Only lengths, shapes and types are compared with the header; `verify` reads everything.
    Raises DataError for anything but a folder of this version and kind.
    """
    header, arrays = _opened(path)
    found = header.kind, header.version
    if found != (kind, VERSION):
        raise DataError(f"expected a {kind} of version {VERSION}; build it again", file=path, value=found)
    return header.config, header.scale, arrays


@contextmanager
def intact(path: Path) -> Iterator[None]:
    """Raises DataError where what was read from the folder does not make a model."""
    try:
        yield
    except (KeyError, ValueError, TypeError) as error:
        raise DataError("the saved model is damaged; build it again", file=path) from error


def verify(path: Path) -> None:
    """Read every array in full. Raises DataError when one is not what was written."""
    header, arrays = _opened(path)
    for name, entry in header.arrays.items():
        if zlib.crc32(arrays[name].data) != entry.checksum:
            raise DataError("the saved model is damaged; build it again", file=path / entry.file)


def sparse_arrays(matrix: Matrix | Columns, *, prefix: str = "") -> dict[str, NDArray[Any]]:
    """The parts of a CSR or CSC matrix under names that begin with `prefix`."""
    shape = np.array(matrix.shape, dtype=np.int64)
    parts = ("data", matrix.data), ("indices", matrix.indices), ("indptr", matrix.indptr), ("shape", shape)
    return {f"{prefix}{name}": part for name, part in parts}


def sparse_matrix(arrays: Mapping[str, NDArray[Any]], *, prefix: str = "") -> Matrix:
    """The CSR matrix that `sparse_arrays` took apart, over the same memory.

    Raises KeyError or ValueError when the parts do not fit together.
    """
    parts, shape = _sparse_parts(arrays, prefix)
    return cast(Matrix, sparse.csr_array(parts, shape=shape))


def sparse_columns(arrays: Mapping[str, NDArray[Any]], *, prefix: str = "") -> Columns:
    """The CSC matrix that `sparse_arrays` took apart; otherwise as `sparse_matrix`."""
    parts, shape = _sparse_parts(arrays, prefix)
    return cast(Columns, sparse.csc_array(parts, shape=shape))


def replace_file(path: Path, content: bytes) -> None:
    """Give the file new content in one step that survives a power cut."""
    scratch = path.with_name(f"{path.name}.part")
    with scratch.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)


def _sparse_parts(arrays: Mapping[str, NDArray[Any]], prefix: str) -> tuple[Parts, tuple[int, int]]:
    rows, columns = arrays[f"{prefix}shape"].tolist()
    data, indices, indptr = (arrays[f"{prefix}{name}"] for name in ("data", "indices", "indptr"))
    if not len(data) == len(indices) == indptr[-1]:
        raise ValueError(f"{len(data)} values, {len(indices)} indices and {indptr[-1]} entries do not fit")
    return (data, indices, indptr), (rows, columns)


def _opened(path: Path) -> tuple[_Header, dict[str, NDArray[Any]]]:
    """The header and its arrays, of one moment: a header replaced while we open its files is read again."""
    text = _header_text(path)
    while True:
        try:
            header = _Header.model_validate_json(text)
            return header, {name: _mapped(path, entry) for name, entry in header.arrays.items()}
        except FileNotFoundError as error:
            before, text = text, _header_text(path)
            if text == before:
                raise DataError(DAMAGED, file=path) from error
        except (OSError, EOFError, ValueError, DataError) as error:
            raise DataError(DAMAGED, file=path) from error


def _header_text(path: Path) -> bytes:
    try:
        return (path / HEADER).read_bytes()
    except FileNotFoundError as error:
        raise DataError("there is no saved model; build it again", file=path) from error
    except OSError as error:
        raise DataError(DAMAGED, file=path) from error


def _mapped(path: Path, entry: _Entry) -> NDArray[Any]:
    """The array as a plain ndarray: slices of a memmap are slow to make. Raises ValueError if it differs."""
    file = path / entry.file
    array: NDArray[Any] = np.asarray(np.load(file, mmap_mode="r", allow_pickle=False))
    found = array.shape, array.dtype.str, file.stat().st_size
    if found != (entry.shape, entry.dtype, entry.size):
        raise ValueError(f"{entry.file} holds {found}")
    return array


def _write_array(path: Path, array: NDArray[Any]) -> _Entry:
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
    return _Entry(
        file=path.name, shape=array.shape, dtype=array.dtype.str, size=size, checksum=zlib.crc32(array.data)
    )


def _delete(files: Iterable[Path]) -> None:
    for file in list(files):
        file.unlink(missing_ok=True)
