"""The indices that pages show: each chosen recipe applied to the record, gathered once a recipe and commit, made into documents."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ekistics.assess.doubt.drawing import doubt_of
from ekistics.frameworks.recipe_writer import recipe_yaml
from ekistics.model.assessments import Doubt
from ekistics.model.errors import InvalidInput, NotFound
from ekistics.model.recipes import Recipe
from ekistics.profile.blocks import Fact
from ekistics.profile.document import Document, Section
from ekistics.profile.index.audit import index_audit
from ekistics.profile.index.evidence import IndexView
from ekistics.profile.index.how import index_how
from ekistics.profile.index.listing import IndexEntry, index_list, index_refused
from ekistics.profile.index.matrix import index_matrix
from ekistics.profile.index.ranking import index_ranking
from ekistics.profile.index.unit import index_unit
from ekistics.profile.index.unit_evidence import UnitView
from ekistics.profile.index.what_if import index_what_if
from ekistics.profile.indices_shown import AgendaIndex, IndicesShown
from ekistics.profile.place_indices import agenda_index, composites_section, index_fact, refused_fact
from ekistics.publish.tables import csv_bytes
from ekistics.publish.what_if_data import encode_what_if
from ekistics.workspace.assessing import result_tables
from ekistics.workspace.assessing.chosen_recipes import chosen_recipe, chosen_recipes
from ekistics.workspace.assessing.paces import paces_of_place
from ekistics.workspace.assessing.results import IndexResult, InputRefused
from ekistics.workspace.assessing.shown_index import kept_doubt, state_of, table_shown
from ekistics.workspace.assessing.viewing import DRAWN_UNITS, view_of
from ekistics.workspace.assessing.workbook import assessment_workbook
from ekistics.workspace.gathering import moment
from ekistics.workspace.session import Session

DRAWN_BELOW = 2_000
"""Units times composites right below the index up to which the doubt of those composites is drawn too, for the pages of a place."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class IndexPages:
    """The indices of one workspace. Methods may be called from several threads at once."""

    def __init__(self, session: Session, *, drawn_units: int = DRAWN_UNITS) -> None:
        self.session, self.drawn_units = session, drawn_units
        self._views: dict[str, tuple[str, IndexView]] = {}
        self._drawn: dict[str, tuple[IndexView, dict[str, Doubt]]] = {}
        self._agenda_of: dict[str, tuple[bytes, str]] = {}
        self._lock = threading.RLock()

    @property
    def chosen(self) -> tuple[str, ...]:
        """Codes of the chosen recipes."""
        return tuple(chosen_recipes(self.session.folder))

    @property
    def frameworks(self) -> frozenset[str]:
        """Codes of the agendas of which a recipe is chosen; a recipe that cannot be read is of none."""
        found = set()
        for code, path in chosen_recipes(self.session.folder).items():
            written = path.read_bytes()
            if self._agenda_of.get(code, (b"", ""))[0] != written:
                self._agenda_of[code] = (written, self._framework(code))
            found.add(self._agenda_of[code][1])
        return frozenset(found)

    def _framework(self, code: str) -> str:
        try:
            return chosen_recipe(self.session.folder, code).framework
        except InvalidInput:
            return ""

    def indices(self) -> Document:
        """Return the list of chosen recipes."""
        commit, known_on = moment(self.session, None)
        return index_list([self._entry(code) for code in self.chosen], commit=commit, known_on=known_on)

    def document(self, code: str, page: str, about: str) -> Document:
        """Return a page of an index; where the recipe cannot be applied, what speaks against it.

        Raises
        ------
        NotFound
            If no such recipe is chosen, or its index has no such page.
        """
        try:
            view = self.view(code)
        except InputRefused as error:
            commit, known_on = moment(self.session, None)
            return index_refused(chosen_recipe(self.session.folder, code), error.problems, commit=commit, known_on=known_on)
        if page == "unit" and about:
            unit = view.position(about)
            return index_unit(view, unit, paces=paces_of_place(self.session, view.recipe, about))
        return document_of(view, page, about)

    def file(self, code: str, name: str) -> tuple[str, bytes]:
        """Return a file of an index with its media type.

        Raises
        ------
        NotFound
            If no such recipe is chosen, or there is no such file.
        """
        if name not in FILES:
            raise NotFound(f"an index has no file {name}", found=name, expected=", ".join(FILES))
        media_type, written = FILES[name]
        return media_type, written(self.view(code))

    def view(self, code: str) -> IndexView:
        """Return an index with all that its pages say; gathered once a recipe and commit.

        Raises
        ------
        NotFound
            If no such recipe is chosen.
        InputRefused
            If the recipe cannot be applied to what is on record.
        """
        with self._lock:
            state = state_of(self.session, code)
            held = self._views.get(code)
            if held is None or held[0] != state or (held[1].undrawn and kept_doubt(self.session, code)):
                self._views[code] = (state, self._gathered(chosen_recipe(self.session.folder, code)))
            return self._views[code][1]

    def of_place(self, place: str) -> IndicesShown:
        """Return what the chosen indices say of a place, ready for its own pages; an index that does not hold it says nothing."""
        facts: list[Fact] = []
        agendas: dict[str, AgendaIndex] = {}
        sections: dict[str, Section] = {}
        for code in self.chosen:
            try:
                view = self.view(code)
            except InputRefused as error:
                facts.append(refused_fact(code, chosen_recipe(self.session.folder, code).title, len(error.problems)))
                continue
            except InvalidInput:  # the file was changed and cannot be read: the list of indices says so
                continue
            if place not in view.units:
                continue
            told = UnitView(view, view.position(place), doubts=self._doubts(code, view))
            facts.append(index_fact(told))
            if view.recipe.framework and view.recipe.framework not in agendas:
                agendas[view.recipe.framework], sections[view.recipe.framework] = agenda_index(told), composites_section(told)
        return IndicesShown(tuple(facts), agendas, sections)

    def _doubts(self, code: str, view: IndexView) -> dict[str, Doubt]:
        """Return the doubt of the index and, where they are few, of the composites right below it; drawn once a view."""
        with self._lock:
            held = self._drawn.get(code)
            if held is None or held[0] is not view:
                self._drawn[code] = (view, self._draw(view))
            return self._drawn[code][1]

    def _draw(self, view: IndexView) -> dict[str, Doubt]:
        if view.doubt is None:
            return {}
        drawn = {view.top: view.doubt}
        below = [one.code for one in view.recipe.at_level(view.recipe.levels[-2]) if np.isfinite(view.scores_of(one.code)).any()]
        if len(view.units) * len(below) <= DRAWN_BELOW:
            table = table_shown(self.session, view.recipe)[0]
            drawn |= {code: doubt_of(view.recipe, table, group=code) for code in below}
        return drawn

    def _gathered(self, recipe: Recipe) -> IndexView:
        table, notes = table_shown(self.session, recipe)
        command = f"ekistics assess {recipe.code} --workspace {self.session.folder.root}"
        view = view_of(recipe, table, notes=notes, command=command, drawn_units=self.drawn_units)
        if view.undrawn and (kept := kept_doubt(self.session, recipe.code)) is not None:
            view = replace(view, doubt=kept[0], sensitivities=kept[1], undrawn="")
        commit, known_on = moment(self.session, None)
        return replace(view, commit=commit, known_on=known_on)

    def _entry(self, code: str) -> IndexEntry:
        try:
            recipe = chosen_recipe(self.session.folder, code)
        except InvalidInput as error:
            return IndexEntry(code, code, problem=error.sentence())
        return IndexEntry(code, recipe.title, len(recipe.indicators), len(recipe.groups), len(recipe.provisional))


