"""What the server and the one-file profile show: evidence gathered, made into documents, drawn as HTML.

A drawing is kept under the hash of what it shows, so that after a new figure only what changed is drawn again. Methods may be
called from several threads at once.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from babel import Locale

from ekistics.frameworks.recipe_loader import SHIPPED_RECIPES, load_shipped_recipe
from ekistics.model.errors import NotFound
from ekistics.model.places import RelationKind
from ekistics.model.recipes import Recipe
from ekistics.profile.compare import compare
from ekistics.profile.document import Document
from ekistics.profile.evidence import Evidence, MapShapes
from ekistics.profile.glance import glance
from ekistics.profile.how_we_know import how_we_know
from ekistics.profile.import_report import import_report
from ekistics.profile.indices_shown import NO_INDICES, lacking_composites
from ekistics.profile.lineage import lineage
from ekistics.profile.matrix import agenda_page, matrix_page
from ekistics.profile.plain_pages import PlaceEntry, downloads_page, index_page, map_page
from ekistics.profile.reach_map import reach_map
from ekistics.profile.settlement.evidence import SettlementView
from ekistics.profile.settlement.page import has_settlement, settlement
from ekistics.profile.theme import theme
from ekistics.publish.addresses import site_address
from ekistics.publish.built_files import BuiltFiles
from ekistics.publish.catalogues import Catalogues, catalogue_folder, locale_of
from ekistics.publish.explorer_data import encode_explorer
from ekistics.publish.explorer_view import explorer_of
from ekistics.publish.html import Look, render_page, single_file
from ekistics.publish.prov import prov_json
from ekistics.publish.svg_files import map_svg
from ekistics.publish.words import Words
from ekistics.workspace.gathering import Kept, about, compare_evidence, evidence_of, lineage_of, moment
from ekistics.workspace.inputs import GRID_SOURCES
from ekistics.workspace.session import Session
from ekistics.workspace.studying import inputs_of, options_of_place
from ekistics.workspace.trees import study_places

if TYPE_CHECKING:
    from ekistics.workspace.assessing.index_pages import IndexPages


@dataclass(frozen=True)
class HandedOut:
    """A file to hand out."""

    name: str
    media_type: str
    body: bytes | Path


class Pages:
    """Every page of one workspace."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.kept: dict[str, str] = {}
        self._gathered: dict[tuple[str, int], Evidence] = {}
        self._payloads: dict[tuple[str, int], bytes] = {}
        self._known = Kept()
        self._drawn_from: dict[str, MapShapes] = {}
        self._pictures: dict[str, Any] = {}
        self._lock = threading.RLock()
        self._catalogues = Catalogues.read(catalogue_folder())
        self._built = BuiltFiles.read(Path(str(resources.files("ekistics").joinpath("server", "static", "built"))))

    # pages

    def index(self) -> str:
        """Return the page of all places."""
        commit, known_on = moment(self.session, None)
        known = _known_by_place(self.session.record.current_table())
        related = self.session.record.relations()
        districts = {one.place for one in related if one.kind is RelationKind.STATISTICAL}
        parents = {one.place: one.other for one in related if one.kind is not RelationKind.SUCCESSION}
        studied = set(study_places(self.session))
        places = {one.code: one for one in self.session.record.places()}
        entries = [
            PlaceEntry(
                code,
                place.name(),
                places[parents[code]].name() if parents.get(code) in places else "",
                *known.get(code, (0, None, None)),
                measured=code in studied,
            )
            for code, place in places.items()
            if code not in districts and (code in known or code in studied)
        ]
        indices = sum(1 for _ in self.session.folder.recipes.glob("*.yaml"))
        return self._drawn(index_page(entries, commit=commit, known_on=known_on, indices=indices), {})

    def page(self, place: str, name: str, query: Mapping[str, str]) -> str:
        """Return a page of one place.

        Raises
        ------
        NotFound
            If there is no such place or page.
        """
        return self._drawn(self._document(self._with_indices(self.evidence(place), name), name), query, explorer=name == "map")

    def figure(self, figure_id: int, query: Mapping[str, str]) -> str:
        """Return the lineage page of one figure."""
        with self._lock:
            return self._drawn(lineage(lineage_of(self.session, figure_id)), query)

    def figure_prov(self, figure_id: int) -> bytes:
        """Return the lineage of one figure as W3C PROV-JSON."""
        return prov_json(lineage_of(self.session, figure_id))

    def compare(self, query: Mapping[str, str]) -> str:
        """Return the comparison of the places that the query names."""
        codes = [code for code in query.get("places", "").split(",") if code]
        for code in codes:
            self.session.record.place(code)
        if len(codes) == 1:
            # from the pages of one place: it stands beside the cities that have most figures
            found = compare_evidence(self.session, (), home=codes[0])
            codes = [*codes, *(code for code in found.chosen if code != codes[0])][:12]
        return self._drawn(compare(compare_evidence(self.session, codes, home=codes[0] if codes else "")), query)

    def indices(self, query: Mapping[str, str]) -> str:
        """Return the list of chosen recipes."""
        return self._drawn(self._indices.indices(), query)

    def index_page(self, code: str, page: str, about: str, query: Mapping[str, str]) -> str:
        """Return a page of an index.

        Raises
        ------
        NotFound
            If no such recipe is chosen, or its index has no such page.
        """
        return self._drawn(self._indices.document(code, page, about), query)

    def index_file(self, code: str, name: str) -> HandedOut:
        """Return a file of an index."""
        media_type, body = self._indices.file(code, name)
        return HandedOut(f"{code}-{name}", media_type, body)

    def download(self, place: str, kind: str) -> HandedOut:
        """Return the current figures of a place as a file."""
        from ekistics.workspace.exporting import MEDIA_TYPES, exported  # brings pandas and geopandas, which no page needs

        self.session.record.place(place)
        own = {"html": lambda: self.single_file(place).encode(), "svg": lambda: self.map_svg(place)}
        body = own[kind]() if kind in own else exported(self.session, place, kind)
        name = "dictionary.csv" if kind == "dictionary" else f"{place}.{kind}"
        return HandedOut(name, MEDIA_TYPES[kind], body)

    def map_data(self, place: str) -> bytes:
        """Return the map explorer's payload."""
        evidence = self.evidence(place)
        key = (place, evidence.commit)
        with self._lock:
            if key not in self._payloads:
                words = Words(self._catalogues.of("en"), Locale.parse("en"))
                self._payloads = {known: data for known, data in self._payloads.items() if known[1] == evidence.commit}
                self._payloads[key] = encode_explorer(explorer_of(evidence, words))
            return self._payloads[key]

    def asset(self, sha256: str) -> HandedOut:
        """Return an original file."""
        found = next((one for one in self.session.record.assets() if one.sha256 == sha256), None)
        if found is None:
            raise NotFound("no such file", found=sha256)
        return HandedOut(found.name, "application/octet-stream", self.session.path_of(found))

    def single_file(self, place: str) -> str:
        """Return the whole profile as one self-contained HTML file."""
        evidence = self.evidence(place)
        names = ["glance", "matrix", *(f"agenda/{one.framework.code}" for one in evidence.agendas)]
        names += [f"theme/{name}" for name in evidence.themes()]
        names += [*(["settlement"] if has_settlement(evidence) else []), "how-we-know"]
        documents = [self._document(self._with_indices(evidence, name), name) for name in names]
        shown = {one.figure.id for one in evidence.chosen if one.figure.observation.series.variant == "default"}
        common = about(self.session, place)
        documents += [lineage(lineage_of(self.session, number, place=common)) for number in sorted(shown)]
        style = self._built.style_text("site")
        return single_file(documents, style=style, translations=self._catalogues.of("en"), locale="en", kept=self.kept)

    # what they are made of

    @cached_property
    def _indices(self) -> IndexPages:
        from ekistics.workspace.assessing.index_pages import IndexPages  # brings the index engine, which only its pages need

        return IndexPages(self.session)

    def evidence(self, place: str) -> Evidence:
        """Return what is known of a place now; gathered once a commit."""
        with self._lock:
            commit, _ = moment(self.session, None)
            key = (place, commit)
            if key not in self._gathered:
                self._gathered = {known: value for known, value in self._gathered.items() if known[1] == commit}
                found = evidence_of(self.session, place, shapes=self._shapes(place), kept=self._known)
                self._gathered[key] = replace(found, settlement=self._settlement(place, found))
            return self._gathered[key]

    def _with_indices(self, evidence: Evidence, page: str) -> Evidence:
        """Return the evidence with the indices of the place, for the pages that show them; what recipes are chosen may change any time."""
        if page.partition("/")[0] not in ("glance", "matrix", "agenda"):
            return evidence
        is_chosen = any(self.session.folder.recipes.glob("*.yaml"))
        shown = self._indices.of_place(evidence.place.code) if is_chosen else NO_INDICES
        chosen = self._indices.frameworks if is_chosen else frozenset()
        lacking = {
            view.framework.code: lacking_composites(_shipped_recipe(view.framework.code), view.framework)
            for view in evidence.agendas
            if view.framework.code in SHIPPED_RECIPES and view.framework.code not in chosen
        }
        return replace(evidence, indices=replace(shown, sections={**lacking, **shown.sections}))

    def _shapes(self, place: str) -> MapShapes | None:
        inputs = inputs_of(self.session, place)
        if inputs is None:
            return None
        from ekistics.workspace.shaping import shapes_of  # brings the layers, which only maps need

        return shapes_of(inputs, options_of_place(self.session, place), self._drawn_from)

    def _settlement(self, place: str, evidence: Evidence) -> SettlementView | None:
        inputs = inputs_of(self.session, place)
        if inputs is None or not any(inputs.has(source) for source in GRID_SOURCES):
            return None
        from ekistics.workspace.settlement.view import settlement_view  # brings the layers, which only places with grids need

        # everything that was said of the population, as each year of the grids has its own
        shown = [figure for one in evidence.chosen for figure in (one.figure, *one.passed_over)]
        trends = [figure for one in evidence.trends for figure in one.figures]
        return settlement_view(inputs, options_of_place(self.session, place), [*trends, *shown], self._pictures)

    def _document(self, evidence: Evidence, name: str) -> Document:
        kind, _, key = name.partition("/")
        plain: dict[str, Any] = {
            "glance": glance,
            "matrix": matrix_page,
            "how-we-know": how_we_know,
            "downloads": downloads_page,
            "map": map_page,
        }
        if kind in plain and not key:
            return plain[kind](evidence)  # type: ignore[no-any-return]  # a table of functions of one shape
        if kind == "settlement" and not key:
            return settlement(evidence, evidence.settlement or SettlementView())
        if kind == "themes" and evidence.themes():
            return theme(evidence, evidence.themes()[0])
        if kind == "theme" and key in evidence.themes():
            return theme(evidence, key)
        if kind == "agenda" and key in {one.framework.code for one in evidence.agendas}:
            return agenda_page(evidence, key)
        if kind == "import":
            from ekistics.workspace.receipts import import_evidence  # brings pandas, which no other page needs

            return import_report(import_evidence(self.session, key), evidence)
        raise NotFound(f"{evidence.place.name()} has no page {name}", mend="go to its first page")

    def map_svg(self, place: str) -> bytes:
        """Return the map of a place's first page as SVG.

        Raises
        ------
        NotFound
            If no outline of the place is on record.
        """
        block = reach_map(self.evidence(place))
        if block is None:
            raise NotFound(f"there is no map of {place}", mend="import its boundary")
        return map_svg(block, translations=self._catalogues.of("en"), locale="en")

    def _drawn(self, document: Document, query: Mapping[str, str], *, explorer: bool = False) -> str:
        def at(paths: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(f"/static/{path}" for path in paths)

        look = Look(
            styles=at(self._built.styles("site")),
            scripts=at(self._built.scripts("site")),
            explorer_scripts=at(self._built.scripts("explorer")) if explorer else (),
            explorer_styles=at(self._built.styles("explorer")) if explorer else (),
        )
        document = replace(document, indices=any(self.session.folder.recipes.glob("*.yaml")))
        language = self._catalogues.chosen(query.get("lang", ""))
        words, locale = self._catalogues.of(language), locale_of(language)
        with self._lock:
            return render_page(document, look=look, translations=words, locale=locale, addresses=site_address, kept=self.kept)


@cache
def _shipped_recipe(name: str) -> Recipe:
    return load_shipped_recipe(name)


def _known_by_place(figures: pa.Table) -> dict[str, tuple[int, int | None, int | None]]:
    """Return of each place how many indicators have a value, and the years of the oldest and the newest of them."""
    having = figures.filter(pc.is_valid(figures.column("value"))).select(["place", "indicator", "period_end"])
    year = pc.year(having.column("period_end"))
    grouped = (
        having.append_column("year", year).group_by("place").aggregate([("indicator", "count_distinct"), ("year", "min"), ("year", "max")])
    )
    names = ("place", "indicator_count_distinct", "year_min", "year_max")
    return {
        code: (count, first, last) for code, count, first, last in zip(*(grouped.column(name).to_pylist() for name in names), strict=True)
    }
