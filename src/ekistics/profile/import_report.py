"""What an import found: rows that add up, problems grouped with how to mend them, rows as they stand, what changes."""

from __future__ import annotations

from ekistics.model.problems import Problem, Severity, Tally
from ekistics.profile import wording
from ekistics.profile.blocks import Block, Cell, CellState, Column, Equation, ProblemBlock, Problems, Prose, Table
from ekistics.profile.document import Document, Section
from ekistics.profile.evidence import Evidence, ImportEvidence
from ekistics.profile.texts import Name, Number, Say, Text, say, say_n
from ekistics.profile.trail import trail_of


def import_report(evidence: ImportEvidence, beside: Evidence | None = None) -> Document:
    """Return the page of one import, standing among the pages of a place where one is given."""
    receipt = evidence.receipt
    sections = [Section("problems", _problems_title(receipt.problems), _problems(receipt.problems))]
    if evidence.rows:
        sections.append(Section("rows", say("The rows concerned, as they stand in the file"), (_rows(evidence),)))
    if receipt.tallies:
        sections.append(Section("files", say("File by file, no row is lost"), (_tallies(evidence),)))
    if evidence.coverage or evidence.changes:
        sections.append(Section("effects", _effects_title(evidence), (_effects(evidence),)))
    sections.append(Section("commit", None, (Prose((_stored(evidence),)),)))
    return Document(
        kind="import",
        key=evidence.asset.sha256,
        kicker=say("Import report"),
        title=_title(evidence),
        lede=(_about(evidence),),
        lead=_sum(evidence),
        sections=tuple(sections),
        trail=trail_of(beside) if beside else (Name(evidence.asset.name),),
        place=beside.place.code if beside else "",
        themes=tuple(beside.themes()) if beside else (),
        languages=beside.languages if beside else ("en",),
        up="how-we-know",
        foot=(say("SHA-256 {checksum}", checksum=evidence.asset.sha256),),
    )


def _effects_title(evidence: ImportEvidence) -> Text:
    receipt = evidence.receipt
    if not evidence.done:
        return say("If you take the good rows")
    if receipt.changed:
        return say_n("{new} figures came in and one changed", "{new} figures came in and {count} changed", receipt.changed, new=receipt.new)
    return say_n("One figure came in", "{count} figures came in", receipt.new)


def _stored(evidence: ImportEvidence) -> Text:
    number = evidence.receipt.commit
    if number is None:
        return say("Nothing is stored.")
    if evidence.withdrawn:
        return say("Commit {commit} was undone since; the file is kept as it came.", commit=number)
    return say(
        "Stored as commit {commit}; the file is kept as it came. It can be undone: {command}",
        commit=number,
        command=Name(f"ekistics undo {number}"),
    )


def _counted(evidence: ImportEvidence) -> tuple[Tally, ...]:
    """Return the counts of rows: of a table the rows alone, of an archive those of each file; a table's second count is of figures."""
    tallies = evidence.receipt.tallies
    return tallies[:1] if evidence.asset.kind == "table" else tallies


def _title(evidence: ImportEvidence) -> Text:
    receipt, tallies = evidence.receipt, _counted(evidence)
    if tallies:
        read, left_out = sum(one.read for one in tallies), sum(one.left_out for one in tallies)
        if not read:
            return say("The file holds no rows")
        if not left_out:
            return say_n("The only row is used", "All {count} rows are used", read)
        return say_n(
            "{used} of {read} rows are used, one is left out",
            "{used} of {read} rows are used, {count} are left out",
            left_out,
            used=read - left_out,
            read=read,
        )
    if not receipt.problems:
        return say("The file was read whole, and nothing was found wrong")
    return say_n("The file was read, with one finding", "The file was read, with {count} findings", len(receipt.problems))


def _sum(evidence: ImportEvidence) -> tuple[Block, ...]:
    """Return the equation of what came of all that was read; an extract of a map has no rows to count."""
    receipt, tallies = evidence.receipt, _counted(evidence)
    if evidence.asset.kind == "table":
        return (
            Equation(
                receipt.read,
                say("figures read"),
                (
                    (receipt.new, say("new"), "new"),
                    (receipt.changed, say("changed"), "changed"),
                    (receipt.unchanged, say("unchanged"), "same"),
                    (receipt.rejected, say("rejected"), "rejected"),
                ),
            ),
        )
    if not tallies:
        return ()
    parts = (
        (sum(one.used for one in tallies), say("used"), "new"),
        (sum(one.repaired for one in tallies), say("repaired"), "changed"),
        (sum(one.left_out for one in tallies), say("left out"), "rejected"),
    )
    return (Equation(sum(one.read for one in tallies), say("rows read"), parts),)


def _about(evidence: ImportEvidence) -> Text:
    asset = evidence.asset
    if evidence.sheet:
        return say("{file}, sheet {sheet}, {size} bytes.", file=asset.name, sheet=evidence.sheet, size=asset.size)
    return say("{file}, {size} bytes.", file=asset.name, size=asset.size)


def _problems_title(problems: tuple[Problem, ...]) -> Text:
    rejected = sum(one.severity is Severity.REJECTED for one in problems)
    if not problems:
        return say("Nothing was found wrong")
    if not rejected:
        return say_n("One finding; no row is rejected for it", "{count} findings; no row is rejected for them", len(problems))
    return say_n("One finding", "{count} findings, {rejected} that reject rows", len(problems), rejected=rejected)


