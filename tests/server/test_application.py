"""The server: each address answers, nothing writes, headers stand everywhere, errors are plain pages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from ekistics.model.errors import Cancelled, Conflict, Damaged, EkisticsError, InvalidInput, NotFound, Unavailable
from ekistics.server.application import create_app


@dataclass(frozen=True)
class File:
    name: str
    media_type: str
    body: bytes | Path


class Shelf:
    """A workspace that answers with what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.raises: Exception | None = None

    def index(self):
        if self.raises:
            raise self.raises
        return "<h1>places</h1>"

    def page(self, place, name, query):
        return f"<h1>{place} | {name} | {sorted(query.items())}</h1>" + "<p>x</p>" * 500

    def figure(self, figure_id, query):
        return f"<h1>figure {figure_id}</h1>"

    def figure_prov(self, figure_id):
        return b'{"entity": {}}'

    def compare(self, query):
        return f"<h1>{query.get('places')}</h1>"

    def indices(self, query):
        return "<h1>indices</h1>"

    def index_page(self, code, page, about, query):
        return f"<h1>{code} | {page} | {about}</h1>"

    def index_file(self, code, name):
        return File(f"{code}-{name}", "text/csv", b"rank,place\n")

    def download(self, place, kind):
        path = self.folder / "figures.xlsx"
        path.write_bytes(b"PK")
        return File(f"{place}.{kind}", "text/csv", path if kind == "xlsx" else b"a,b\n1,2\n")

    def map_data(self, place):
        return b'{"v":1}'

    def asset(self, sha256):
        raise NotFound(f"no asset {sha256}")


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path)


@pytest.fixture
def client(shelf, tmp_path, client_of):
    (tmp_path / "built" / "files").mkdir(parents=True)
    (tmp_path / "built" / "files" / "site-abc.css").write_text("body{}")
    (tmp_path / "built" / "manifest.json").write_text(
        '{"src/site.ts": {"file": "files/site-1.js", "css": ["files/site-abc.css"]},'
        ' "src/explorer/main.ts": {"file": "files/explorer-1.js"}}'
    )
    return client_of(create_app(shelf, built=tmp_path / "built"))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/", "places"),
        ("/place/ES-las-palmas", "ES-las-palmas | glance"),
        ("/place/ES-las-palmas/", "ES-las-palmas | glance"),
        ("/place/x/matrix?lang=es", "x | matrix | [('lang', 'es')]"),
        ("/place/x/agenda/sdg11", "x | agenda/sdg11"),
        ("/place/x/theme/public%20space", "x | theme/public space"),
        ("/place/x/map", "x | map"),
        ("/place/x/how-we-know", "x | how-we-know"),
        ("/place/x/settlement", "x | settlement"),
        ("/place/x/downloads", "x | downloads"),
        ("/figure/12", "figure 12"),
        ("/figure/12/prov.json", "entity"),
        ("/compare?places=a,b", "a,b"),
        ("/place/x/data.csv", "a,b"),
        ("/place/x/profile.html", "a,b"),
        ("/place/x/map.svg", "a,b"),
        ("/place/x/import/41", "x | import/41"),
        ("/place/x/map-data", '"v":1'),
        ("/index", "indices"),
        ("/index/cpi", "cpi |  | "),
        ("/index/cpi/", "cpi |  | "),
        ("/index/cpi/from/201", "cpi | from | 201"),
        ("/index/cpi/matrix", "cpi | matrix | <"),
        ("/index/cpi/matrix?group=ES%201", "cpi | matrix | ES 1"),
        ("/index/cpi/audit?group=x", "cpi | audit | <"),
        ("/index/cpi/how", "cpi | how | "),
        ("/index/cpi/what-if", "cpi | what-if | "),
        ("/index/cpi/what-if.json", "rank,place"),
        ("/index/cpi/unit/a%2Fb", "cpi | unit | a/b"),
        ("/index/cpi/ranking.csv", "rank,place"),
    ],
)
def test_every_address_is_one_method_of_the_workspace(client, address, said):
    answer = client.get(address)
    assert answer.status_code == 200
    assert said in answer.text


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("a%2Fb", "a/b"),
        ("%C3%91u%C3%B1oa", "Ñuñoa"),
        ("a%20b", "a b"),
        ("..%2F..%2Fetc", "../../etc"),
        ("matrix", "matrix"),
        ("100%25", "100%"),
    ],
)
def test_a_place_code_may_hold_any_letter(client, written, code):
    answer = client.get(f"/place/{written}/matrix")
    assert f"{code} | matrix" in answer.text


