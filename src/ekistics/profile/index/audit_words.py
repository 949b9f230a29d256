"""The coherence audit in plain sentences: one template a kind of flag, its slots filled with names and numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ekistics.assess.audit.flags import AuditFlag, FlagKind
from ekistics.profile.texts import Name, Number, Say, say

SENTENCES: dict[FlagKind, Say] = {
    FlagKind.NO_VARIATION: say("{part} is the same everywhere: it moves no rank."),
    FlagKind.AGAINST_ITS_WHOLE: say(
        "{part} works against {group}: the better it is, the worse {group} tends to be (correlation {correlation}). Is its direction right?"
    ),
    FlagKind.NO_INFLUENCE: say("{part} has {weight} of the weight in {group} and almost no influence on it ({share} of the influence)."),
    FlagKind.OPPOSED: say(
        "{part} and {other} pull {group} in opposite directions (correlation {correlation}): a mean of the two hides both."
    ),
    FlagKind.CONTRADICTORY: say("The parts of {group} contradict one another more than they agree (Cronbach’s alpha {alpha})."),
    FlagKind.REPEATED: say(
        "The parts of {group} repeat one another, or there are more of them than places ranked: some tests of coherence cannot be made."
    ),
    FlagKind.REDUNDANT: say("{part} and {other} tell {group} nearly the same thing twice (correlation {correlation})."),
    FlagKind.REDUNDANT_ACROSS: say("{part} and {other} are nearly the same and count in two places (correlation {correlation})."),
    FlagKind.CLOSER_TO_ANOTHER: say(
        "{part} goes with {other} (correlation {rival}) more than with its own group {group} (correlation {correlation})."
    ),
    FlagKind.MUCH_INFLUENCE: say(
        "{part} has {weight} of the weight in {group} and {share} of the influence: much more than its weight says."
    ),
    FlagKind.LITTLE_INFLUENCE: say(
        "{part} has {weight} of the weight in {group} and {share} of the influence: less than half of what its weight says."
    ),
    FlagKind.LOW_ALPHA: say("The parts of {group} measure one thing only loosely (Cronbach’s alpha {alpha})."),
    FlagKind.LOW_ADEQUACY: say("What the parts of {group} share, they share in pairs and not all together (KMO {adequacy})."),
    FlagKind.UNRELATED: say("The parts of {group} might as well be unrelated (Bartlett’s test, probability of chance {chance})."),
    FlagKind.SEVERAL_DIMENSIONS: say(
        "The parts of {group} speak of {dimensions} things rather than one: the first principal component holds {first} of what they say."
    ),
    FlagKind.FEW_UNITS: say("With {units} places ranked, correlations weaker than {needed} cannot be told from chance."),
    FlagKind.MOVES_RANKS_MOST: say("Leaving out {part} changes ranks by {mean} on average; {place} moves most, by {largest}."),
    FlagKind.MOVES_NO_RANK: say("Leaving out {part} moves no rank."),
}
"""One whole sentence a kind; weights and shares are in per cent."""


def _coefficient(value: float) -> Number:
    return Number(value, decimals=2)


def _percent(value: float) -> Number:
    return Number(100 * value, "%", digits=2)


def _count(value: float) -> Number:
    return Number(value, decimals=0)


_SLOTS: dict[str, tuple[str, Callable[[float], Number]]] = {
    "weight": ("weight", _percent),
    "share": ("share", _percent),
    "first": ("first", _percent),
    "correlation": ("correlation", _coefficient),
    "other": ("rival", _coefficient),
    "needed": ("needed", _coefficient),
    "alpha": ("alpha", _coefficient),
    "adequacy": ("adequacy", _coefficient),
    "chance": ("chance", _coefficient),
    "mean": ("mean", lambda value: Number(value, decimals=1)),
    "largest": ("largest", _count),
    "units": ("units", _count),
    "dimensions": ("dimensions", _count),
}
"""Which slot a number of a flag fills, and how it is printed."""


def audit_sentence(flag: AuditFlag, *, names: Mapping[str, str], units: Sequence[str]) -> Say:
    """Return what a flag says, as a text to translate.

    Parameters
    ----------
    flag : of a coherence audit
    names : by code of an indicator or group; a code without a name stands for itself
    units : names of what is ranked in the order of the audit
    """
    told = [Name(names.get(code, code)) for code in (flag.group, *flag.about)]
    slots: dict[str, Number | Name] = dict(zip(("group", "part", "other"), told, strict=False))
    for key, value in flag.numbers.items():
        if key == "unit":
            slots["place"] = Name(units[int(value)])
        elif key in _SLOTS:
            slot, printed = _SLOTS[key]
            slots[slot] = printed(value)
    message = SENTENCES[flag.kind].message
    return Say(message, {slot: value for slot, value in slots.items() if f"{{{slot}}}" in message})
