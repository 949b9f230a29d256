"""What the map explorer of a place shows: who is reached, and the figures of its districts."""

from __future__ import annotations

from ekistics.model.cards import Kind
from ekistics.model.units import unit_of
from ekistics.profile.evidence import DistrictFigures, Evidence
from ekistics.publish.explorer_data import DistrictLayer, Explorer, ReachLayer

_PER_CENT = (20.0, 40.0, 60.0, 80.0)
_PER_CENT_LABELS = ("0 to 20 %", "20 to 40 %", "40 to 60 %", "60 to 80 %", "80 to 100 %")
_MOST_LAYERS = 12


def explorer_of(evidence: Evidence) -> Explorer:
    """Return the explorer's content."""
    assert evidence.shapes is not None  # noqa: S101  # the explorer refuses a place without a study region
    reach = []
    for dots in evidence.shapes.dots:
        card = evidence.cards[dots.indicator]
        figure = evidence.figure(dots.indicator)
        value = figure.observation.value if figure else None
        note = f"{value:.1f} % of residents" if value is not None else card.description
        reach.append(ReachLayer(dots.indicator, card.name, note, "within reach", "beyond reach", dots))
    districts = evidence.districts
    return Explorer(
        name=evidence.place.name(),
        shapes=evidence.shapes,
        district_names={one.code: one.name() for one in districts.districts} if districts else {},
        reach=tuple(reach),
        districts=_layers(evidence, districts) if districts else (),
        titles={"people": "Where people live", "open_space": "Open public space"},
    )


def _layers(evidence: Evidence, districts: DistrictFigures) -> tuple[DistrictLayer, ...]:
    layers: list[DistrictLayer] = []
    for code, card in evidence.cards.items():
        figures = {place: one for place, one in districts.column(code).items() if one.observation.value is not None}
        if card.kind is not Kind.SHARE or not figures or len(layers) >= _MOST_LAYERS:
            continue
        values = {place: float(one.observation.value or 0.0) for place, one in figures.items()}
        texts = {place: f"{value:.1f} {unit_of(card.unit).symbol}" for place, value in values.items()}
        layers.append(DistrictLayer(code, card.name, card.description, values, texts, _PER_CENT, _PER_CENT_LABELS, mark_below=50.0))
    return tuple(layers)
