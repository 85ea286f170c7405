"""`psi detector`: train the name model that ships, or one of your own, and measure it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli.options import AsJson

if TYPE_CHECKING:
    from collections.abc import Callable

    from appliance.detection.training.loop import Progress

app = typer.Typer(name="detector", no_args_is_help=True, rich_markup_mode=None,
                  help="Train the name model that finds persons, places, organisations and dates, and measure it.")

Data = Annotated[list[Path] | None, typer.Option(
    "--data", help="Folder with CoNLL files (PER, LOC, ORG); may be given more than once. Files with dev or test in "
                   "their name are held out; without such a file every fifth block of 20 sentences is.")]


@app.command()
def train(out: Annotated[Path, typer.Option("--out", help="Folder for model.safetensors and model.json.")],
          data: Data = None,
          train_only: Annotated[list[Path] | None, typer.Option(
              "--train-only", help="The same, but nothing of it is held out: a set you will not measure on.")] = None,
          seed: Annotated[int, typer.Option("--seed", min=0, help="Equal seeds and data give equal weights.")] = 0,
          tokens: Annotated[int, typer.Option(
              "--tokens", min=1000,
              help="Word pieces to train on; a million takes about 5 minutes on one core.")] = 3_100_000,
          second_tokens: Annotated[int, typer.Option(
              "--second-tokens", min=0,
              help="The same for a second run from the same start; both are averaged. 0 for none.")] = 1_400_000,
          tune: Annotated[Path | None, typer.Option(
              "--tune", dir_okay=False,
              help="CoNLL file the threshold is tuned on, such as WNUT17's dev part.")] = None,
          as_json: AsJson = False) -> None:
    """Train from the packaged MiniLM encoder on synthetic records and on your CoNLL files; nothing is downloaded."""
    from appliance.cli.attempt import emit_json
    from appliance.cli.failure import say
    from appliance.detection.training.loop import Recipe
    from appliance.detection.training.product import train_product

    facts = train_product(data or [], out, Recipe(seed=seed, tokens=tokens), tune, second_tokens, train_only or [],
                          _reporter(say))
    say(f"written to {out}: model.safetensors and model.json; thresholds {facts['thresholds']}")
    if as_json:
        emit_json(facts)


@app.command()
def evaluate(model: Annotated[Path, typer.Argument(help="Folder with model.safetensors and model.json.")],
             data: Data = None, as_json: AsJson = False) -> None:
    """Character recall and precision on the held-out part of your CoNLL files, over a range of thresholds."""
    from appliance.cli.attempt import emit, emit_json
    from appliance.detection.training.evaluate import evaluate_folders
    from appliance.views.detector_lines import curve_lines

    curves = evaluate_folders(model, data or [])
    if as_json:
        emit_json({"schema": 1, "sets": curves})
    else:
        emit("\n".join(curve_lines(curves)))


def _reporter(say: Callable[[str], None]) -> Callable[[Progress], None]:
    """A line a second on a terminal, one every half minute in a log."""
    pause_s = 1.0 if sys.stderr.isatty() else 30.0
    last = [-pause_s]

    def watch(progress: Progress) -> None:
        if progress.seconds < last[0]:
            last[0] = -pause_s  # the second run's clock begins anew
        if progress.seconds - last[0] < pause_s and progress.tokens < progress.of_tokens:
            return
        last[0] = progress.seconds
        rate = progress.tokens / max(progress.seconds, 1e-9)
        say(f"{min(progress.tokens / progress.of_tokens, 1):6.1%}  loss {progress.loss:.4f}  {rate:,.0f} tokens/s  "
            f"{max(progress.seconds_left, 0) / 60:.0f} min left")

    return watch