@pytest.mark.parametrize("address", ["/place/%FF", "/place/a%00b", "/place/a%1Bb/matrix"])
def test_an_address_that_is_no_text_is_refused_plainly(client, address):
    answer = client.get(address)
    assert answer.status_code == 400
    assert "This address cannot be read" in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/nothing",
        "/place/x/nothing",
        "/place/x/agenda",
        "/place/x/agenda/a/b",
        "/figure/x",
        "/figure/99999999999999999999",
        "/asset/abc",
        "/place/x/data.exe",
        "/index/cpi/nothing",
        "/index/cpi/unit",
        "/index/cpi/audit/x",
    ],
)
def test_what_is_not_there_is_said_on_a_plain_page(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert "There is no such page here" in answer.text
    assert "/static/files/site-abc.css" in answer.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInput("x"), 400),
        (NotFound("x"), 404),
        (Conflict("x"), 409),
        (Unavailable("x"), 503),
        (Damaged("x"), 500),
        (Cancelled("x"), 503),
        (EkisticsError("x"), 500),
    ],
)
def test_each_kind_of_error_has_its_status(client, shelf, error, status):
    shelf.raises = error
    assert client.get("/").status_code == status


def test_every_kind_of_error_stands_in_the_table():
    from ekistics.server.errors import STATUS

    assert set(STATUS) == set(EkisticsError.__subclasses__())


def test_a_fault_shows_no_traceback(client, shelf):
    shelf.raises = RuntimeError("secret <path>")
    answer = client.get("/")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "The figures on record are untouched" in answer.text


def test_an_error_page_escapes_what_was_asked_for(client, shelf):
    shelf.raises = NotFound("<script>alert(1)</script>")
    answer = client.get("/")
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("address", ["/", "/place/x", "/figure/1", "/compare", "/place/x/map-data"])
def test_nothing_can_be_written(client, method, address):
    assert client.request(method, address).status_code == 405


@pytest.mark.parametrize("address", ["/", "/nothing", "/static/files/site-abc.css", "/place/x/data.xlsx"])
def test_every_answer_says_what_it_may_load_and_that_nobody_may_frame_it(client, address):
    headers = client.get(address).headers
    assert "'unsafe-inline'" not in headers["content-security-policy"]
    assert "'unsafe-eval'" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_even_a_fault_carries_the_headers(client, shelf):
    shelf.raises = RuntimeError("x")
    assert client.get("/").headers["x-content-type-options"] == "nosniff"


def test_a_page_that_has_not_changed_is_not_sent_again(client):
    first = client.get("/place/x")
    again = client.get("/place/x", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert client.get("/place/y", headers={"if-none-match": first.headers["etag"]}).status_code == 200


def test_large_answers_are_compressed(client):
    answer = client.get("/place/x", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(answer.content) / 5


def test_hashed_files_are_kept_for_ever_and_others_asked_for_again(client):
    assert "immutable" in client.get("/static/files/site-abc.css").headers["cache-control"]
    assert client.get("/static/manifest.json").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("address", ["/static/../app.py", "/static/%2e%2e/%2e%2e/application.py", "/static/..%2fapplication.py"])
def test_static_files_stay_within_their_folder(client, address):
    assert client.get(address).status_code == 404


def test_a_download_keeps_its_name_whatever_letters_it_has(client):
    answer = client.get("/place/%C3%91u%22%C3%B1oa/data.csv")
    assert answer.headers["content-disposition"] == "attachment; filename=\"_u__oa.csv\"; filename*=UTF-8''%C3%91u%22%C3%B1oa.csv"


def test_a_file_on_disk_is_handed_out_whole(client):
    answer = client.get("/place/x/data.xlsx")
    assert answer.content == b"PK"
    assert 'filename="x.xlsx"' in answer.headers["content-disposition"]


def test_on_loopback_no_foreign_name_is_answered(shelf, client_of):
    from ekistics.server.running import LOOPBACK_NAMES

    app = create_app(shelf, hosts=LOOPBACK_NAMES)
    for host in ("127.0.0.1:8480", "localhost:8480", "[::1]:8480"):
        assert client_of(app).get("/", headers={"host": host}).status_code == 200, host
    assert client_of(app).get("/", headers={"host": "evil.example"}).status_code == 400


def test_without_a_build_pages_are_still_readable(shelf, tmp_path, client_of):
    client = client_of(create_app(shelf, built=tmp_path / "none"))
    assert client.get("/").status_code == 200
    assert client.get("/nothing").status_code == 404


def test_a_proxy_prefix_is_no_part_of_the_place(shelf, tmp_path, client_of):
    client = client_of(create_app(shelf, built=tmp_path / "none"), root_path="/ekistics")
    assert "x | matrix" in client.get("/ekistics/place/x/matrix").text
