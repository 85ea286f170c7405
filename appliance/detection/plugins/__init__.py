"""Name models that a policy adds: folders on this machine, read without the network and without running their code."""

from __future__ import annotations

import hashlib
from pathlib import Path

from appliance.detection.precomputed import Model
from appliance.errors import DetectorFailed
from appliance.policy.parts import ModelPlugin


def load_plugin(plugin: ModelPlugin, name: str) -> Model:
    """The model of one entry of ``detector.plugins``.

    Raises:
        DetectorFailed: the folder, its library or one of the labels is missing, or the model cannot be read.
    """
    where = f"detector.plugins: {plugin.kind} model {plugin.path}"
    if not plugin.path.is_dir():
        raise DetectorFailed(f"{where} is not a folder; give the path of a model on this machine")
    try:
        return _loaded(plugin, name)
    except DetectorFailed:
        raise
    except ImportError as error:
        package = {"huggingface": "'psi-appliance[principles]'"}.get(plugin.kind, plugin.kind)
        raise DetectorFailed(f"{where} needs a package that is not installed ({error.name}); "
                             f"run: pip install {package}") from error
    except Exception as error:
        raise DetectorFailed(f"{where} cannot be loaded ({type(error).__name__}); "
                             f"save it again with the library it was made with") from error


def _loaded(plugin: ModelPlugin, name: str) -> Model:
    # A model that is not used is not imported: torch alone takes seconds.
    if plugin.kind == "spacy":
        from appliance.detection.plugins.spacy_folder import SpacyFolder

        return SpacyFolder(plugin, name)
    if plugin.kind == "huggingface":
        from appliance.detection.plugins.huggingface_folder import HuggingFaceFolder

        return HuggingFaceFolder(plugin, name)
    from appliance.detection.plugins.gliner_folder import GlinerFolder

    return GlinerFolder(plugin, name)


def folder_sha256(folder: Path) -> str:
    """One hash over the names and contents of all files of a folder, for the record."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
        total.update(f"{path.relative_to(folder).as_posix()}\n{content}\n".encode())
    return total.hexdigest()


def about(plugin: ModelPlugin, name: str) -> dict[str, str]:
    """What the record says about a plug-in."""
    labels = " ".join(f"{label}={entity}" for label, entity in sorted(plugin.labels.items()))
    return {f"{name}_sha256": folder_sha256(plugin.path), f"{name}_labels": labels,
            f"{name}_threshold": f"{plugin.threshold:g}"}


def check_labels(plugin: ModelPlugin, known: set[str]) -> None:
    """A label that the model does not have would never be found, silently.

    Raises:
        DetectorFailed: there is one.
    """
    if unknown := sorted(set(plugin.labels) - known):
        raise DetectorFailed(f"detector.plugins: {plugin.kind} model {plugin.path} has no label "
                             f"{', '.join(unknown)}; it has {', '.join(sorted(known)) or 'none'}")
