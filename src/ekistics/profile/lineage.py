"""The page of one figure: its formula with its numbers, the way to the file, other voices, what could make it wrong, checks, uses."""

from __future__ import annotations

from ekistics.model.lineage import LayerRecord
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
    return Document(
        kind="lineage",
        key=str(evidence.figure.id),
        kicker=say("Where does this number come from?"),
        title=say("{indicator}: {value}", indicator=wording.card_name(card), value=wording.value_of(one)),
        lede=_lede(evidence),
        sections=(Section("formula", None, (_formula(evidence),), ruled=False), *sections),
        trail=(Link(Name(evidence.place.name()), LinkKind.PLACE, evidence.place.code),),
        place=evidence.place.code,
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
        told.append(say("There is no figure: {reason}.", reason=Say(one.reason)))
    if one.status is Status.UNSTABLE:
        told.append(say("It is unstable: {reason}.", reason=Say(one.reason or "its base lies within its own error")))
    if evidence.figure.out_of_date:
        told.append(say("What it was made from has changed since; measure again to bring it up to date."))
    if evidence.terms and len(evidence.assets) == 1:
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


def _formula(evidence: LineageEvidence) -> Block:
    one, card = evidence.figure.observation, evidence.card
    answer = wording.value_of(one)
    unit: Text = say("no unit, {period}", period=wording.period_of(one.period)) if one.unit == "1" else wording.period_of(one.period)
    note = say("{source}, edition {edition}.", source=card.source, edition=card.edition)
    links = (Link(say("Method and editions"), LinkKind.PAGE, "how-we-know"),)
    if not card.formula or not evidence.terms:
        tree: Operation | Operand | None = _own_terms(one)
        if tree is None:
            told = (
                say("Read, not computed.")
                if not evidence.layers
                else say("Counted on the ground by the layers below; no formula stands between.")
            )
            return Formula(Operand(answer, wording.card_name(card)), answer, unit, note=told, links=links)
        return Formula(tree, answer, unit, note=note, links=links)
    operands = {term.role: operand_of(term) for term in evidence.terms}
    if len(evidence.terms) >= 2:
        years = _elapsed(evidence)
        if years is not None:
            operands["years"] = Operand(wording.aim_of(years, "a"), Name(""))
    tree = formula_tree(card.formula, operands)
    middle = middle_step(tree, say("numerator"), say("denominator"))
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
            say_n("{terms} terms, one file", "{terms} terms, {count} files", files, terms=terms)
            if files
            else say("{terms} terms", terms=terms)
        )
    if evidence.layers:
        return say_n("{layers} layers, one file", "{layers} layers, {count} files", files, layers=len(evidence.layers))
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
                            Name(", ".join(part for part in (asset.attribution or asset.source, asset.licence) if part)),
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
    items = []
    if not evidence.layers and not evidence.card.formula:
        notes: list[Text] = [Name(evidence.figure.observation.locator)] if evidence.figure.observation.locator else []
        items.append(StepItem(say("Read, not computed"), None, tuple(notes)))
    items += [
        StepItem(Name(layer.kind.replace("_", " ")), None, (say("layer, edition {edition}", edition=layer.edition), Name(layer.name)))
        for layer in evidence.layers
    ]
    if evidence.run is not None:
        run = evidence.run
        notes = [say("edition {edition}", edition=run.edition)] if run.edition else []
        if run.software:
            notes.append(Name(run.software))
        if run.ended:
            notes.append(say("run on {day}", day=run.ended.date()))
        items.append(StepItem(Name(run.function.replace("_", " ")), None, tuple(notes)))
    return tuple(items) or (StepItem(say("Not recorded"), None),)


_CHECKS: dict[str, Say] = {
    "recomputed": say("Recomputed from the bytes of the file, new process, empty cache"),
    "checksum": say("Checksum of the file"),
    "published": say("Published value of the same source"),
    "conservation": say("What goes in comes out"),
}


def _checks(evidence: LineageEvidence) -> Table:
    rows = [_check_row(one) for one in evidence.checks]
    rows += [row for layer in evidence.layers if (row := _conservation_row(layer))]
    one = evidence.figure.observation
    if one.error_source is ErrorSource.NONE_STATED:
        rows.append(
            (Cell(say("Error of the figure")), Cell(say("none stated, which is not zero; no interval is shown"), weak=True), Cell(None))
        )
    if Flag.BREAK in one.flags:
        rows.append((Cell(say("Break in series")), Cell(say("figures before it are not joined to it"), weak=True), Cell(None)))
    if evidence.boundary is not None:
        area = Number(evidence.boundary.area_m2 / 1e6, "km2", digits=4)
        told = say("edition {edition}, {area}", edition=evidence.boundary.edition, area=area)
        rows.append((Cell(say("Boundary")), Cell(told), Cell(None)))
    for old in evidence.history:
        told = say("was {value}, commit {commit}", value=wording.value_of(old.observation), commit=old.commit)
        rows.append((Cell(say("Earlier figure")), Cell(told), Cell(None)))
    for decision in evidence.decisions:
        told = say("{kind} by {author}", kind=Say(str(decision.kind)), author=decision.author)
        rows.append((Cell(say("Decision")), Cell(told), Cell(say("{day}", day=decision.at.date()))))
    heads = (Column(say("Check")), Column(say("Result")), Column(say("When"), phone=False))
    return Table(say("Checks of this figure"), heads, tuple(rows), hidden_caption=True)


def _check_row(one: Check) -> tuple[Cell, ...]:
    if one.equal is None:
        result: Text = Name(one.found)
    elif one.equal:
        result = say("equal: {found}", found=one.found)
    else:
        result = say("different: found {found}, expected {expected}", found=one.found, expected=one.expected)
    when = say("{day}", day=one.on) if one.on else None
    return (Cell(_CHECKS.get(one.kind, Say(one.kind))), Cell(result, strong=bool(one.equal), weak=one.equal is False), Cell(when))


def _conservation_row(layer: LayerRecord) -> tuple[Cell, ...] | None:
    told = ", ".join(
        f"{name.replace('_', ' ')} {_plain(value)}" for name, value in layer.checks.items() if not isinstance(value, dict | list)
    )
    if not told:
        return None
    return (Cell(say("What {layer} reports of itself", layer=layer.kind.replace("_", " "))), Cell(Name(told)), Cell(None))


def _plain(value: object) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def _rules(evidence: LineageEvidence) -> tuple[Block, ...]:
    """Every rule and parameter that decided the figure, as it was used."""
    told = [(say("the run"), evidence.run.parameters)] if evidence.run else []
    told += [(say("layer {layer}", layer=layer.kind.replace("_", " ")), layer.options) for layer in evidence.layers]
    rows = [
        (Cell(Name(_rule_name(name))), Cell(Name(_plain(value))), Cell(where))
        for where, options in told
        for name, value in options.items()
        if not isinstance(value, dict | list) and value not in (None, "")
    ]
    heads = (Column(say("Rule or parameter")), Column(say("Value")), Column(say("Where it decides")))
    return (Table(say("Rules and parameters, as they were used"), heads, tuple(rows)),) if rows else ()


_UNITS = ("m", "m2", "km", "km2", "s", "minutes", "people")


def _rule_name(name: str) -> str:
    """Return a parameter's name in words, its unit after a comma."""
    words, _, last = name.rpartition("_")
    return f"{words.replace('_', ' ')}, {last}" if words and last in _UNITS else name.replace("_", " ")


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
