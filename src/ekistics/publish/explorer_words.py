"""The map explorer's own words, as message ids: what its controls, legend and list say."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "map": "Map of {name}. Arrow keys move it, plus and minus zoom.",
    "show": "Show",
    "also": "Also draw",
    "find": "Find a layer",
    "none_found": "No layer has these words.",
    "people": "Where people live",
    "one_dot": "One dot stands for about {n} residents.",
    "open_space": "Open public space",
    "streets": "Streets",
    "districts": "District boundaries",
    "names": "Names",
    "green": "Green",
    "only_beyond": "Show only people who are not reached",
    "missing": "no figure",
    "district_list": "Districts",
    "district": "District",
    "lowest_first": "lowest first",
    "whole": "Show the whole place",
    "larger": "Zoom in",
    "smaller": "Zoom out",
    "chosen": "{district}: {value}",
    "loading": "The map is loading.",
    "no_webgl": "This browser cannot draw the interactive map. The drawn map and the tables on this page show the same figures.",
    "no_data": "The map's data could not be loaded. The drawn map and the tables on this page show the same figures.",
    "unit_km": "km",
    "unit_m": "m",
}
"""Key in the payload to message id; translate the values before they are handed to `encode_explorer`."""
