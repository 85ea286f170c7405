"""`psi run FILE --dry-run`: what the job would need. No job is made, nothing is stored, nothing is sent."""

from __future__ import annotations

from pathlib import Path


def forecast_job(file: Path, root: Path, as_json: bool, probing: bool) -> None:
    """Print the forecast of a job file on standard output.

    Args:
        file: the job file.
        root: whose finished jobs tell what such a job needs.
        as_json: as one JSON line.
        probing: try the model for some seconds where no finished job of this root compares.

    Raises:
        ConfigError, InputError: as for a run.
        EngineError: the probe could not load or run the model.
    """
    from appliance.cli.attempt import emit, emit_json
    from appliance.cli.failure import say
    from appliance.forecast.forecast import forecast
    from appliance.forecast.model import model_sha256, shape_of
    from appliance.forecast.samples import job_samples
    from appliance.jobs.checks import read_job
    from appliance.views.forecast_lines import forecast_lines

    config, inputs = read_job(file)
    shape = shape_of(config, inputs)
    earlier = job_samples(root, config, model_sha256(inputs), shape)
    probe = None
    if probing and not earlier:
        from appliance.forecast.probe import run_probe

        say("no finished job here compares: trying the model for some seconds; nothing is stored or sent")
        probe = run_probe(config, inputs, root)
    made = forecast(config, inputs, shape, earlier, probe)
    if as_json:
        emit_json(made.to_json())
    else:
        emit("\n".join(forecast_lines(made)))
