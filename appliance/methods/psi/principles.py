"""The principles that generation works under: the reflector's, or brought by a person, as a person left them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.artefact import Artefact, write_durably
from appliance.config import PrinciplesConfig
from appliance.errors import AwaitingReview, ConfigError
from appliance.methods.psi.clusters.grouping import normalised
from appliance.methods.psi.revision import principles_sha256, read_acceptance, read_revision
from appliance.records import Principle
from appliance.stage import Locality, StageContext


@dataclass(frozen=True, slots=True)
class Principles:
    """Output: one row for each principle, in the order they stand in the prompt.

    Attributes:
        brought: principles a person brought; then `inputs` is empty.
        inputs: the stage whose principles are used: ``summarise`` (P^H), or ``reflection`` (P^L) without clusters.
    """

    config: PrinciplesConfig
    brought: tuple[Principle, ...] = ()
    inputs: tuple[str, ...] = ("summarise",)
    name: str = "principles"
    locality: Locality = Locality.LOCAL

    def run(self, context: StageContext, inputs: Mapping[str, Artefact], output: Artefact) -> None:
        """Write the principles that are used; a later edit replaces what an earlier run of this stage wrote.

        Raises:
            ConfigError: one that is to be left out does not exist, or none would be left.
            AwaitingReview: a person has to accept them first.
        """
        found = self.brought or reflected(inputs[self.inputs[0]])
        revision = read_revision(context.directory)
        used = self._without_left_out(found, revision.principles if revision else found)
        _settle(output, used)
        if self.config.review:
            _check_accepted(context, used)

    def _without_left_out(self, found: Sequence[Principle], current: Sequence[Principle]) -> list[Principle]:
        left_out, ids = set(self.config.leave_out), {principle.id: None for principle in (*found, *current)}
        if unknown := sorted(left_out - set(ids)):
            raise ConfigError(f"principles.leave_out names {', '.join(unknown)}, which does not exist; there are "
                              f"{', '.join(ids)}")
        used = once([principle for principle in current if principle.id not in left_out])
        if not used:
            why = "principles.leave_out leaves no principle" if left_out else "there is no principle"
            raise ConfigError(f"{why}; use principles.source: none to write without any")
        return used


def once(principles: Sequence[Principle]) -> list[Principle]:
    """Without those that say the same in the same words as an earlier one."""
    first: dict[str, Principle] = {}
    for principle in principles:
        first.setdefault(normalised(principle.text), principle)
    return list(first.values())


def reflected(answers: Artefact) -> list[Principle]:
    """P^H, or P^L where the artefact is that of the reflection."""
    found: list[Principle] = []
    for row in answers.rows():
        listed = row["principles"] if "principles" in row else [row["principle"]] if row["principle"] else []
        found.extend(map(Principle.from_row, listed))
    return found


def _settle(output: Artefact, used: Sequence[Principle]) -> None:
    """Make the artefact hold exactly these; it is replaced as a whole, because it is not the record of any work."""
    rows = [principle.to_row() for principle in used]
    if not output.path.exists():
        output.append(rows)
    elif json.loads(json.dumps(rows)) != list(output.rows()):
        write_durably(output.path, b"".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                                            for row in rows))


def _check_accepted(context: StageContext, used: Sequence[Principle]) -> None:
    acceptance = read_acceptance(context.directory)
    if acceptance is None or acceptance.accepted_sha256 != principles_sha256(used):
        job = context.job_id
        raise AwaitingReview(f"{len(used)} principles wait for a person: psi principles show {job}, edit them if "
                             f"needed, then psi principles accept {job} and psi resume {job}")
