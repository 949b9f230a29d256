"""Build hook: a wheel carries the built web files, so that who installs it needs no Node."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebBuildHook(BuildHookInterface[Any]):
    """Build the web part before a wheel is packed; an editable install leaves that to `make web`."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run the web build unless what is built is current."""
        if version == "editable" or self.target_name != "wheel":
            return
        script = Path(self.root) / "tools" / "build_web.py"
        spec = importlib.util.spec_from_file_location("build_web", script)
        if spec is None or spec.loader is None:
            raise FileNotFoundError(script)
        build_web = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(build_web)
        if not build_web.is_current():
            build_web.build()
