"""The page of one figure: its formula with its numbers, the way to the file, other voices, what could make it wrong, checks, uses."""

from __future__ import annotations

from collections.abc import Sequence

from ekistics.model.lineage import LayerRecord, RunRecord
from ekistics.model.observations import ErrorSource, Flag, Observation, Status
from ekistics.profile import wording
from ekistics.profile.blocks import (
    Block,
    Cell,
    Column,
    Formula,
    Group,
    Link,
    LinkKind,
    Operand,
    Operation,
    Prose,
    Step,
    StepItem,
    Steps,
    Table,
)
from ekistics.profile.document import Document, Layout, Section
from ekistics.profile.doubt import doubt_blocks, voices_block, voices_title
from ekistics.profile.evidence import Check, LineageEvidence, Term
from ekistics.profile.formula import formula_tree, middle_step
from ekistics.profile.recorded import boundary_name, layer_words, option_words, report_words, source_name
from ekistics.profile.texts import Name, Number, Say, Text, say, say_n


def lineage(evidence: LineageEvidence) -> Document:
    """Return the page of one figure."""
    one, card = evidence.figure.observation, evidence.card
    sections = [
        Section("way", _way_title(evidence), (_way(evidence),)),
        Section(
            "doubt",
            None,
            (
                Group(voices_title(evidence), (voices_block(evidence),)),
                Group(say("What could make it wrong"), doubt_blocks(evidence)),
            ),
            layout=Layout.HALVES,
        ),
        Section("checks", say("Checks and changes"), (_checks(evidence), *_rules(evidence))),
        Section("use", None, (_uses(evidence), _take_with_you(evidence)), layout=Layout.HALVES, ruled=False),
    ]
    block = _formula(evidence)
    formula = (Section("formula", None, (block,), ruled=False),) if block else ()
    return Document(
        kind="lineage",
        key=str(evidence.figure.id),
        kicker=say("Where does this number come from?"),
        title=say("{indicator}: {value}", indicator=wording.card_name(card), value=wording.value_of(one))
        if one.value is not None
        else say("{indicator}: no figure", indicator=wording.card_name(card)),
        lede=_lede(evidence),
        sections=(*formula, *sections),
        trail=(
            *(Name(one.name()) for one in evidence.parents[:1]),
            Link(Name(evidence.place.name()), LinkKind.PLACE, evidence.place.code),
        ),
        place=evidence.place.code,
        themes=(card.theme,),
        foot=(say("Figures as known on {day}, commit {commit}.", day=evidence.known_on, commit=evidence.commit),),
        up="how-we-know",
    )


def _lede(evidence: LineageEvidence) -> tuple[Text, ...]:
    one = evidence.figure.observation
    told: list[Text] = [
        say(
            "For {place}, {period}, {source}.",
            place=evidence.place.name(),
            period=wording.period_of(one.period),
            source=wording.source_of(one),
        )
    ]
    if one.value is None and one.reason:
        closed = one.reason.endswith(".")
        told.append(
            say("There is no figure: {reason}", reason=Say(one.reason))
            if closed
            else say("There is no figure: {reason}.", reason=Say(one.reason))
        )
    if one.status is Status.UNSTABLE:
        told.append(say("It is unstable: {reason}.", reason=Say(one.reason or "its base lies within its own error")))
    if evidence.figure.out_of_date:
        told.append(say("What it was made from has changed since; measure again to bring it up to date."))
    if one.value is not None and not evidence.terms and _own_terms(one) is None:
        told.append(
            say("It is counted on the ground by the layers below; no formula stands between.")
            if evidence.layers
            else say("It is read, not computed.")
        )
    if evidence.terms and len(evidence.assets) == 1 and one.value is not None:
        told.append(
            say_n("One file holds its only term.", "One file holds all {count} terms.", len(evidence.terms)),
        )
    return tuple(told)