def document_of(view: IndexView, page: str, about: str = "") -> Document:
    """Return a page of an index.

    Raises
    ------
    NotFound
        If it has no such page, or the page does not speak of that.
    """
    match page:
        case "" | "ranking" if not about:
            return index_ranking(view)
        case "from" if about.isascii() and about.isdigit() and len(about) < 9:
            return index_ranking(view, first=int(about))
        case "unit" if about:
            return index_unit(view, view.position(about))
        case "matrix":
            return index_matrix(view, about)
        case "audit" if not about:
            return index_audit(view)
        case "how" if not about:
            return index_how(view)
        case "what-if" if not about:
            return index_what_if(view)
    raise NotFound(f"{view.recipe.name} has no page {page}", mend="go to its ranking")


def _result(view: IndexView) -> IndexResult:
    return IndexResult(view.assessment, view.assessment.table, view.doubt, view.sensitivities, view.notes)


FILES: dict[str, tuple[str, Callable[[IndexView], bytes]]] = {
    "recipe.yaml": ("application/yaml", lambda view: recipe_yaml(view.recipe).encode()),
    "assessment.xlsx": (XLSX, lambda view: assessment_workbook(_result(view))),
    "ranking.csv": ("text/csv", lambda view: csv_bytes(result_tables.ranking_table(view.assessment, view.doubt))),
    "scores.csv": ("text/csv", lambda view: csv_bytes(result_tables.score_table(view.assessment))),
    "weights.csv": ("text/csv", lambda view: csv_bytes(result_tables.weight_table(view.assessment))),
    "changes.csv": ("text/csv", lambda view: csv_bytes(result_tables.change_table(view.assessment))),
    "what-if.json": ("application/json", encode_what_if),
    "refused.csv": ("text/csv", lambda view: csv_bytes(result_tables.refusal_table(view.assessment))),
}
"""What can be taken away: media type, and what writes it."""
