"""Print the installed size of what a user installs, its ten largest packages, and fail above the limit.

Counts the packages that `pip install ekistics` brings (no development tools), by their recorded files.
"""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

LIMIT_MB = 1250


def main() -> int:
    """Walk the requirements from our own package down and add up their files."""
    wanted, sizes = ["ekistics"], {}
    while wanted:
        name = wanted.pop().lower().replace("_", "-")
        if name in sizes:
            continue
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            sizes[name] = 0
            continue
        files = [Path(str(file.locate())) for file in package.files or ()]
        sizes[name] = sum(file.stat().st_size for file in files if file.is_file())
        for text in package.requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                wanted.append(requirement.name)
    total = sum(sizes.values()) / 1e6
    print(f"installed size: {total:,.0f} MB of {LIMIT_MB:,} MB allowed; the ten largest packages:")
    for name, size in sorted(sizes.items(), key=lambda item: -item[1])[:10]:
        print(f"  {size / 1e6:8.1f} MB  {name}")
    return 0 if total <= LIMIT_MB else 1


if __name__ == "__main__":
    sys.exit(main())
