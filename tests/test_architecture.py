"""The layout shows the architecture: imports point down the list of rooms, never up, never in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# From the ground up. A room may import itself and any room before it.
ROOMS = ["audit", "knowledge", "carbon", "engines", "sender", "policy", "detection", "gateway", "reflect", "quality",
         "methods", "reports", "jobs", "experiments", "forecast", "setup", "views", "tui", "cli"]
GROUND = {"errors", "units", "records", "config", "artefact", "stage", "events", "seeds", "yaml_file", "yaml_problems",
          "seed_files", "text_file", "__init__"}

NETWORK = {"socket", "ssl", "http", "httpx", "httpx2", "aiohttp", "requests", "urllib", "anthropic", "socketserver",
           "asyncio", "ftplib", "smtplib", "xmlrpc", "telnetlib", "websockets"}
MAY_USE_NETWORK = {
    # The client of a model server: a Unix socket or a loopback address, checked in appliance/engines/server.py.
    "appliance/engines/vllm_wire.py": {"httpx2", "asyncio"},
    "appliance/engines/vllm.py": {"asyncio"},
    "appliance/engines/server.py": {"urllib"},
    "appliance/sender/wire.py": {"socket", "ssl", "http"},
    "appliance/sender/https.py": {"socket", "ssl", "http"},
    "appliance/sender/request.py": {"http"},
    "appliance/gateway/transport.py": {"httpx2"},
    "appliance/reflect/anthropic_client.py": {"anthropic", "httpx2"},
    "appliance/reflect/standin.py": {"http"},
}
HEAVY = {"torch", "transformers", "presidio_analyzer", "presidio_anonymizer", "spacy", "umap", "sentence_transformers",
         "numba", "anthropic", "sklearn", "llama_cpp", "codecarbon", "numpy", "pandas", "pyarrow", "pypdf",
         "docx", "lxml", "bm25s", "markdown_it", "py3langid", "onnxruntime", "onnx", "tokenizers", "safetensors",
         "faker", "cryptography", "ahocorasick", "gliner"}
# Adapters may import their library at the top; then nothing else may import them at the top.
ADAPTERS = {f"appliance.engines.{name}"
            for name in ("context", "model", "native", "prefix", "sampler", "batch", "writing", "scoring", "vocabulary",
                         "llama_cpp")}


def sources() -> list[Path]:
    return sorted([*(ROOT / "appliance").rglob("*.py"), *(ROOT / "tui").rglob("*.py")])


def room(module: str) -> str | None:
    """The room a dotted module name lies in, `ground` for the values below all rooms, None if it is not ours."""
    parts = module.split(".")
    if parts[0] == "tui":
        return "tui"
    if parts[0] != "appliance":
        return None
    if len(parts) == 1 or parts[1] in GROUND:
        return "ground"
    return parts[1]


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imports(path: Path, *, top_level_only: bool = False) -> Iterator[str]:
    """Every imported module; blocks under ``if TYPE_CHECKING`` run never and count for direction only."""
    tree = ast.parse(path.read_text())
    nodes = _executed_at_import(tree) if top_level_only else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def _executed_at_import(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield node
        yield from _executed_at_import(node)


def test_every_folder_is_a_room_of_the_house() -> None:
    folders = {path.name for path in (ROOT / "appliance").iterdir() if path.is_dir() and path.name != "__pycache__"}
    files = {path.stem for path in (ROOT / "appliance").glob("*.py")}
    assert folders <= set(ROOMS)
    assert files == GROUND


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_imports_point_down(path: Path) -> None:
    order = ["ground", *ROOMS]
    here = room(module_name(path))
    assert here is not None
    upward = [name for name in imports(path)
              if (there := room(name)) is not None and order.index(there) > order.index(here)]
    assert [] == upward


def test_the_sender_sees_the_audit_log_and_values_only() -> None:
    for path in (ROOT / "appliance" / "sender").glob("*.py"):
        rooms = {room(name) for name in imports(path)} - {None}
        assert rooms <= {"ground", "audit", "sender"}
        assert "appliance.audit.log" not in set(imports(path)), "the sender reads the log, it never writes it"


def test_files_of_a_room_do_not_import_in_a_circle() -> None:
    arrows = {module_name(path): {name for name in imports(path, top_level_only=True) if room(name)}
              for path in sources()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name in done:
            return
        for target in arrows.get(name, ()):
            visit(target, (*trail, name))
        done.add(name)

    for name in arrows:
        visit(name, ())


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_only_named_files_may_touch_the_network(path: Path) -> None:
    allowed = MAY_USE_NETWORK.get(path.relative_to(ROOT).as_posix(), set())
    used = {name.split(".")[0] for name in imports(path)} & NETWORK
    assert used <= allowed


@pytest.mark.parametrize("path", sources(), ids=module_name)
def test_heavy_libraries_are_imported_where_they_are_needed(path: Path) -> None:
    top = set(imports(path, top_level_only=True))
    if module_name(path) in ADAPTERS:
        return
    assert set() == {name.split(".")[0] for name in top} & HEAVY
    assert set() == top & ADAPTERS, "an adapter of a heavy library is imported inside the function that needs it"
    if room(module_name(path)) != "tui":
        assert "textual" not in {name.split(".")[0] for name in top}
