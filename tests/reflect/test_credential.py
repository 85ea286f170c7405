"""The API key: a file or one variable; a file that is named and cannot be used is never passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.config import ReflectorConfig
from appliance.errors import ConfigError
from appliance.reflect.credential import has_credential, read_credential


def test_no_file_and_no_variable_is_no_credential() -> None:
    assert not has_credential(ReflectorConfig())


def test_the_file_wins_over_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", " sk-env-key\n")
    assert "sk-env-key" == read_credential(ReflectorConfig())
    path = tmp_path / "key"
    path.write_text("sk-file-key\nignored\n")
    path.chmod(0o600)
    assert "sk-file-key" == read_credential(ReflectorConfig(credential_file=path))


@pytest.mark.parametrize(("content", "mode", "says"), [
    (None, 0, "cannot be read"), (b"", 0o600, "empty"), (b"\n\n", 0o600, "empty"), (b"sk-ok", 0o644, "chmod 600"),
    (b"sk-ok", 0o660, "chmod 600"),
    (b"sk with space", 0o600, "not an API key"), (b"sk-\x07", 0o600, "not an API key"),
    (b"sk-\xff", 0o600, "cannot be read"), (b"sk-only", 0o600, "has 7 characters, and a key at least 8")])
def test_an_unusable_file_is_an_error_that_never_shows_the_key(tmp_path: Path, content: bytes | None, mode: int,
                                                              says: str) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
        path.chmod(mode)
    with pytest.raises(ConfigError, match=says) as caught:
        read_credential(ReflectorConfig(credential_file=path))
    assert "sk-" not in str(caught.value)
