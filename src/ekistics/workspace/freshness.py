"""Which figures of the ground would be made from other layers now: options, rules, outlines or files have changed since.

The record knows when a figure or file that another rests on was withdrawn or superseded. What it cannot know is that a layer of
another name would be made today; names are hashes of all that a layer is made from, so comparing them opens no file.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ekistics.indicators.registry import edition_of
from ekistics.layers.catalogue import load_all
from ekistics.model.observations import Origin
from ekistics.workspace.layering import LayerStack
from ekistics.workspace.measuring import layer_names, variants
from ekistics.workspace.session import Session
from ekistics.workspace.studying import inputs_of, options_of_place
from ekistics.workspace.trees import study_places


def resting_on_other_layers(
    session: Session,
    places: Sequence[str] | None = None,
    *,
    indicators: Collection[str] | None = None,
    names: Collection[str] | None = None,
) -> list[int]:
    """Return the ids of current figures that a measurement would make from other layers than they were made from.

    Parameters
    ----------
    places, indicators : None takes all
    names : variants; None takes all
    """
    load_all()
    table = session.record.current_table(places=places, indicators=sorted(indicators) if indicators is not None else None)
    frame = table.select(["id", "indicator", "origin", "edition", "variant", "run", "part"]).to_pandas()
    frame = frame[(frame["origin"] == str(Origin.COMPUTED)) & frame["variant"].isin(list(variants() if names is None else names))]
    now = _Now(session)
    is_other = {
        int(part): now.is_other(int(run), int(part), str(indicator), str(edition))
        for part, run, indicator, edition in frame.drop_duplicates("part")[["part", "run", "indicator", "edition"]].itertuples(index=False)
    }
    return [int(number) for number, part in zip(frame["id"], frame["part"], strict=True) if is_other[int(part)]]


class _Now:
    """The layers that would be made now, by place and variant; a place is looked up once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._studied = set(study_places(session))
        self._stacks: dict[tuple[str, str], LayerStack | None] = {}

    def is_other(self, run_id: int, part_id: int, indicator: str, edition: str) -> bool:
        """Return whether a part of a measurement on the ground was made from layers of other names."""
        run, part = self._session.record.run(run_id), self._session.record.part(part_id)
        if not run.parameters.get("ground") or part.name not in self._studied:
            return False
        stack = self._stack(part.name, str(run.parameters["variant"]))
        return stack is None or set(part.layers) not in layer_names(stack, edition_of(indicator, edition).card)

    def _stack(self, place: str, variant: str) -> LayerStack | None:
        if (place, variant) not in self._stacks:
            inputs = inputs_of(self._session, place)
            options = {**options_of_place(self._session, place), **variants()[variant]}
            self._stacks[place, variant] = LayerStack(inputs, options, inputs.layer_folder) if inputs else None
        return self._stacks[place, variant]
