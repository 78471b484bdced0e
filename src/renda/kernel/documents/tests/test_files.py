"""Files to those who may read them, with headers that let nothing act; uploads refused on their way in."""

from __future__ import annotations

import io
import resource
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from renda.kernel.documents import store
from renda.kernel.documents.api import Attachment, attach, readers, remove
from renda.kernel.documents.tests.samples import docx_file, png_file, zip_file
from renda.kernel.documents.uploads import UploadLimits, request_limit
from renda.kernel.refs import Ref

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store_folder")]


@pytest.fixture
def browser(clerk: Any) -> Client:
    client = Client()
    client.force_login(clerk)
    return client


@pytest.fixture
def picture(clerk: Any, owner: Ref) -> Attachment:
    return attach(png_file(), owner=owner, actor=clerk, name="现场 照片.png")


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_nobody_reads_without_a_policy(browser: Client, picture: Attachment) -> None:
    assert browser.get(picture.url).status_code == 404


def test_a_policy_decides(
    browser: Client, picture: Attachment, clerk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renda.kernel.documents import files

    asked = []
    monkeypatch.setattr(files, "_readers", {})
    readers("documents.test", lambda account, owner_id: bool(asked.append((account, owner_id))))
    assert browser.get(picture.url).status_code == 404
    assert asked == [(clerk, "1")]
    readers("documents.test", lambda account, owner_id: True)
    assert browser.get(picture.url).status_code == 200


def test_a_stranger_is_sent_to_the_log_in(picture: Attachment) -> None:
    response = Client().get(picture.url)
    assert response.status_code == 302 and response["Location"].startswith("/login/")


@pytest.mark.usefixtures("readable")
def test_pictures_are_shown_and_let_nothing_act(browser: Client, picture: Attachment) -> None:
    response = browser.get(picture.url)
    assert body(response) == png_file() and response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("inline")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Cache-Control"].startswith("private")
    assert browser.get(picture.url, headers={"if-none-match": response["ETag"]}).status_code == 304
    saved = browser.get(picture.url + "?download")
    assert saved["Content-Disposition"].startswith("attachment")


@pytest.mark.usefixtures("readable")
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("建议.docx", docx_file()),
        ("包.zip", zip_file({"a.txt": b"a"})),
        ("意见.txt", "意见".encode()),
        ("动图.gif", b"GIF89a" + b"\0" * 30),
    ],
)
def test_all_else_is_saved(browser: Client, clerk: Any, owner: Ref, name: str, data: bytes) -> None:
    made = attach(data, owner=owner, actor=clerk, name=name)
    assert browser.get(made.url)["Content-Disposition"].startswith("attachment")


@pytest.mark.usefixtures("readable")
def test_removed_and_unknown_files_are_not_there(browser: Client, picture: Attachment, clerk: Any) -> None:
    remove(picture.id, actor=clerk, reason="传错")
    assert browser.get(picture.url).status_code == 404
    assert browser.get("/files/00000000-0000-0000-0000-000000000000/").status_code == 404
    assert browser.post(picture.url).status_code == 405


@pytest.mark.usefixtures("readable")
def test_a_lost_content_is_said_on_a_page(browser: Client, picture: Attachment) -> None:
    store.delete(picture.sha256)
    response = browser.get(picture.url)
    assert response.status_code == 503 and "备份" in response.content.decode()


@pytest.mark.usefixtures("readable")
def test_what_cannot_be_previewed_can_be_saved(browser: Client, picture: Attachment) -> None:
    response = browser.get(f"{picture.url}preview/")
    assert response.status_code == 404
    assert f"{picture.url}?download" in response.content.decode()


# — uploads on their way in —


def _taking(request: HttpRequest) -> HttpResponse:
    """A form that takes a file."""
    return HttpResponse(",".join(f"{f.name}:{f.size}" for f in request.FILES.getlist("file")))


urlpatterns = [path("take/", _taking)]


class Body(io.RawIOBase):
    """A request's body, made as it is read: so many bytes of file, never in memory."""

    def __init__(self, size: int, boundary: str = "xyz") -> None:
        self.head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="video.mp4"\r\n'
            "Content-Type: video/mp4\r\n\r\n"
        ).encode()
        self.tail = f"\r\n--{boundary}--\r\n".encode()
        self.left = size
        self.length = len(self.head) + size + len(self.tail)
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        want = 65536 if size < 0 else min(size, 65536)
        if self.head:
            out, self.head = self.head[:want], self.head[want:]
        elif self.left:
            out = b"\0" * min(want, self.left)
            self.left -= len(out)
        else:
            out, self.tail = self.tail[:want], self.tail[want:]
        self.given += len(out)
        return out


def send(stream: Body, **headers: str) -> HttpResponse:
    """The request as the web server hands it to the middleware and the form."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/take/",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": "multipart/form-data; boundary=xyz",
        "CONTENT_LENGTH": str(stream.length),
        "wsgi.input": stream,
        "wsgi.url_scheme": "http",
        **headers,
    }
    from django.core.handlers.exception import convert_exception_to_response

    request = WSGIRequest(environ)
    return UploadLimits(convert_exception_to_response(_taking))(request)  # type: ignore[return-value]


@override_settings(ROOT_URLCONF=__name__)
def test_200_megabytes_are_refused_without_memory_or_disk(tmp_path: Path, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    stream = Body(200 * 1024**2)
    response = send(stream)
    assert response.status_code == 413
    assert "超过 50 MB" in response.content.decode() or "超过 199 MB" in response.content.decode()
    assert stream.given == stream.length  # read to the end, so that the browser gets the answer
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40 * 1024  # kB
    assert sum(p.stat().st_size for p in tmp_path.iterdir()) == 0


@override_settings(ROOT_URLCONF=__name__)
def test_one_file_over_the_limit_in_a_request_below_it(settings: Any, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    stream = Body(60 * 1024**2)
    assert stream.length < request_limit()
    response = send(stream)
    assert response.status_code == 413 and "video.mp4”超过 50 MB" in response.content.decode()
    assert stream.given == stream.length


@override_settings(ROOT_URLCONF=__name__)
def test_a_part_of_a_page_gets_the_sentence_alone() -> None:
    response = send(Body(60 * 1024**2), HTTP_HX_REQUEST="true")
    assert response["Content-Type"].startswith("text/plain")
    assert response.content.decode().startswith("“video.mp4”超过 50 MB，没有上传")


@override_settings(ROOT_URLCONF=__name__)
def test_what_is_small_enough_arrives() -> None:
    response = send(Body(3 * 1024**2))
    assert response.status_code == 200 and response.content == b"video.mp4:3145728"


@override_settings(ROOT_URLCONF=__name__)
def test_a_full_disk_while_the_upload_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    from django.core.files.uploadhandler import TemporaryFileUploadHandler

    def full(self: Any, raw_data: bytes, start: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", full)
    response = send(Body(3 * 1024**2))
    assert response.status_code == 507 and "磁盘空间不足" in response.content.decode()
