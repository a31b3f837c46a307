"""Where bulk tagging reads and writes: protocols, and the manifest that tells whether a call goes on."""

from pathlib import Path

import fsspec
import pytest

from news_event_tagger import InputError
from news_event_tagger.bulk.driver import MANIFEST, _claim
from news_event_tagger.bulk.shards import file_system, plan


@pytest.mark.parametrize("url", ["nowhere://bucket/out", "s4://bucket/out"])
def test_a_protocol_that_is_unknown_is_named(url: str) -> None:
    with pytest.raises(InputError, match=url.partition(":")[0]):
        file_system(url)
    with pytest.raises(InputError, match=url.partition(":")[0]):
        plan([url])


def test_the_same_command_goes_on_after_a_disk_was_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system, folder = fsspec.core.url_to_fs(str(tmp_path / "out"))
    manifest = {"version": "1", "model_sha256": "a", "input_sha256": "b"}

    def full(path: str, data: bytes) -> None:
        Path(path).write_bytes(data[:5])
        raise OSError(28, "No space left on device", path)

    with monkeypatch.context() as patch:
        patch.setattr(system, "pipe_file", full)
        # A killed process cannot clear away what it has begun.
        patch.setattr(system, "rm", lambda path: None)
        with pytest.raises(OSError, match="No space"):
            _claim(system, folder, manifest)
    _claim(system, folder, manifest)
    _claim(system, folder, manifest)


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"version": 1}', b"[" * 100_000])
def test_a_damaged_manifest_is_named(tmp_path: Path, content: bytes) -> None:
    system, folder = fsspec.core.url_to_fs(str(tmp_path))
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(InputError, match=r"manifest\.json: "):
        _claim(system, folder, {"version": "1"})
