"""What a file or folder looks like: a proposed mapping or manifest, as YAML for a person to complete."""

from __future__ import annotations

from pathlib import Path

import yaml

from ekistics.engine.limits import run_limited
from ekistics.model.errors import InvalidInput
from ekistics.workspace.manifest import propose_manifest, recognised


def propose(path: Path) -> str:
    """Return a proposed manifest (a folder) or mapping (a table), as YAML.

    Raises
    ------
    InvalidInput
        If it is neither.
    """
    if path.is_dir():
        return yaml.safe_dump(propose_manifest(path), sort_keys=False, allow_unicode=True)
    if not path.is_file():
        raise InvalidInput("the file or folder is not there", file=str(path), mend="check its name")
    if recognised(path) != "table":
        raise InvalidInput("a mapping is proposed for tables only", file=str(path), expected=".csv, .csv.gz or .xlsx")
    from ekistics.sources.proposals import propose_mapping

    return str(run_limited(propose_mapping, path))  # a spreadsheet is opened, which may be hostile