def operand_of(term: Term) -> Operand:
    """Return a term as a number in the formula that links to its own page."""
    one = term.figure.observation
    label = say("{indicator}, {period}", indicator=wording.card_name(term.card), period=wording.period_of(one.period))
    unit = "" if one.unit == "{person}" else one.unit
    number: Text = Number(one.value, unit, digits=6) if one.value is not None else wording.value_of(one)
    if isinstance(number, Number) and float(number.value).is_integer():
        number = Number(number.value, number.unit, decimals=0)
    return Operand(number, label, Link(label, LinkKind.FIGURE, str(term.figure.id)))


_MIDDLE: dict[str, tuple[Say, Say]] = {"land_consumption_ratio": (say("land, a year"), say("people, a year"))}
"""What the two sides of a formula's last division are, by indicator."""


def _formula(evidence: LineageEvidence) -> Block | None:
    """Return the formula with its numbers, None where nothing was computed from anything."""
    one, card = evidence.figure.observation, evidence.card
    if one.value is None:
        return None
    answer = wording.value_of(one)
    unit: Text = say("no unit, {period}", period=wording.period_of(one.period)) if one.unit == "1" else wording.period_of(one.period)
    note = say("{source}, edition {edition}.", source=card.source, edition=card.edition)
    links = (Link(say("Method and editions"), LinkKind.PAGE, "how-we-know"),)
    if not card.formula or not evidence.terms:
        tree: Operation | Operand | None = _own_terms(one)
        return Formula(tree, answer, unit, note=note, links=links) if tree is not None else None
    operands = {term.role: operand_of(term) for term in evidence.terms}
    if len(evidence.terms) >= 2:
        years = _elapsed(evidence)
        if years is not None:
            operands["years"] = Operand(wording.aim_of(years, "a"), Name(""))
    tree = formula_tree(card.formula, operands)
    middle = middle_step(tree, *_MIDDLE.get(card.code, (say("numerator"), say("denominator"))))
    return Formula(tree, answer, unit, (middle,) if middle else (), note, links)


def _elapsed(evidence: LineageEvidence) -> float | None:
    ordered = sorted((term.figure.observation.period for term in evidence.terms), key=lambda period: period.end)
    years = ordered[0].years_until(ordered[-1])
    return years if years > 0 else None


def _own_terms(one: Observation) -> Operation | None:
    """A share that came with its numerator and denominator."""
    if one.numerator is None or one.denominator is None:
        return None
    fraction = Operation(
        "divide",
        (Operand(Number(one.numerator, digits=6), say("numerator")), Operand(Number(one.denominator, digits=6), say("denominator"))),
    )
    if one.unit == "%":
        return Operation("multiply", (Operand(Number(100, decimals=0), Name("")), fraction))
    return fraction


def _way_title(evidence: LineageEvidence) -> Text:
    terms, files = len(evidence.terms), len(evidence.assets)
    if terms:
        return (
            say_n("One term, one file", "One term, {count} files", files)
            if terms == 1 and files
            else say_n("{terms} terms, one file", "{terms} terms, {count} files", files, terms=terms)
            if files
            else say("{terms} terms", terms=terms)
        )
    if evidence.layers:
        layers = len(evidence.layers)
        if layers == 1:
            return say_n("One layer, one file", "One layer, {count} files", files)
        return say_n("{layers} layers, one file", "{layers} layers, {count} files", files, layers=layers)
    return say_n("Read from one file", "Read from {count} files", files) if files else say("No file is on record")


def _way(evidence: LineageEvidence) -> Steps:
    one = evidence.figure.observation
    steps = [
        Step(
            say("The figure"),
            (StepItem(wording.card_name(evidence.card), wording.value_of(one), (wording.period_of(one.period),)),),
        )
    ]
    if evidence.terms:
        items = tuple(
            StepItem(operand.label, operand.number, (), operand.link) for operand in (operand_of(term) for term in evidence.terms)
        )
        steps.append(Step(say_n("Its only term", "Its {count} terms", len(items)), items))
    steps.append(Step(say("How it was made"), _made(evidence)))
    if evidence.assets:
        steps.append(
            Step(
                say_n("The file", "The {count} files", len(evidence.assets)),
                tuple(
                    StepItem(
                        Name(asset.name),
                        None,
                        (
                            Name(", ".join(part for part in (asset.attribution or source_name(asset.source), asset.licence) if part)),
                            say("{size} bytes", size=asset.size),
                            say("SHA-256 {checksum}", checksum=f"{asset.sha256[:8]} {asset.sha256[8:16]}…"),
                        ),
                        Link(say("Open the file"), LinkKind.ASSET, asset.sha256),
                    )
                    for asset in evidence.assets
                ),
            )
        )
    return Steps(tuple(steps))


