"""A forecast as plain lines of at most 80 columns: every figure a range, with where it comes from under it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from textwrap import wrap

from appliance.forecast.estimate import Figure
from appliance.forecast.forecast import Forecast
from appliance.views.text import UNKNOWN, count, duration, emissions, energy, printable, size

WIDTH = 80
_LABEL = 28
_STAGES = {"expansion": "D_initial", "between": "reflection, clusters", "generation": "D_t"}


def forecast_lines(made: Forecast) -> Iterator[str]:
    """The whole forecast."""
    return (printable(line) for line in _lines(made))


def _lines(made: Forecast) -> Iterator[str]:
    yield f"Forecast for {made.name}: {made.model}, shape {made.shape}. No job was made."
    yield ""
    yield "Through the door"
    yield from _text("reflector", made.destination)
    yield from _figure("requests", made.door_requests, count)
    if made.reflector != "none":
        yield from _figure("bytes", made.door_bytes, _size)
        yield from _figure("read by the reflector", made.reflector_input_tokens, _tokens)
        yield from _figure("written by the reflector", made.reflector_output_tokens, _tokens)
    yield ""
    yield "On this machine"
    yield from _figure("candidates for D_t", made.candidates, count)
    yield from _figure("local model's tokens", made.local_tokens, _tokens)
    yield from _figure("time", made.wall_s, duration)
    for name, stage in made.stages.items():
        yield from _figure(f"  {_STAGES.get(name, name)}", stage.wall_s, duration, with_basis=False)
    yield from _figure("energy", made.energy_joules, energy)
    yield from _figure("emissions", made.emissions_kgco2e, emissions, with_basis=False)
    yield from _figure("disk", made.disk_bytes, _size)
    if made.notes:
        yield ""
    for note in made.notes:
        yield from wrap(note, WIDTH)


def _figure(label: str, figure: Figure, shown: Callable[[float | None], str], *,
            with_basis: bool = True) -> Iterator[str]:
    text = between(figure, shown)
    yield from _text(label, text)
    if with_basis:
        yield from wrap(f"({figure.basis})", WIDTH, initial_indent=" " * _LABEL, subsequent_indent=" " * _LABEL)


def between(figure: Figure, shown: Callable[[float | None], str]) -> str:
    """A range in words: ``12``, ``12 to 40``, ``at least 12``, ``at most 40`` or ``unknown``."""
    low, high = shown(figure.low), shown(figure.high)
    if figure.low is None and figure.high is None:
        return UNKNOWN
    if figure.high is None:
        return f"at least {low}"
    if figure.low is None:
        return f"at most {high}"
    return low if low == high else f"{low} to {high}"


def _text(label: str, value: str) -> Iterator[str]:
    for number, line in enumerate(wrap(value, WIDTH - _LABEL) or [""]):
        yield f"{'  ' + label if not number else '':<{_LABEL}}{line}"


def _size(value: float | None) -> str:
    return size(None if value is None else round(value))


def _tokens(value: float | None) -> str:
    return UNKNOWN if value is None else f"{count(value)} tokens"
