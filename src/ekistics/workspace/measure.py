"""The verb `measure`: quantities from layers, formulas on them, formulas over figures on record.

One commit a place, and none where nothing moved. A measurement withdraws what an earlier one made for the same places and
indicators and it does not make again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow as pa

from ekistics.indicators.registry import REGISTRY, Registered
from ekistics.layers.registry import sources_of
from ekistics.model.lineage import CommitKind, LayerRecord, PartRecord, RunRecord
from ekistics.model.observations import Observation, Origin, observation_table
from ekistics.model.periods import Period
from ekistics.store.figures import FigureCounts
from ekistics.store.writing import OpenCommit
from ekistics.workspace.formulas import Computed, compute_formula
from ekistics.workspace.freshness import resting_on_other_layers
from ekistics.workspace.inputs import KIND_OF_SOURCE, StudyInputs
from ekistics.workspace.layering import LayerStack
from ekistics.workspace.measuring import Measured, chosen_variants, ground_cards, measure_ground, period_of
from ekistics.workspace.session import SOFTWARE, Session
from ekistics.workspace.studying import inputs_of, options_of_place
from ekistics.workspace.trees import study_places, tree_of

Say = Callable[[str, float], None]


Ids = dict[tuple[str, str, str], dict[str, int]]
"""Numbers of figures by place, for each indicator, variant and, where a layer gives several, period."""


@dataclass(frozen=True)
class Done:
    """What a measurement did to the record."""

    figures: int
    new: int
    changed: int
    unchanged: int
    withdrawn: int
    commits: tuple[int, ...] = ()


@dataclass
class _Counts:
    figures: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    commits: list[int] = field(default_factory=list)

    moved: int = 0
    """New, changed and withdrawn figures of the commit that is being written."""

    def add(self, put: FigureCounts) -> None:
        """Count figures of the commit that is being written."""
        self.figures += put.read
        self.new += put.new
        self.changed += put.changed
        self.unchanged += put.unchanged
        self.moved += put.new + put.changed

    def close(self, commit: OpenCommit, withdrawn: int) -> None:
        """Count what the commit withdrew, and abandon it where it moved nothing."""
        self.withdrawn += withdrawn
        if self.moved + withdrawn:
            self.commits.append(commit.number)
        else:
            commit.abandoned = True
        self.moved = 0


def measure(
    session: Session,
    places: Sequence[str] | None = None,
    *,
    indicators: Sequence[str] | None = None,
    names: Sequence[str] | None = None,
    period: Period | None = None,
    say: Say,
) -> Done:
    """Measure places: on the ground where they have an outline and files, and by formulas over the figures on record."""
    counts, names = _Counts(), chosen_variants(names)
    ground_cards(indicators)  # an unknown indicator is refused also where there is nothing to measure
    described = {asset.place for asset in session.record.assets()}
    # urban centres come by thousands, few of them with files of their own
    studied = study_places(session, places)
    codes = [code for code in studied if code in described]
    without_files = {code for code in studied if code not in described}
    for number, code in enumerate(codes):
        inputs = inputs_of(session, code)
        if inputs is None or not any(inputs.has(source) for source in KIND_OF_SOURCE):
            without_files.add(code)
            continue
        _measure_place(session, inputs, indicators, names, period, counts, _part(say, code, number, len(codes) + 1))
    _take_back(session, without_files, indicators, names, counts)
    say("formulas over figures on record", len(codes) / (len(codes) + 1))
    _measure_record(session, places, indicators, counts)
    say("done", 1.0)
    return Done(counts.figures, counts.new, counts.changed, counts.unchanged, counts.withdrawn, tuple(counts.commits))


def _measure_place(
    session: Session,
    inputs: StudyInputs,
    indicators: Sequence[str] | None,
    names: Sequence[str],
    period: Period | None,
    counts: _Counts,
    say: Say,
) -> None:
    made, stacks = measure_ground(
        inputs,
        wanted=indicators,
        names=names,
        options=options_of_place(session, inputs.place.code),
        period=period or period_of(inputs),
        say=say,
    )
    if not made:
        return
    # districts outside the study region are no zones: what an earlier measurement made for them goes
    codes = list(dict.fromkeys([*inputs.zones.code.tolist(), *(one.code for one, _ in tree_of(session, inputs.place.code).districts)]))
    concerned = {one.card.code for one in ground_cards(indicators)}
    with session.write(CommitKind.MEASURE, f"measure {inputs.place.code}") as commit:
        commit.add_layers(_layer_records(stacks, made))
        # a value may be the same by other layers: it is put on record anew, since its lineage is another
        others = resting_on_other_layers(session, codes, indicators=concerned, names=names)
        commit.withdraw_figures(others)
        ids: Ids = {}
        for wave in ([one for one in made if not one.inputs], [one for one in made if one.inputs]):
            counts.add(_put(commit, inputs, wave, ids))
        kept = {number for by_place in ids.values() for number in by_place.values()}
        counts.close(commit, _withdraw(commit, _left_over(session, codes, concerned, names, kept, study=inputs.place.code)))


def _take_back(
    session: Session, without_files: Collection[str], indicators: Sequence[str] | None, names: Sequence[str], counts: _Counts
) -> None:
    """Withdraw what was measured on the ground of places that have no file to measure from any more."""
    if not without_files:
        return
    concerned = {one.card.code for one in ground_cards(indicators)}
    frame = session.record.current_table(indicators=sorted(concerned)).select(["place", "origin", "run"]).to_pandas()
    frame = frame[(frame["origin"] == str(Origin.COMPUTED)) & frame["place"].isin(list(without_files))]
    on_ground = [run for run in frame["run"].unique().tolist() if session.record.run(run).parameters.get("ground")]
    for code in sorted(frame[frame["run"].isin(on_ground)]["place"].unique().tolist()):
        codes = [code, *(one.code for one, _ in tree_of(session, code).districts)]
        with session.write(CommitKind.MEASURE, f"measure {code}") as commit:
            counts.close(commit, _withdraw(commit, _left_over(session, codes, concerned, names, set(), study=code)))


def _put(commit: OpenCommit, inputs: StudyInputs, wave: Sequence[Measured], ids: Ids) -> FigureCounts:
    """Put figures on record whose operands are there; `ids` receives theirs, by indicator and variant."""
    runs = commit.add_runs(
        [
            (
                RunRecord(f"indicators.{one.card.code}", one.card.edition, _parameters(one), SOFTWARE),
                [PartRecord(inputs.place.code, layers=one.layers, assets=_assets_of(inputs, one), observations=_operand_ids(one, ids))],
            )
            for one in wave
        ]
    )
    parts = [part for one, (_, made) in zip(wave, runs, strict=True) for part in list(made.values()) * len(one.observations)]
    table = observation_table(figure for one in wave for figure in one.observations)
    put = commit.put_figures(table.append_column("part", pa.array(parts, pa.int64())))
    given = iter(put.ids.tolist())
    for one in wave:
        ids[one.card.code, one.variant, one.dated] = {figure.place: next(given) for figure in one.observations}
    return put


def _measure_record(session: Session, places: Sequence[str] | None, indicators: Sequence[str] | None, counts: _Counts) -> None:
    """Run the formulas over figures on record; each result's operands go to the part of its place and period."""
    formulas = record_formulas(indicators)
    codes = {item.code for one in formulas for item in one.card.inputs if item.code != "years"}
    if not codes:
        return
    frame = default_figures(session, places, sorted(codes))
    computed = [result for one in formulas if (result := compute_formula(one, frame)).observations]
    concerned = {one.card.code for one in formulas}
    if not computed and not _left_over(session, places, concerned, ("default",), set(), study=""):
        return
    with session.write(CommitKind.MEASURE, "formulas over figures on record") as commit:
        runs = commit.add_runs(
            [(RunRecord(f"indicators.{one.card.code}", one.card.edition, {}, SOFTWARE), _parts(one)) for one in computed]
        )
        parts = [made[_part_name(figure)] for one, (_, made) in zip(computed, runs, strict=True) for figure in one.observations]
        table = observation_table(figure for one in computed for figure in one.observations)
        put = commit.put_figures(table.append_column("part", pa.array(parts, pa.int64())))
        counts.add(put)
        left_over = _left_over(session, places, concerned, ("default",), set(put.ids.tolist()), study="")
        counts.close(commit, _withdraw(commit, left_over))


