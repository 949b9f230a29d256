"""A small city made up for the tests: a square of two districts, a few figures, two agendas."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import shapely

from ekistics.model.cards import Card, Direction, Kind
from ekistics.model.frameworks import Band, Benchmark, Form, Framework, Item, Level
from ekistics.model.lineage import Asset, LayerRecord, RunRecord
from ekistics.model.observations import Figure, Observation, Origin, Series, Status
from ekistics.model.periods import Period
from ekistics.model.places import Boundary, Place, PlaceKind
from ekistics.model.problems import Problem, Receipt, Severity, Tally
from ekistics.model.targets import Target
from ekistics.profile.evidence import (
    AgendaView,
    Check,
    Chosen,
    CompareEvidence,
    Coverage,
    DistrictFigures,
    Dots,
    Evidence,
    Found,
    ImportEvidence,
    ImportRow,
    LineageEvidence,
    MapName,
    MapShapes,
    OtherPlace,
    Rated,
    Side,
    StreetLines,
    Term,
    Trend,
    Use,
)

CITY = Place("x-1", PlaceKind.CITY, {"en": "Šahr <b>One</b>"})
ASSET = Asset(
    "ab" * 32, "counts & zones.csv", 1234, "population", "office/census", "CC BY 4.0", "Office of Statistics", date=date(2021, 5, 1)
)
OFFICE = Series("office/census", Origin.REPORTED, "2021")
HERE = Series("osm", Origin.COMPUTED, "2021-03")


def card(code: str, name: str, unit: str, kind: Kind, theme: str, formula: str = "", direction: Direction = Direction.HIGHER) -> Card:
    return Card(code, "2021-03", name, unit, kind, theme, "UN-Habitat", direction, formula=formula)


CARDS = {
    one.code: one
    for one in (
        card("population", "Population", "{person}", Kind.COUNT, "land"),
        card("built_up_area", "Built-up area", "km2", Kind.AREA, "land"),
        card(
            "land_consumption_ratio",
            "Land consumption rate over population growth rate",
            "1",
            Kind.RATIO,
            "land",
            "(log(built_up_area_end / built_up_area_start) / years) / (log(population_end / population_start) / years)",
            Direction.NEUTRAL,
        ),
        card("public_transport_access", "People within reach of public transport", "%", Kind.SHARE, "transport"),
        card("pm25", "Fine particles in the air", "ug/m3", Kind.MEAN, "environment", direction=Direction.LOWER),
    )
}


def figure(number: int, code: str, value: float | None, year: int | Period, series: Series = OFFICE, place: str = "x-1", **more) -> Figure:
    period = Period.year(year) if isinstance(year, int) else year
    return Figure(number, Observation(code, place, period, series, value, CARDS[code].unit, **more), 7, 3, 1)


POPULATION = {year: figure(10 + at, "population", value, year) for at, (year, value) in enumerate(((1990, 318414.0), (2015, 443141.0)))}
BUILT = {year: figure(20 + at, "built_up_area", value, year) for at, (year, value) in enumerate(((1990, 24.4001), (2015, 24.9831)))}
SPAN = Period(date(1990, 1, 1), date(2015, 12, 31))
RATIO = figure(30, "land_consumption_ratio", 0.0714448, SPAN, Series("office/census", Origin.COMPUTED, "2016-07"))
NEWER = figure(31, "land_consumption_ratio", 0.0722951, SPAN, Series("office/census", Origin.COMPUTED, "2021-03"))
ACCESS = figure(40, "public_transport_access", 93.14, 2023, HERE, lower=92.4, upper=96.6, numerator=412735.0, denominator=443141.0)
AIR = {year: figure(50 + year - 2000, "pm25", value, year) for year, value in ((2000, 11.0), (2014, 14.5))}

STUDY = shapely.box(10.0, 50.0, 10.2, 50.1)
HALVES = {"d-1": shapely.box(10.0, 50.0, 10.1, 50.1), "d-2": shapely.box(10.1, 50.0, 10.2, 50.1)}


def shapes() -> MapShapes:
    rng = np.random.default_rng(1)
    dots = Dots(
        rng.uniform(10.01, 10.19, 500),
        rng.uniform(50.01, 50.09, 500),
        rng.uniform(1, 9, 500),
        rng.random(500) < 0.9,
        "public_transport_access",
    )
    streets = shapely.multilinestrings([[(10.0, 50.05), (10.2, 50.05)], [(10.1, 50.0), (10.1, 50.1)]])
    return MapShapes(
        STUDY,
        land=shapely.box(9.9, 49.9, 10.15, 50.2),
        green=shapely.box(10.02, 50.02, 10.05, 50.05),
        streets=(StreetLines(2, streets),),
        dots=(dots,),
        zones=HALVES,
        names=(MapName("North & South", 10.05, 50.08), MapName("Sea", 10.18, 50.05, water=True)),
        credit="OpenStreetMap contributors",
    )


BANDS = (Band("A", "very solid", 80), Band("F", "very weak", 0))


def matrix() -> AgendaView:
    down = (Level("1", "Society"), Level("2", "Economy"))
    across = (Level("1", "Safe and peaceful"), Level("2", "Inclusive"))
    benchmark = Benchmark(Form.TARGET_ONE_SIDED, "%", target=100.0)
    rated = Rated(
        Item("2.2.3", "Access to public transport", ("2", "2"), True, ("public_transport_access",), benchmark),
        "public_transport_access",
        ACCESS,
        93.1,
        BANDS[0],
        gap=6.86,
        provisional=True,
    )
    shown = Rated(Item("1.2.1", "Land use", ("1", "2"), True), "land_consumption_ratio", RATIO, reason="no direction")
    missing = Rated(Item("1.1.1", "", ("1", "1"), needs="Deaths in traffic: police register"))
    empty = Rated(Item("2.1.1", "", ("2", "1")))
    framework = Framework(
        "umf", "Global Urban Monitoring Framework", "2022", "UN-Habitat", True, axes={"domain": down, "objective": across}
    )
    return AgendaView(framework, (rated, shown, missing, empty))


def goals() -> AgendaView:
    aim = Benchmark(Form.TARGET_ONE_SIDED, "%", target=100.0, target_year=2030, verified=True)
    guideline = Benchmark(Form.TARGET_CEILING, "ug/m3", higher_is_better=False, target=5.0, verified=True)
    items = (
        Rated(
            Item("11.2", "Public transport", ("11.2",), True, ("public_transport_access",), aim),
            "public_transport_access",
            ACCESS,
            93.1,
            BANDS[0],
            gap=6.86,
        ),
        Rated(Item("11.6", "Air", ("11.6",), True, ("pm25",), guideline), "pm25", AIR[2014], 0.0, BANDS[1], gap=-9.5),
        Rated(Item("11.1", "Housing", ("11.1",), needs="household survey")),
    )
    return AgendaView(Framework("sdg11", "SDG 11 targets", "2024", "United Nations", True, axes={"target": ()}), items)


def evidence(**changes) -> Evidence:
    districts = tuple(Place(code, PlaceKind.DISTRICT, {"en": f"DISTRICT {code.upper()}"}) for code in HALVES)
    sdg = goals()
    reach = (figure(60, "public_transport_access", 41.5, 2023, HERE, "d-1"),)
    told = {
        "place": CITY,
        "commit": 7,
        "known_on": date(2026, 11, 21),
        "parents": (Place("ES", PlaceKind.COUNTRY, {"en": "Spain"}),),
        "boundary": Boundary("x-1", "2015", STUDY, 62.988e6),
        "boundary_label": "municipality",
        "cards": CARDS,
        "chosen": (
            Chosen(POPULATION[2015]),
            Chosen(BUILT[2015]),
            Chosen(NEWER, (RATIO,), "newest method edition"),
            Chosen(ACCESS),
            Chosen(AIR[2014]),
        ),
        "trends": (
            Trend("pm25", tuple(AIR.values()), Target("pm25", "x-1", 5.0, "ug/m3", 2021, "WHO")),
            Trend("public_transport_access", (ACCESS,), Target("public_transport_access", "x-1", 100.0, "%", 2030, "SDG 11.2")),
        ),
        "agendas": (matrix(), sdg),
        "findings": (Found(Side.STRONG, sdg.ratings[0], "sdg11"), Found(Side.WEAK, sdg.ratings[1], "sdg11")),
        "districts": DistrictFigures(districts, reach, {"d-2": "fewer than 20 homes"}, "districts"),
        "others": tuple(
            OtherPlace(
                Place(f"o-{at}", PlaceKind.CITY, {"en": f"Town {at}"}),
                (
                    figure(100 + at, "pm25", 8.0 + at, 2014, place=f"o-{at}"),
                    figure(200 + at, "pm25", 9.0, 2000, place=f"o-{at}"),
                    figure(300 + at, "land_consumption_ratio", -0.98 if at == 0 else 0.5 * at, SPAN, place=f"o-{at}"),
                ),
                "Spain",
            )
            for at in range(6)
        ),
        "assets": (ASSET,),
        "shapes": shapes(),
        "needs": {"slum_population_share": "household survey"},
    }
    return Evidence(**(told | changes))


def lineage_evidence(**changes) -> LineageEvidence:
    told = {
        "figure": RATIO,
        "card": CARDS["land_consumption_ratio"],
        "place": CITY,
        "commit": 7,
        "known_on": date(2026, 11, 21),
        "terms": (
            Term("built_up_area_end", BUILT[2015], CARDS["built_up_area"]),
            Term("built_up_area_start", BUILT[1990], CARDS["built_up_area"]),
            Term("population_end", POPULATION[2015], CARDS["population"]),
            Term("population_start", POPULATION[1990], CARDS["population"]),
        ),
        "run": RunRecord("land_consumption_ratio", "2016-07", {"limit_m": 400}, "Ekistics 0.1", ended=datetime(2026, 11, 21, 9)),
        "layers": (LayerRecord("people-1a", "people", "1", {"spread": "buildings"}, (f"sha256:{ASSET.sha256}",), {"people in": 443141.0}),),
        "assets": (ASSET,),
        "voices": (RATIO, NEWER),
        "preferred": 31,
        "why": "newest method edition",
        "checks": (Check("recomputed", True, "0.0714448 and 0.0714448", on=date(2026, 11, 21)),),
        "used_in": (Use("SDG 11", goals().ratings[0]),),
        "term_trends": (Trend("population", tuple(POPULATION.values())), Trend("built_up_area", tuple(BUILT.values()))),
    }
    return LineageEvidence(**(told | changes))


def compare_evidence() -> CompareEvidence:
    here = evidence()
    unstable = figure(400, "land_consumption_ratio", 90.0, SPAN, place="o-9", status=Status.UNSTABLE, reason="people hardly changed")
    places = (*here.others, OtherPlace(Place("o-9", PlaceKind.CITY, {"en": "Osaka"}), (unstable,)))
    return CompareEvidence(places, tuple(one.place.code for one in places), CARDS, 7, date(2026, 11, 21))


def import_evidence() -> ImportEvidence:
    problem = Problem(
        "no-place",
        "Two rows are regions, not cities.",
        Severity.REJECTED,
        "a.csv",
        row=6,
        column="B",
        found="empty",
        expected="a code",
        mend="Leave them out.",
        count=2,
    )
    receipt = Receipt(7, 12, 8, 1, 1, 2, (problem,), (Tally("a.csv", 12, 10, 0, 2),))
    rows = (ImportRow(6, ("World", "", "3.1"), "rejected", frozenset({1})),)
    return ImportEvidence(ASSET, receipt, "Data", ("Place", "Code", "Value"), rows, (Coverage("Population", 1, 9),))
