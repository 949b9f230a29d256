"""The first page of Las Palmas: with no drawing and no base map kept, and after a new figure; its weight with charts and maps."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import time
from pathlib import Path

from benchmarks.las_palmas import DATA, require
from benchmarks.whole import MANIFEST

from ekistics.model.lineage import CommitKind, PartRecord, RunRecord
from ekistics.model.observations import Observation, Origin, Series, observation_table
from ekistics.model.periods import Period
from ekistics.workspace.manifest import read_manifest
from ekistics.workspace.pages import Pages
from ekistics.workspace.workspace import Workspace


def _after_an_observation(city: Workspace, pages: Pages, code: str, value: float) -> float:
    """Put one more figure of the place on record and return how long its first page then takes, in seconds."""
    series = Series("benchmark", Origin.REPORTED)
    figure = Observation("population", code, Period.year(2021), series, value, "{person}")
    with city.session.write(CommitKind.IMPORT, "benchmark") as commit:
        _, parts = commit.add_run(RunRecord("benchmark", "1"), [PartRecord("all")])
        commit.put_figures(observation_table([figure]), part=parts["all"])
    start = time.perf_counter()
    pages.page(code, "glance", {})
    return time.perf_counter() - start


def main() -> None:
    require()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "files"
        folder.mkdir()
        for path in (*DATA.iterdir(), *MANIFEST.parent.glob("*.yaml")):
            shutil.copy(path, folder)
        with Workspace.create(Path(temporary) / "w") as city:
            manifest = read_manifest(MANIFEST)
            city.import_manifest(manifest, folder)
            city.measure()
            code = manifest.place.code
            pages = city.pages()
            start = time.perf_counter()
            page = pages.page(code, "glance", {})
            print(f"no drawing kept: {time.perf_counter() - start:.2f} s (limit 3)")
            took = [_after_an_observation(city, pages, code, value) for value in (1.0, 2.0, 3.0, 4.0, 5.0)]
            print(f"after a new observation: {sorted(took)[2] * 1000:.0f} ms, the slowest of five {max(took) * 1000:.0f} ms (limit 300)")
            built = Path(__file__).parents[1] / "src" / "ekistics" / "server" / "static" / "built"
            styles = sum(len(gzip.compress(path.read_bytes())) for path in built.rglob("*.css"))
            weight = len(gzip.compress(page.encode()))
            print(f"page {len(page) / 1000:.0f} kB, {weight / 1000:.0f} kB compressed (first view limit 300)")
            print(f"all styles {styles / 1000:.0f} kB compressed")
            data = pages.map_data(code)
            print(f"explorer data {len(data) / 1e6:.2f} MB (limit 2), {len(gzip.compress(data)) / 1000:.0f} kB compressed")
            scripts = sum(len(gzip.compress(path.read_bytes())) for path in built.rglob("*.js"))
            print(f"all scripts {scripts / 1000:.0f} kB compressed (limit 500)")


if __name__ == "__main__":
    main()
