"""Which prompt shape a job will have, and which model file it is, before the model is loaded."""

from __future__ import annotations

from appliance.config import JobConfig
from appliance.engines.base import GeneratorInfo
from appliance.jobs.inputs import Inputs


def shape_of(config: JobConfig, inputs: Inputs) -> str:
    """``single`` or ``table8``; decides as the composer does, by what the head of the model file says."""
    from appliance.methods.psi.shape import choose_shape

    return choose_shape(config.psi, GeneratorInfo(config.generator.model, _parameters(inputs)))


def model_sha256(inputs: Inputs) -> str | None:
    """Of the model file; None where a server has the model."""
    from appliance.engines.weights import file_sha256

    return None if inputs.model is None else file_sha256(inputs.model)


def _parameters(inputs: Inputs) -> int | None:
    from appliance.engines.gguf import read_head

    return None if inputs.model is None else read_head(inputs.model).parameters
