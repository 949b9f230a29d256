"""Rules that a workspace puts in place of ours: YAML files in its `rules/` folder."""

from __future__ import annotations

from typing import Any

import yaml

from ekistics.model.errors import InvalidInput
from ekistics.workspace.folder import Folder


def own_rule(folder: Folder, name: str) -> dict[str, Any] | None:
    """Return a rule file of the workspace; None where there is none.

    Raises
    ------
    InvalidInput
        If the file is no YAML mapping.
    """
    path = folder.rules / f"{name}.yaml"
    if not path.exists():
        return None
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidInput("the rule file cannot be read", file=str(path), mend="write it as YAML in UTF-8") from error
    if not isinstance(told, dict):
        raise InvalidInput("the rule file is not a mapping", file=str(path), expected="keys of the shipped rule")
    return told
