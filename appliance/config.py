"""The job file: what to make, from what, with which models, under which policy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from appliance.errors import ConfigError
from appliance.yaml_file import read_yaml

REFLECTOR_HOST, REFLECTOR_PORT = "api.anthropic.com", 443
"""Where the external reflector is."""
PACKAGED_MODELS = ("smollm2",)
"""Names that stand for a model a package carries; anything else is the path of a GGUF file."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class GeneratorConfig(_Part):
    """M_g, the local model."""

    engine: Literal["llama_cpp", "vllm"] = "llama_cpp"
    model: str = "smollm2"
    """llama_cpp: ``smollm2`` for the packaged SmolLM2-135M-Instruct, or the path of any GGUF file. vllm: the name the
    server gives the model."""
    server: str | None = None
    """vllm: ``unix:/run/vllm.sock`` or ``http://127.0.0.1:8000``; never another machine."""
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
    """PSI, arXiv 2507.05991 section 3; the defaults are the paper's. A4 and so on: see each field."""

    initial_instances: PositiveInt = 1000
    """Size of D_initial."""
    subsets: PositiveInt = 10
    """T."""
    subset_size: PositiveInt = 10
    """Size of each d_i."""
    instances: PositiveInt = 20_000
    """Size of D_t: how many accepted instances end the job."""
    shape: Literal["auto", "single", "table8"] = "auto"
    """``table8``: the paper's prompt, 20 tasks a request, for capable models. ``single``: one staged instance at a
    time, grounded in one fact, for small ones. ``auto`` decides by the size of the model."""
    demos: int = Field(default=3, ge=0)
    """Seed instances shown in each generation prompt."""
    knowledge: bool = True
    """False writes D_initial and D_t without K."""
    passages: Literal["random", "retrieved"] = "random"
    """How the passages of a ``table8`` prompt are chosen: at random, or those nearest to its examples."""
    passages_per_request: PositiveInt = 2
    language: str = Field(default="auto", pattern=r"^(auto|any|[a-z]{2,3})$")
    """Language of what is accepted: that of the seeds (``auto``), ``any``, or an ISO 639 code."""
    temperature: float = Field(default=0.7, ge=0)
    top_p: float = Field(default=0.95, gt=0, le=1)
    initial: bool = True
    """False is the ablation *without initial*: the subsets are drawn from the seeds. The policy has to allow it."""
    initial_file: Path | None = None
    """D_initial of an earlier job (its ``expansion.jsonl``) instead of a new one."""
    sample: bool = True
    """False is the ablation *without sample*: one request with as many of D_initial as fit."""


class PrinciplesConfig(_Part):
    """P^H: where the principles come from and which of them are used."""

    source: Literal["reflect", "none"] | Path = "reflect"
    """``reflect`` asks M_L (Eq. 2 and 3). ``none`` writes without principles: the Alpaca-style control. A file brings
    one's own (Table 5): one principle a line, or what ``psi principles export`` wrote."""
    clusterer: Literal["robust", "raptor", "none"] = "robust"
    """``none`` is the ablation *without cluster*: every low-level principle is used as it is."""
    embedding_model: Path | None = None
    """A sentence-transformers folder such as all-mpnet-base-v2; None is the packaged all-MiniLM-L6-v2."""
    maximum: PositiveInt = 12
    """More clusters than this are cut to the largest: many principles overflow the context of a small model."""
    leave_out: tuple[Annotated[str, Field(pattern=r"^[HLU]-[0-9-]+$")], ...] = ()
    """Ids of principles that are not used, for leaving one out."""
    review: bool = False
    """True stops before generation until a person has read the principles (``psi principles accept``)."""


class BudgetConfig(_Part):
    """When to give up instead of looping. Spent, the job stops; ``psi resume --set`` raises it."""

    requests: PositiveInt = 200_000
    """Requests of one generating stage to M_g: candidates of shape ``single``, prompts of ``table8``."""
    tokens: PositiveInt | None = None
    """Tokens read and written by M_g in the whole job."""
    energy_wh: float | None = Field(default=None, gt=0)
    """Energy of the whole job on this machine."""


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
    principles: PrinciplesConfig = PrinciplesConfig()
    budget: BudgetConfig = BudgetConfig()
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
    return absolute(config, path.resolve().parent)


def absolute(config: JobConfig, base: Path) -> JobConfig:
    """The configuration with every path in it absolute; relative ones are taken from `base`."""
    def resolve(path: Path) -> Path:
        return (base / path.expanduser()).resolve()

    def optional(path: Path | None) -> Path | None:
        return None if path is None else resolve(path)

    generator, reflector, principles = config.generator, config.reflector, config.principles
    if generator.engine == "llama_cpp" and generator.model not in PACKAGED_MODELS:
        generator = generator.model_copy(update={"model": str(resolve(Path(generator.model)))})
    source = resolve(principles.source) if isinstance(principles.source, Path) else principles.source
    return config.model_copy(update={
        "seeds": resolve(config.seeds), "knowledge": resolve(config.knowledge), "policy": resolve(config.policy),
        "generator": generator,
        "reflector": reflector.model_copy(update={"credential_file": optional(reflector.credential_file)}),
        "psi": config.psi.model_copy(update={"initial_file": optional(config.psi.initial_file)}),
        "principles": principles.model_copy(update={
            "source": source, "embedding_model": optional(principles.embedding_model)})})
