"""The parameters of the degree of urbanisation, for whoever asks without working with grids."""

from __future__ import annotations

from ekistics.places.settlement_rules import SettlementRules, rule_table, settlement_rules

__all__ = ["SettlementRules", "rule_table", "settlement_rules"]
