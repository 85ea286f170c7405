"""The job file: what to make, from what, with which models, under which policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from appliance.errors import ConfigError
from appliance.yaml_file import read_yaml

REFLECTOR_HOST, REFLECTOR_PORT = "api.anthropic.com", 443
"""Where the external reflector is."""
PACKAGED_MODELS = ("smollm2",)
"""Names that stand for a model a package carries; anything else is the path of a GGUF file."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GeneratorConfig(_Part):
    """M_g, the local model."""

    engine: Literal["llama_cpp"] = "llama_cpp"
    model: str = "smollm2"
    """``smollm2`` for the packaged SmolLM2-135M-Instruct, or the path of any GGUF file."""
    sequences: PositiveInt = 16
    """How many sequences are decoded at once."""
    context_tokens: PositiveInt = 8192
    """Cells of the shared KV cache."""
    threads: PositiveInt | None = None
    """Threads of the model; None means the physical cores this process may use."""


class ReflectorConfig(_Part):
    """M_L, the large external model. Without a credential a local stand-in answers instead."""

    model: str = "claude-sonnet-5-5"
    credential_file: Path | None = None
    """File whose first line is the API key; else the environment variable ``ANTHROPIC_API_KEY``."""
    use: Literal["auto", "stand_in", "external"] = "auto"
    """``auto``: external with a credential, stand-in without. ``external`` refuses to fall back."""
    max_tokens: PositiveInt = 1024
    timeout_s: float = Field(default=120.0, gt=0)


class PsiConfig(_Part):
    """PSI, arXiv 2507.05991 section 3; the defaults are the paper's."""

    initial_instances: PositiveInt = 1000
    """Size of D_initial."""
    subsets: PositiveInt = 10
    """T."""
    subset_size: PositiveInt = 10
    """Size of each d_i."""
    instances: PositiveInt = 20_000
    """Size of D_t: how many accepted instances end the job."""
    demos: int = Field(default=3, ge=0)
    """Seed instances shown in each generation prompt."""
    temperature: float = Field(default=0.7, ge=0)
    top_p: float = Field(default=0.95, gt=0, le=1)
    max_requests: PositiveInt = 200_000
    """Candidates after which generation stops, finished or not."""


class CarbonConfig(_Part):
    """How energy becomes emissions."""

    intensity_kgco2e_per_kwh: float = Field(default=0.24, gt=0)
    intensity_source: str = "arXiv 2507.05991 A.4 (preset paper-azure-uswest-0.24)"
    pue: float = Field(default=1.0, ge=1)
    country_iso_code: str = Field(default="USA", pattern="^[A-Z]{3}$")
    """Required by CodeCarbon in name only: the factor above decides."""


class JobConfig(_Part):
    """One job file. Paths in it are relative to the file itself."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
    method: Literal["psi"] = "psi"
    random_seed: int = 0
    seeds: Path
    knowledge: Path
    policy: Path
    generator: GeneratorConfig = GeneratorConfig()
    reflector: ReflectorConfig = ReflectorConfig()
    psi: PsiConfig = PsiConfig()
    carbon: CarbonConfig = CarbonConfig()

    def to_json(self) -> dict[str, Any]:
        """The whole configuration, defaults written out, as a JSON object."""
        return self.model_dump(mode="json")


def load_job(path: Path) -> JobConfig:
    """Read a job file and make its paths absolute.

    Raises:
        ConfigError: missing, not YAML, or not a job; names the file, the key and what is wrong, not the value.
    """
    config, _ = read_yaml(path, JobConfig, ConfigError, "examples/clinic/job.yaml")
    return _absolute(config, path.resolve().parent)


def _absolute(config: JobConfig, base: Path) -> JobConfig:
    def resolve(path: Path) -> Path:
        return (base / path.expanduser()).resolve()

    generator, reflector = config.generator, config.reflector
    if generator.model not in PACKAGED_MODELS:
        generator = generator.model_copy(update={"model": str(resolve(Path(generator.model)))})
    if reflector.credential_file is not None:
        reflector = reflector.model_copy(update={"credential_file": resolve(reflector.credential_file)})
    return config.model_copy(update={
        "seeds": resolve(config.seeds), "knowledge": resolve(config.knowledge), "policy": resolve(config.policy),
        "generator": generator, "reflector": reflector})
