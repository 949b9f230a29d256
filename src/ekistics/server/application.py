"""The application: every address, each answered by one method of the workspace. Nothing here writes."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ekistics.model.errors import EkisticsError, NotFound
from ekistics.publish.built_files import BuiltFiles, built_folder
from ekistics.server.addresses import download_kind, index_page_name, page_name, segments
from ekistics.server.errors import UNKNOWN_FAULT, error_page, status_of
from ekistics.server.headers import FOR_EVER, REVALIDATE, SECURITY_HEADERS, SecurityHeaders, disposition, validated
from ekistics.server.pages import Download, Pages

HTML = "text/html"
_CHECKSUM = re.compile(r"[0-9a-f]{64}")
_Route = TypeVar("_Route", bound=Callable[..., Response])
_log = logging.getLogger(__name__)


def create_app(workspace: Pages, *, hosts: Sequence[str] = ("*",), built: Path | None = None) -> FastAPI:
    """Return the read-only application over a workspace.

    Parameters
    ----------
    workspace : what the pages are asked of
    hosts : host names that the application answers to; on loopback name them, so that no foreign page can reach it by a
        name of its own that points here
    built : folder of built web files; the package's own where absent
    """
    files = BuiltFiles.read(built or built_folder())
    app = FastAPI(title="Ekistics", docs_url=None, redoc_url=None, openapi_url=None)
    _add_routes(app, workspace)
    if files.folder.is_dir():
        app.mount("/static", _BuiltStatic(directory=files.folder), name="static")
    _add_errors(app, files)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    app.add_middleware(SecurityHeaders)
    return app


def _add_routes(app: FastAPI, workspace: Pages) -> None:
    def read(address: str) -> Callable[[_Route], _Route]:
        return app.api_route(address, methods=["GET", "HEAD"], include_in_schema=False)

    @read("/")
    def index(request: Request) -> Response:
        return validated(request, workspace.index().encode(), HTML)

    @read("/favicon.ico")
    def icon() -> Response:
        # browsers ask by themselves; the pages have no sign, and an empty answer is not asked for again
        return Response(status_code=204, headers={"cache-control": FOR_EVER})

    @read("/compare")
    def compare(request: Request) -> Response:
        return validated(request, workspace.compare(dict(request.query_params)).encode(), HTML)

    @read("/figure/{figure_id:int}")
    def figure(request: Request, figure_id: int) -> Response:
        return validated(request, workspace.figure(_known(figure_id), dict(request.query_params)).encode(), HTML)

    @read("/figure/{figure_id:int}/prov.json")
    def prov(request: Request, figure_id: int) -> Response:
        return validated(request, workspace.figure_prov(_known(figure_id)), "application/json", name=f"figure-{figure_id}-prov.json")

    @read("/asset/{sha256}")
    def asset(request: Request, sha256: str) -> Response:
        if not _CHECKSUM.fullmatch(sha256):
            raise NotFound(f"{sha256} is no checksum of a file")
        return _handed_out(request, workspace.asset(sha256))

    @read("/index")
    def indices(request: Request) -> Response:
        return validated(request, workspace.indices(dict(request.query_params)).encode(), HTML)

    @read("/index/{rest:path}")
    def index_page(request: Request) -> Response:
        code, *parts = segments(request.scope, "/index/")
        if not code:
            return RedirectResponse(request.scope.get("root_path", "") + "/index")
        if len(parts) == 1 and "." in parts[0]:
            return _handed_out(request, workspace.index_file(code, parts[0]))
        query = dict(request.query_params)
        page, about = index_page_name(parts)
        about = query.get("group", "") if page == "matrix" else about
        return validated(request, workspace.index_page(code, page, about, query).encode(), HTML)

    @read("/place/{rest:path}")
    def place(request: Request) -> Response:
        code, *parts = segments(request.scope, "/place/")
        if not code:
            return RedirectResponse(request.scope.get("root_path", "") + "/")
        if parts == ["map-data"]:
            return validated(request, workspace.map_data(code), "application/json")
        kind = download_kind(parts[0]) if len(parts) == 1 else None
        if kind is not None:
            return _handed_out(request, workspace.download(code, kind))
        return validated(request, workspace.page(code, page_name(parts), dict(request.query_params)).encode(), HTML)


def _known(figure_id: int) -> int:
    """Return a figure's number if a record can hold it: larger ones are nowhere, and no database needs to be asked."""
    if figure_id >= 2**63:
        raise NotFound(f"there is no figure {figure_id}")
    return figure_id


def _handed_out(request: Request, download: Download) -> Response:
    body = download.body
    if isinstance(body, bytes):
        return validated(request, body, download.media_type, name=download.name)
    headers = {"content-disposition": disposition(download.name), "cache-control": REVALIDATE}
    return FileResponse(body, media_type=download.media_type, headers=headers)


def _add_errors(app: FastAPI, files: BuiltFiles) -> None:
    def page(request: Request, status: HTTPStatus, sentence: str) -> HTMLResponse:
        home = str(request.scope.get("root_path", "")) + "/"
        return HTMLResponse(error_page(status, sentence, files, home), status_code=status, headers={"cache-control": "no-store"})

    @app.exception_handler(EkisticsError)
    async def known(request: Request, error: EkisticsError) -> HTMLResponse:
        status = status_of(error)
        if status is HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.error("%s %s: %s", request.method, request.url.path, error.sentence())
        return page(request, status, error.sentence())

    @app.exception_handler(HTTPException)
    async def routing(request: Request, error: HTTPException) -> HTMLResponse:
        return page(request, HTTPStatus(error.status_code), "")

    @app.exception_handler(RequestValidationError)
    async def unreadable(request: Request, error: RequestValidationError) -> HTMLResponse:
        return page(request, HTTPStatus.BAD_REQUEST, "")

    @app.exception_handler(Exception)
    async def fault(request: Request, error: Exception) -> HTMLResponse:
        # the framework raises the exception again behind this answer, so that it reaches the log whole; it answers outside all
        # layers, hence the headers here
        answer = page(request, HTTPStatus.INTERNAL_SERVER_ERROR, UNKNOWN_FAULT)
        answer.headers.update(SECURITY_HEADERS)
        return answer


class _BuiltStatic(StaticFiles):
    """Built files: those with a hash in their name never change, the others are asked for again."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Return a file with how long it may be kept."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        hashed = Path(full_path).parent.name == "files"
        response.headers["cache-control"] = FOR_EVER if hashed else REVALIDATE
        return response
