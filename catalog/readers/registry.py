"""Every layout of official files, and the names under which data sets are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from catalog.archives import Archive
from catalog.dataset import Dataset
from catalog.downloads import Remote
from catalog.errors import DataError
from catalog.progress import Progress
from catalog.readers.amazon import AMAZON
from catalog.readers.goodbooks import GOODBOOKS
from catalog.readers.inspired import INSPIRED
from catalog.readers.lastfm import LASTFM
from catalog.readers.layout import Layout
from catalog.readers.movielens import MOVIELENS, MOVIETWEETINGS
from catalog.readers.opendialkg import OPENDIALKG
from catalog.readers.redial import REDIAL

LAYOUTS = (REDIAL, OPENDIALKG, GOODBOOKS, LASTFM, AMAZON, MOVIETWEETINGS, MOVIELENS, INSPIRED)
"""In the order in which they are tried: the one that needs more comes before the one that needs less."""

_GROUPLENS = "https://files.grouplens.org/datasets"


@dataclass(frozen=True)
class Official:
    """A data set by name: how its files are read, and where they are.

    `remote` is the archive to download; without one a person fetches the files from `page`.
    """

    name: str
    layout: Layout
    page: str
    remote: Remote | None = None

    def read(self, archive: Archive, progress: Progress | None) -> Dataset:
        """The data set under this name. Raises DataError for an archive of something else."""
        if not self.layout.fits(archive):
            raise DataError(
                f"This is not {self.name}: it has not {self.layout.told()}. The files are at {self.page}.",
                file=archive.path,
            )
        return replace(self.layout.read(archive, progress), name=self.name)


def _movielens(size: str, folder: str, md5: str | None) -> Official:
    remote = Remote(f"{_GROUPLENS}/movielens/ml-{size}.zip", None if md5 is None else f"md5:{md5}")
    return Official(
        f"movielens-{size}", MOVIELENS, f"https://grouplens.org/datasets/movielens/{folder}/", remote
    )


_ALL = (
    _movielens("latest-small", "latest", None),
    _movielens("1m", "1m", "c4d9eecfca2ab87c1945afe126590906"),
    _movielens("10m", "10m", "ce571fd55effeba0271552578f2648bd"),
    _movielens("25m", "25m", "6b51fb2759a8657d3bfcbfc42b592ada"),
    _movielens("32m", "32m", "d472be332d4daa821edc399621853b57"),
    Official(
        "redial",
        REDIAL,
        "https://redialdata.github.io/website/",
        Remote(
            "https://github.com/ReDialData/website/raw/data/redial_dataset.zip",
            "sha256:b48756681ec6f84e0af36979c5e9baa21ea8d9e7036b8764ea9b787bb0baf69b",
        ),
    ),
    Official(
        "lastfm",
        LASTFM,
        "https://grouplens.org/datasets/hetrec-2011/",
        Remote(
            f"{_GROUPLENS}/hetrec2011/hetrec2011-lastfm-2k.zip",
            "sha256:6738f48195667ff03caaab4d32ca9a3133d8cc026b7c3cdaf6ce1010e913c59c",
        ),
    ),
    Official("inspired", INSPIRED, "https://github.com/sweetpeach/Inspired"),
    Official("opendialkg", OPENDIALKG, "https://github.com/facebookresearch/opendialkg"),
    Official("goodbooks", GOODBOOKS, "https://github.com/zygmuntz/goodbooks-10k"),
    Official("amazon-2023", AMAZON, "https://amazon-reviews-2023.github.io/"),
    Official("movietweetings", MOVIETWEETINGS, "https://github.com/sidooms/MovieTweetings"),
)
OFFICIAL: Mapping[str, Official] = {official.name: official for official in _ALL}


def recognised(archive: Archive) -> Layout:
    """The layout that the archive has. Raises DataError, naming every known one."""
    found = next((layout for layout in LAYOUTS if layout.fits(archive)), None)
    if found is None:
        known = "; ".join(f"{layout.told()} ({layout.name})" for layout in LAYOUTS)
        raise DataError(
            "There is no items.jsonl, items.csv or items.parquet here, nor the files of a data set that is "
            f"known. Known are: {known}.",
            file=archive.path,
        )
    return found
