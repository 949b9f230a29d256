"""The parameters of the degree of urbanisation and of the urban extent, for whoever asks without working with grids."""

from __future__ import annotations

from ekistics.places.settlement_rules import SettlementRules, rule_table, settlement_rules
from ekistics.places.urban_extent import ExtentRules

__all__ = ["ExtentRules", "SettlementRules", "rule_table", "settlement_rules"]