def _parts(result: Computed) -> list[PartRecord]:
    grouped: dict[str, dict[tuple[str, int], None]] = {}
    for one, operands in zip(result.observations, result.operands, strict=True):
        grouped.setdefault(_part_name(one), {}).update(dict.fromkeys(operands))
    return [PartRecord(name, observations=tuple(operands)) for name, operands in grouped.items()]


def _part_name(one: Observation) -> str:
    return f"{one.place} {one.boundary} {one.period} {one.breakdown} {one.series.source}"


def record_formulas(indicators: Sequence[str] | None) -> list[Registered]:
    """Return the formulas that run over figures on record: changes, and what no layer gives the operands of."""
    formulas = [one for one in REGISTRY.values() if one.card.inputs and not one.card.layer]
    formulas = [one for one in formulas if one not in ground_cards() or any(item.at for item in one.card.inputs)]
    return [one for one in formulas if indicators is None or one.card.code in indicators]


def default_figures(session: Session, places: Sequence[str] | None, codes: list[str]) -> pd.DataFrame:
    """Return the current figures of indicators in the default variant, one row each."""
    table = session.record.current_table(places=list(places) if places else None, indicators=codes)
    frame = table.to_pandas()
    return frame[frame["variant"] == "default"]


def _left_over(
    session: Session, places: Sequence[str] | None, indicators: Iterable[str], names: Iterable[str], kept: set[int], *, study: str
) -> list[int]:
    """Return the ids of computed figures of these variants that an earlier measurement made and this one did not make again.

    `study` is the place on whose ground they were measured, so that two study places may share districts; empty asks for those of
    formulas over figures on record.
    """
    table = session.record.current_table(places=list(places) if places else None, indicators=sorted(indicators))
    frame = table.select(["id", "origin", "variant", "run", "part"]).to_pandas()
    is_mine = (frame["origin"] == str(Origin.COMPUTED)) & frame["variant"].isin(list(names)) & ~frame["id"].isin(list(kept))
    mine = frame[is_mine]
    made_for = {part: _study_of(session, int(run), int(part)) for run, part in mine.drop_duplicates("part")[["run", "part"]].to_numpy()}
    return [int(number) for number, part in zip(mine["id"], mine["part"], strict=True) if made_for[part] == study]


