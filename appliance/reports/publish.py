"""Put a file or a folder where a person asked for it: complete or not at all, readable by its owner only."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from appliance.artefact import fsync_directory, write_durably
from appliance.errors import InputError, StorageError

# What is wrong with the place a person named, rather than with the disk.
_BAD_PLACE = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG,
              errno.ELOOP, errno.EINVAL, errno.EBUSY, errno.EEXIST, errno.ENOTEMPTY)


def publish_file(path: Path, data: bytes, *, force: bool = False) -> None:
    """Write one file durably.

    Raises:
        InputError: something is there already and `force` is off, or nothing can be written there.
        StorageError: the disk refused.
    """
    with _explained(path):
        if path.is_dir():
            raise InputError(f"{path} is a folder; name a file in it")
        if os.path.lexists(path) and not force:
            raise InputError(f"{path} exists; --force replaces it")
        write_durably(path, data)


def publish_folder(path: Path, files: Mapping[str, bytes], *, force: bool = False) -> None:
    """Write a folder of files durably: it is renamed into place when everything in it is on disk.

    Args:
        path: where; an empty folder there is taken.
        files: content by path in the folder.
        force: replace a folder that holds exactly these files, as an earlier export left it.

    Raises:
        InputError: something else is there, or nothing can be written there.
        StorageError: the disk refused.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 (a link in the way must not be followed before it is judged)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.part")
    with _explained(path):
        _refuse_to_destroy(path, set(files), force)
        try:
            _fill(fresh, files)
            _move_in(fresh, path)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        fsync_directory(path.parent)


def _refuse_to_destroy(path: Path, names: set[str], force: bool) -> None:
    if not os.path.lexists(path):
        return
    if path.is_symlink() or not path.is_dir():
        raise InputError(f"{path} exists and is not a folder; name another place")
    found = {entry.relative_to(path).as_posix() for entry in path.rglob("*")
             if entry.is_symlink() or not entry.is_dir()}
    if not found:
        return
    if not force:
        raise InputError(f"{path} exists; --force replaces it")
    if found != names:
        raise InputError(f"{path} is not a folder that an export wrote; move it away or name another place")


def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)  # of a process with this number that was killed
    folder.mkdir(mode=0o700)
    for name, data in files.items():
        target = folder / name
        if target.parent != folder and not target.parent.exists():
            target.parent.mkdir(mode=0o700)
        write_durably(target, data)
    fsync_directory(folder)


def _move_in(fresh: Path, path: Path) -> None:
    """Rename the new folder into place; what was there goes aside first and is deleted last."""
    if not path.exists():
        fresh.rename(path)
        return
    old = path.with_name(f".{path.name}.{os.getpid()}.old")
    path.rename(old)
    try:
        fresh.rename(path)
    except BaseException:
        old.rename(path)
        raise
    shutil.rmtree(old)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        if error.errno in _BAD_PLACE:
            raise InputError(f"{path} cannot be written ({reason}); name a place in a folder that exists and is "
                             f"yours") from error
        raise StorageError(f"{path} cannot be written ({reason}); free space or repair the disk, then export "
                           f"again") from error
