"""The reflector's API key: a file or one environment variable, read when it is needed and never kept."""

from __future__ import annotations

import os
import stat

from appliance.config import ReflectorConfig
from appliance.errors import ConfigError
from appliance.gateway.answers import MIN_SECRET_CHARS

ENVIRONMENT = "ANTHROPIC_API_KEY"
MIN_CHARS = MIN_SECRET_CHARS
"""What is shorter is no key, and could not be taken out of an answer that echoes it."""


def has_credential(config: ReflectorConfig) -> bool:
    """Whether a key is configured.

    Raises:
        ConfigError: a credential file is named and cannot be used; falling back silently would hide it.
    """
    return bool(read_credential(config))


def read_credential(config: ReflectorConfig) -> str | None:
    """The key, or None where none is configured.

    Raises:
        ConfigError: the file is missing, empty, readable by everyone, or holds something that is not a key, such as one
            of fewer than `MIN_CHARS` characters.
    """
    path = config.credential_file
    if path is None:
        secret = os.environ.get(ENVIRONMENT, "").strip()
        where = f"the environment variable {ENVIRONMENT}"
    else:
        where = str(path)
        try:
            if path.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
                raise ConfigError(f"{path}: others can read or change this credential file; chmod 600 it")
            secret = path.read_text(encoding="ascii").split("\n", 1)[0].strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: the credential file cannot be read") from error
        if not secret:
            raise ConfigError(f"{path}: the credential file is empty")
    if any(not "!" <= character <= "~" for character in secret):
        raise ConfigError(f"{where}: this is not an API key (a space or control character is in it)")
    if 0 < len(secret) < MIN_CHARS:
        raise ConfigError(f"{where}: this is not an API key (it has {len(secret)} characters, and a key at least "
                          f"{MIN_CHARS}); put the whole key there")
    return secret or None