def _withdraw(commit: Any, ids: list[int]) -> int:
    if ids:
        commit.withdraw_figures(ids)
    return len(ids)


def _study_of(session: Session, run: int, part: int) -> str:
    """Return the study place that a part measured; empty for a formula over figures on record."""
    return session.record.part(part).name if session.record.run(run).parameters.get("ground") else ""


def _operand_ids(one: Measured, ids: Ids) -> tuple[tuple[str, int], ...]:
    operands = []
    for parameter, code in one.inputs:
        by_place = ids.get((code, one.variant, "")) or ids.get((code, "default", "")) or {}
        operands += [(parameter, number) for number in by_place.values()]
    return tuple(operands)


def _assets_of(inputs: StudyInputs, one: Measured) -> tuple[str, ...]:
    sources = sorted({source for kind in one.kinds for told in sources_of(kind) for source in told})
    used = [asset.sha256 for source in sources for asset in inputs.assets_of(source)]
    return tuple(dict.fromkeys([*used, *inputs.outlines]))


def _layer_records(stacks: dict[str, LayerStack], made: list[Measured]) -> list[LayerRecord]:
    wanted = {(one.variant, name) for one in made for name in one.layers}
    records: dict[str, LayerRecord] = {}
    for variant, stack in stacks.items():
        for kind in {name for one in made if one.variant == variant for name in one.kinds}:
            if (variant, stack.name(kind)) in wanted:
                records.update({record.name: record for record in stack.records(kind)})
    return list(records.values())


def _parameters(one: Measured) -> dict[str, Any]:
    told = {name: str(value) for name, value in one.options.items()}
    return {"ground": True, "variant": one.variant, "options": told}


def _part(say: Say, code: str, number: int, total: int) -> Say:
    return lambda text, done: say(f"{code}: {text}", (number + done) / total)
