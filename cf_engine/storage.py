"""One model, one `.npz` file: plain arrays and a JSON header, never pickle."""

import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog import DataError, RatingScale
from cf_engine.arrays import Matrix, compressed

VERSION = 1


def write(
    path: Path, kind: str, *, config: str, scale: RatingScale, arrays: Mapping[str, NDArray[Any]]
) -> None:
    """Write beside `path` first and move into place, so that a reader never meets half a file."""
    header = {"kind": kind, "version": VERSION, "config": config, "scale": asdict(scale)}
    encoded = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            np.savez(file, allow_pickle=False, header=encoded, **arrays)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read(path: Path, kind: str) -> tuple[str, RatingScale, dict[str, NDArray[Any]]]:
    """The config as JSON, the scale and the arrays. Raises DataError for anything but this version's file."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        header = json.loads(arrays.pop("header").tobytes())
        found = header["kind"], header["version"]
        scale = RatingScale(**header["scale"])
        config = str(header["config"])
    except FileNotFoundError as error:
        raise DataError("there is no saved model; build it again", file=path) from error
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise DataError("this is not a saved model, or it is damaged; build it again", file=path) from error
    if found != (kind, VERSION):
        raise DataError(f"expected a {kind} of version {VERSION}; build it again", file=path, value=found)
    return config, scale, arrays


def sparse_arrays(matrix: Matrix) -> dict[str, NDArray[Any]]:
    shape = np.array(matrix.shape, dtype=np.int64)
    return {"data": matrix.data, "indices": matrix.indices, "indptr": matrix.indptr, "shape": shape}


def sparse_matrix(arrays: Mapping[str, NDArray[Any]]) -> Matrix:
    """What `sparse_arrays` took apart. Raises KeyError or ValueError when the parts do not fit together."""
    n_rows, n_columns = arrays["shape"].tolist()
    parts = arrays["data"], arrays["indices"], arrays["indptr"]
    matrix = compressed(*parts, shape=(n_rows, n_columns))
    matrix.check_format(full_check=True)
    return matrix
