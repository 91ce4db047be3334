"""What was taken in is there after a restart, whatever the process was doing when it ended."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from catalog import DataError, IndexInUse, RatingScale
from cf_engine import BlendConfig, FoldIn, Part
from cf_engine.arrays import Matrix
from cf_engine.live import Live, Moment
from cf_engine.live.base import Base

SCALE = RatingScale(low=1, high=5)
CONFIG = BlendConfig(
    parts={
        "user-neighbours": Part(settings={"k": 3, "shrinkage": 1}),
        "item-neighbours": Part(settings={"k": 3, "shrinkage": 0}),
    }
)
PROFILE = FoldIn.of({2: 5.0, 3: 4.0, 5: 1.0})


@pytest.fixture
def folder(checkerboard: Matrix, tmp_path: Path) -> Path:
    """Three updates after a fit: ratings of a newcomer, of an item that is new, and someone who left."""
    live = Live.fit(checkerboard, scale=SCALE, config=CONFIG, folder=tmp_path / "live")
    live.add_ratings([6, 6, 0], [2, 3, 1], [5, 4.5, 2])
    live.grow_items(2)
    live.add_ratings([6, 1], [7, 6], [5, 3])
    live.remove_user(4)
    live.close()
    return tmp_path / "live"


def scores(now: Moment) -> list[list[float]]:
    return [part.scores(PROFILE).tolist() for part in now.blend.parts]


def state(live: Live) -> dict[str, Any]:
    now = live.now
    return {
        "ratings": now.ratings.matrix().toarray().tolist(),
        "parts": scores(now),
        "popularity": now.popularity.scores(PROFILE).tolist(),
    }


def journal(folder: Path) -> Path:
    return folder / (folder / "current.json").read_text() / "journal"


def reopened(folder: Path) -> dict[str, Any]:
    live = Live.open(folder)
    found = state(live)
    live.close()
    return found


def test_a_restart_loses_nothing(folder: Path) -> None:
    live = Live.open(folder)
    before = state(live)
    assert np.array(before["ratings"]).shape == (7, 8)
    assert before["ratings"][6] == [0, 0, 5, 4.5, 0, 0, 0, 5]
    assert sum(before["ratings"][4]) == 0
    fresh = Live.fit(live.now.ratings.matrix(), scale=SCALE, config=CONFIG)
    assert state(fresh) == before
    live.close()
    assert reopened(folder) == before


def test_a_rebuild_changes_no_answer_and_leaves_one_generation(folder: Path) -> None:
    live = Live.open(folder)
    before, kept = state(live), live.now
    live.rebuild()
    assert state(live) == before
    assert not live.now.ratings.changed
    assert scores(kept) == before["parts"]
    live.close()
    assert sorted(file.name for file in folder.iterdir()) == ["2", "current.json", "lock"]
    assert len(journal(folder).read_text().splitlines()) == 1
    assert reopened(folder) == before


def test_what_comes_during_a_rebuild_is_taken_over(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live, fit = Live.open(folder), Base.fit

    def slow(*args: Any, **settings: Any) -> Base:
        live.add_ratings([7, 2], [0, 3], [4, 5])
        live.remove_user(6)
        live.grow_items(1)
        return fit(*args, **settings)

    monkeypatch.setattr(Base, "fit", slow)
    live.rebuild()
    assert sorted(live.now.ratings.changed) == [2, 6, 7]
    after = state(live)
    assert after["ratings"][7] == [4, 0, 0, 0, 0, 0, 0, 0, 0]
    assert sum(after["ratings"][6]) == 0
    live.close()
    assert reopened(folder) == after


def test_a_rebuild_that_fails_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live = Live.open(folder)
    before, now = state(live), live.now
    with monkeypatch.context() as patch:
        patch.setattr(Base, "save", lambda *_: (_ for _ in ()).throw(OSError("no space left")))
        with pytest.raises(OSError, match="no space"):
            live.rebuild()
    assert live.now is now
    live.add_ratings([0], [0], [3])
    live.rebuild()
    live.close()
    before["ratings"][0][0] = 3
    assert reopened(folder)["ratings"] == before["ratings"]


def test_half_a_line_is_dropped_and_the_next_one_follows(folder: Path) -> None:
    file = journal(folder)
    whole = file.read_bytes()
    last = whole[:-1].rfind(b"\n") + 1
    file.write_bytes(whole[:last])
    shorter = reopened(folder)
    for end in range(last + 1, len(whole), 7):
        file.write_bytes(whole[:end])
        assert reopened(folder) == shorter
        assert file.read_bytes() == whole[:last]
    live = Live.open(folder)
    live.add_ratings([0], [0], [3])
    live.close()
    assert reopened(folder)["ratings"][0][0] == 3


def test_an_update_that_cannot_be_written_does_not_show(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Live.open(folder)
    before = state(live)

    def full(descriptor: int) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="no space"):
            live.add_ratings([0], [0], [3])
    assert state(live) == before
    live.add_ratings([0], [1], [1])
    after = state(live)
    live.close()
    assert reopened(folder) == after


def test_a_killed_process_loses_nothing_it_had_taken_in(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from cf_engine.live import Live\n"
        "live = Live.open(Path(sys.argv[1]))\n"
        "for user in range(7, 10_000):\n"
        "    live.add_ratings([user, user], [user % 8, 3], [5, 4]); print(user, flush=True)\n"
        "    if user % 50 == 0: live.rebuild()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) == 120:
                process.send_signal(signal.SIGKILL)
                break
        rest = process.stdout.read().split()
    ratings = np.array(reopened(folder)["ratings"])
    said = int(rest[-1]) if rest else 120
    assert said + 1 <= len(ratings) <= said + 2
    assert (ratings[7:, 3] >= 4).all()


def test_one_object_holds_the_folder(folder: Path) -> None:
    live = Live.open(folder)
    with pytest.raises(IndexInUse, match="open elsewhere"):
        Live.open(folder)
    with pytest.raises(IndexInUse, match="open elsewhere"):
        Live.fit(live.now.ratings.matrix(), scale=SCALE, folder=folder)
    live.close()
    with pytest.raises(ValueError, match="closed"):
        live.add_ratings([0], [0], [3])
    assert state(live) == reopened(folder)


def test_fitting_anew_replaces_what_was_there(folder: Path) -> None:
    live = Live.fit(sparse.csr_array(np.array([[5.0, 4.0]], np.float32)), scale=SCALE, folder=folder)
    live.close()
    live = Live.open(folder)
    assert live.now.ratings.matrix().toarray().tolist() == [[5, 4]]
    live.close()


def test_damage_is_named(folder: Path, tmp_path: Path) -> None:
    file = journal(folder)
    whole = file.read_text().splitlines()
    for line in ("{}", "nonsense", json.dumps({"n_items": 8, "rows": {"0": [[9], [5.0]]}})):
        file.write_text("\n".join([whole[0], line, *whole[2:]]) + "\n")
        with pytest.raises(DataError, match=r"journal, line 2.*delete it"):
            Live.open(folder)
    file.unlink()
    with pytest.raises(DataError, match="journal is missing"):
        Live.open(folder)
    (folder / "current.json").write_text("?")
    with pytest.raises(DataError, match="damaged"):
        Live.open(folder)
    with pytest.raises(DataError, match="no live models"):
        Live.open(tmp_path / "nothing")
