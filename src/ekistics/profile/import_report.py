"""What an import found: rows that add up, problems grouped with how to mend them, rows as they stand, what changes."""

from __future__ import annotations

from ekistics.model.problems import Problem, Severity
from ekistics.profile.blocks import Block, Cell, CellState, Column, Equation, ProblemBlock, Problems, Prose, Table
from ekistics.profile.document import Document, Section
from ekistics.profile.evidence import ImportEvidence
from ekistics.profile.texts import Name, Number, Say, Text, say, say_n


def import_report(evidence: ImportEvidence) -> Document:
    """Return the page of one import."""
    receipt = evidence.receipt
    good = receipt.read - receipt.rejected
    sections = [Section("problems", _problems_title(receipt.problems), _problems(receipt.problems))]
    if evidence.rows:
        sections.append(Section("rows", say("The rows concerned, as they stand in the file"), (_rows(evidence),)))
    if receipt.tallies:
        sections.append(Section("files", say("File by file, no row is lost"), (_tallies(evidence),)))
    if evidence.effects:
        sections.append(
            Section("effects", say_n("One figure came in", "{count} figures came in", receipt.new), (_effects(evidence),))
            if evidence.done
            else Section("effects", say("If you take the good rows"), (_effects(evidence),))
        )
    commit = (
        say(
            "Stored as commit {commit}. It can be undone: {command}", commit=receipt.commit, command=Name(f"ekistics undo {receipt.commit}")
        )
        if receipt.commit is not None
        else say("Nothing is stored. The file is kept as it came.")
    )
    sections.append(Section("commit", None, (Prose((commit,)),)))
    return Document(
        kind="import",
        key=evidence.asset.sha256,
        kicker=say("Import report"),
        title=_title(receipt.read, good, receipt.rejected),
        lede=(_about(evidence),),
        lead=(
            Equation(
                receipt.read,
                say("rows read"),
                (
                    (receipt.new, say("new"), "new"),
                    (receipt.changed, say("changed"), "changed"),
                    (receipt.unchanged, say("unchanged"), "same"),
                    (receipt.rejected, say("rejected"), "rejected"),
                ),
            ),
        ),
        sections=tuple(sections),
        trail=(Name(evidence.asset.name),),
        foot=(say("SHA-256 {checksum}", checksum=evidence.asset.sha256),),
    )


def _title(read: int, good: int, rejected: int) -> Text:
    if not read:
        return say("The file holds no rows")
    if not rejected:
        return say_n("The only row is good.", "All {count} rows are good.", read)
    return say_n(
        "{good} of {read} rows are good. One is rejected.",
        "{good} of {read} rows are good. {count} are rejected.",
        rejected,
        good=good,
        read=read,
    )


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
    return (Problems(tuple(_problem(one) for one in ordered)),)


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
        told = ", ".join(str(row) for row in rows[:6]) + (", …" if len(rows) > 6 else "")
        if one.column:
            return say("{place} row {rows}, column {column}", place=place or Name(""), rows=told, column=one.column)
        return say("{place} row {rows}", place=place or Name(""), rows=told)
    if one.column:
        return say("{place} column {column}", place=place or Name(""), column=one.column)
    return place


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
    rows = tuple((Cell(Say(what)), Cell(Name(now)), Cell(Name(after))) for what, now, after in evidence.effects)
    return Table(say("What changes"), heads, rows, hidden_caption=True)