def _made(evidence: LineageEvidence) -> tuple[StepItem, ...]:
    items = [
        StepItem(
            layer_words(layer.kind),
            None,
            (say("edition {edition}, kept as {hash}", edition=layer.edition, hash=Name(layer.name.rpartition("-")[2][:8])),),
        )
        for layer in evidence.layers
    ]
    notes = _run_notes(evidence.run) if evidence.run is not None else ()
    if not evidence.layers and not evidence.card.formula:
        where = (Name(evidence.figure.observation.locator),) if evidence.figure.observation.locator else ()
        items.append(StepItem(say("Read, not computed"), None, (*where, *notes)))
    elif evidence.run is not None:
        formula = say("Formula of: {indicator}", indicator=wording.card_name(evidence.card))
        items.append(StepItem(formula if evidence.card.formula else say("Summed up inside the boundary"), None, notes))
    return tuple(items) or (StepItem(say("Not recorded"), None),)


def _run_notes(run: RunRecord) -> tuple[Text, ...]:
    software = Name(run.software.capitalize()) if run.software else None
    if software and run.edition:
        notes: list[Text] = [say("edition {edition}, by {software}", edition=run.edition, software=software)]
    else:
        notes = [say("edition {edition}", edition=run.edition)] if run.edition else [software] if software else []
    if run.ended:
        notes.append(say("run on {day}", day=run.ended.date()))
    return tuple(notes)


_CHECKS: dict[str, Say] = {
    "recomputed": say("Recomputed from the bytes of the file, new process, empty cache"),
    "checksum": say("Checksum of the file"),
    "published": say("Published value of the same source"),
    "conservation": say("What goes in comes out"),
}


def _checks(evidence: LineageEvidence) -> Table:
    rows = _check_rows(evidence.checks)
    rows += [row for layer in _telling(evidence.layers) if (row := _conservation_row(layer))]
    one = evidence.figure.observation
    if one.error_source is ErrorSource.NONE_STATED and one.value is not None:
        rows.append(
            (Cell(say("Error of the figure")), Cell(say("none stated, which is not zero; no interval is shown"), weak=True), Cell(None))
        )
    if Flag.BREAK in one.flags:
        rows.append((Cell(say("Break in series")), Cell(say("figures before it are not joined to it"), weak=True), Cell(None)))
    if evidence.boundary is not None:
        area = Number(evidence.boundary.area_m2 / 1e6, "km2", digits=4)
        told = say("{edition}, {area}", edition=Name(boundary_name(evidence.boundary.edition)), area=area)
        rows.append((Cell(say("Boundary")), Cell(told), Cell(None)))
    for old in evidence.history:
        told = say("was {value}, commit {commit}", value=wording.value_of(old.observation), commit=old.commit)
        rows.append((Cell(say("Earlier figure")), Cell(told), Cell(None)))
    for decision in evidence.decisions:
        told = say("{kind} by {author}", kind=Say(str(decision.kind)), author=decision.author)
        rows.append((Cell(say("Decision")), Cell(told), Cell(say("{day}", day=decision.at.date()))))
    heads = (Column(say("Check")), Column(say("Result")), Column(say("When"), phone=False, date=True))
    return Table(say("Checks of this figure"), heads, tuple(rows), hidden_caption=True)