_TONES = {Severity.REJECTED: "rejected", Severity.LEFT_OUT: "rejected", Severity.REPAIRED: "mended", Severity.NOTE: "look"}
_ORDER = list(_TONES)


def _problems(problems: tuple[Problem, ...]) -> tuple[Block, ...]:
    if not problems:
        return (Prose((say("Every row was read as it stands."),)),)
    ordered = sorted(problems, key=lambda one: (_ORDER.index(one.severity), -one.count))
    leading = ordered[:MOST_LAID_OUT] if len(ordered) > MOST_LAID_OUT + 2 else ordered
    blocks: list[Block] = [Problems(tuple(_problem(one) for one in leading))]
    if len(leading) < len(ordered):
        blocks.append(_all_problems(ordered))
    return tuple(blocks)


MOST_LAID_OUT = 8
"""Findings laid out one by one; where there are more, all of them stand in a table as well."""


def _all_problems(problems: list[Problem]) -> Table:
    rows = tuple(
        (Cell(Say(one.message)), Cell(Name(one.feature) if one.feature else _where(one)), Cell(Name(one.found) if one.found else None))
        for one in problems
    )
    heads = (Column(say("What")), Column(say("Where")), Column(say("Found"), phone=False))
    return Table(say("All {count} findings", count=len(problems)), heads, rows, folded=True)


def _kind(one: Problem) -> Text:
    match one.severity:
        case Severity.REJECTED:
            return say_n("Rejected, one", "Rejected, {count}", one.count)
        case Severity.LEFT_OUT:
            return say_n("Left out, one", "Left out, {count}", one.count)
        case Severity.REPAIRED:
            return say_n("Mended, one", "Mended, {count}", one.count)
        case Severity.NOTE:
            return say_n("To look at, one", "To look at, {count}", one.count)


def _problem(one: Problem) -> ProblemBlock:
    rows: list[tuple[Text, Text]] = []
    where = _where(one)
    if where:
        rows.append((say("Where"), where))
    rows += [
        (label, Name(value))
        for label, value in ((say("Found"), one.found), (say("Expected"), one.expected), (say("To mend"), one.mend))
        if value
    ]
    return ProblemBlock(_kind(one), _TONES[one.severity], Say(one.message), None, tuple(rows))


def _where(one: Problem) -> Text | None:
    parts = [part for part in (one.file, one.sheet, one.feature) if part]
    place = Name(", ".join(parts)) if parts else None
    rows = (one.row, *one.more_rows) if one.row is not None else ()
    if rows:
        told = _rows_told(rows, one.count)
        if one.column:
            return say("{place} row {rows}, column {column}", place=place or Name(""), rows=told, column=one.column)
        return say("{place} row {rows}", place=place or Name(""), rows=told)
    if one.column:
        return say("{place} column {column}", place=place or Name(""), column=one.column)
    return place


def _rows_told(rows: tuple[int, ...], count: int) -> str:
    """Return row numbers, those in a run as `661–668`; at most six, with a sign that there are more."""
    runs: list[list[int]] = []
    for row in sorted(set(rows)):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    told = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs[:6])
    return told + (", …" if len(runs) > 6 or len(rows) < count else "")


def _rows(evidence: ImportEvidence) -> Table:
    heads = (Column(say("Row"), number=False), *(Column(Name(name)) for name in evidence.columns), Column(say("This import")))
    rows = tuple(
        (
            Cell(Number(row.number, decimals=0)),
            *(
                Cell(Name(cell) if cell else say("empty"), CellState.FAULTY if index in row.faulty else CellState.PLAIN)
                for index, cell in enumerate(row.cells)
            ),
            Cell(Say(row.outcome), weak=row.outcome == "rejected", strong=row.outcome == "changed"),
        )
        for row in evidence.rows
    )
    return Table(say("Rows as they stand in the file"), heads, rows, hidden_caption=True)


def _tallies(evidence: ImportEvidence) -> Table:
    heads = tuple(
        Column(head, number=index > 0)
        for index, head in enumerate((say("File"), say("Rows read"), say("Used"), say("Repaired"), say("Left out")))
    )
    rows = tuple(
        (Cell(Name(one.file)), *(Cell(Number(count, decimals=0)) for count in (one.read, one.used, one.repaired, one.left_out)))
        for one in evidence.receipt.tallies
    )
    return Table(say("Rows by file"), heads, rows, hidden_caption=True)


def _effects(evidence: ImportEvidence) -> Table:
    heads = (Column(say("What")), Column(say("Before"), number=True), Column(say("After"), number=True))
    coverage = tuple(
        (
            Cell(say("Places with a figure: {indicator}", indicator=Say(one.indicator))),
            Cell(Number(one.before, decimals=0)),
            Cell(Number(one.after, decimals=0)),
        )
        for one in evidence.coverage
    )
    changes = tuple(
        (
            Cell(
                say(
                    "{place}, {indicator}, {period}",
                    place=Name(one.place),
                    indicator=Say(one.indicator),
                    period=wording.period_of(one.after.period),
                )
            ),
            Cell(wording.value_of(one.before)),
            Cell(wording.value_of(one.after), strong=True),
        )
        for one in evidence.changes
    )
    return Table(say("What changes"), heads, coverage + changes, hidden_caption=True)
