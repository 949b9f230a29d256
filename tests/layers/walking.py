"""Walks of people to one kind of target: the search from the targets and what it says of people, in one call."""

from __future__ import annotations

from ekistics.layers import reach, walks


def walk_to(kind, *, walking_network, zones, **needs):
    return getattr(walks, f"walk_to_{kind}")(walking_network=walking_network, zones=zones, **needs)


def reach_of(kind, *, walking_network, people, zones, distance="network", **needs):
    walk = walk_to(kind, walking_network=walking_network, zones=zones, **needs)
    join = {name: needs[name] for name in ("max_join_m",) if name in needs}
    homes = reach.homes(people=people, walking_network=walking_network, **join)
    told = {"homes": homes, f"walk_to_{kind}": walk, "walking_network": walking_network, "people": people, "distance": distance}
    return getattr(reach, f"reach_{kind}")(**told)
