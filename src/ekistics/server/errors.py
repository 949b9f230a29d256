"""The table from kinds of error to HTTP status, and the plain page that says what happened."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

import jinja2

from ekistics.model.errors import Cancelled, Conflict, Damaged, EkisticsError, InvalidInput, NotFound, Unavailable
from ekistics.publish.built_files import BuiltFiles

STATUS: dict[type[EkisticsError], HTTPStatus] = {
    InvalidInput: HTTPStatus.BAD_REQUEST,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    Cancelled: HTTPStatus.SERVICE_UNAVAILABLE,
    Damaged: HTTPStatus.INTERNAL_SERVER_ERROR,
}

TITLES: dict[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: "This address cannot be read",
    HTTPStatus.NOT_FOUND: "There is no such page here",
    HTTPStatus.METHOD_NOT_ALLOWED: "These pages can only be read",
    HTTPStatus.CONFLICT: "This contradicts what is on record",
    HTTPStatus.SERVICE_UNAVAILABLE: "This cannot be shown just now",
    HTTPStatus.INTERNAL_SERVER_ERROR: "This page could not be made",
}
UNKNOWN_FAULT = "The fault is on our side and the server's log holds its details. The figures on record are untouched."

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=jinja2.StrictUndefined
)


def status_of(error: EkisticsError) -> HTTPStatus:
    """Return the status of an error by its nearest kind in the table."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)


def error_page(status: HTTPStatus, sentence: str, built: BuiltFiles, home: str = "/") -> str:
    """Return a plain page: what happened, and the way back."""
    title = TITLES.get(status, status.phrase)
    styles = [f"{home}static/{name}" for name in built.styles("site")]
    return _templates.get_template("error.html").render(title=title, sentence=sentence, styles=styles, home=home, status=int(status))