def _check_rows(checks: Sequence[Check]) -> list[tuple[Cell, ...]]:
    """Return one row a check; checksums that all agree stand in one row."""
    sums = [one for one in checks if one.kind == "checksum"]
    if len(sums) < 2 or not all(one.equal for one in sums):
        return [_check_row(one) for one in checks]
    whole = (
        Cell(say("Checksums of the {count} files", count=len(sums))),
        Cell(say("all equal"), strong=True),
        Cell(say("{day}", day=sums[0].on) if sums[0].on else None),
    )
    return [whole, *(_check_row(one) for one in checks if one.kind != "checksum")]


def _check_row(one: Check) -> tuple[Cell, ...]:
    if one.equal is None:
        result: Text = Name(one.found)
    elif one.equal:
        result = say("equal: {found}", found=one.found)
    else:
        result = say("different: found {found}, expected {expected}", found=one.found, expected=one.expected)
    when = say("{day}", day=one.on) if one.on else None
    return (Cell(_CHECKS.get(one.kind, Say(one.kind))), Cell(result, strong=bool(one.equal), weak=one.equal is False), Cell(when))


def _telling(layers: Sequence[LayerRecord]) -> list[LayerRecord]:
    """Leave out layers whose whole report another one gives as well."""

    def told(layer: LayerRecord) -> set[tuple[str, str]]:
        return {(name, str(value)) for name, value in layer.checks.items() if not isinstance(value, dict | list)}

    reports = [told(one) for one in layers]
    return [
        layer
        for number, layer in enumerate(layers)
        if not any(reports[number] < other or (reports[number] == other and place < number) for place, other in enumerate(reports))
    ]


def _conservation_row(layer: LayerRecord) -> tuple[Cell, ...] | None:
    told = report_words(layer.checks)
    if told is None:
        return None
    return (Cell(say("{layer}, by its own count", layer=layer_words(layer.kind))), Cell(told), Cell(None))


def _rules(evidence: LineageEvidence) -> tuple[Block, ...]:
    """Every rule and parameter that decided the figure, as it was used; one that several layers share is told once."""
    given = [(say("the whole run"), evidence.run.parameters)] if evidence.run else []
    told: dict[tuple[str, str], tuple[Cell, ...]] = {}
    for where, options in [*given, *((layer_words(layer.kind), layer.options) for layer in evidence.layers)]:
        for name, value in options.items():
            words = option_words(name, value)
            if words is not None:
                told.setdefault((name, str(value)), (Cell(words[0]), Cell(words[1]), Cell(where)))
    heads = (Column(say("Rule or parameter")), Column(say("Value")), Column(say("Where it decides"), phone=False))
    return (Table(say("Rules and parameters, as they were used"), heads, tuple(told.values())),) if told else ()


def _uses(evidence: LineageEvidence) -> Prose:
    told: list[Text] = []
    for use in evidence.used_in:
        agenda, item = wording.agenda_name(use.framework), use.rated.item
        name = Say(item.name) if item.name else item.code
        if use.rated.score is None:
            told.append(say("{agenda} {code}, {name}: shown, not rated.", agenda=agenda, code=item.code, name=name))
            continue
        score = Number(use.rated.score)
        text = (
            say(
                "{agenda} {code}, {name}: score {score}, provisional benchmark, enters no composite.",
                agenda=agenda,
                code=item.code,
                name=name,
                score=score,
            )
            if use.rated.provisional
            else say("{agenda} {code}, {name}: score {score}.", agenda=agenda, code=item.code, name=name, score=score)
        )
        told.append(text)
    return Prose(tuple(told) or (say("No agenda in this workspace asks for it."),), say("Used in"))


def _take_with_you(evidence: LineageEvidence) -> Prose:
    key = str(evidence.figure.id)
    one = evidence.figure.observation
    citation = say(
        "To cite: {indicator}, {place}, {period}: {value}. Ekistics, figure {figure}, commit {commit}.",
        indicator=wording.card_name(evidence.card),
        place=evidence.place.name(),
        period=wording.period_of(one.period),
        value=wording.value_of(one),
        figure=Name(key),
        commit=evidence.commit,
    )
    command = say("To prove it: {command}", command=Name(f"ekistics recompute {key}"))
    return Prose((citation, command), say("Take it with you"), (Link(say("W3C PROV-JSON"), LinkKind.PROV, key),))
