"""Error pages, health, metrics, headers and the API root."""

from __future__ import annotations

import errno
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, TooManyFilesSent
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from renda.site import errors
from renda.site.urls import handler400, handler403, handler404, handler500, urlpatterns


def crash(request: HttpRequest) -> Any:
    raise RuntimeError("数据库密码是 13900001234")


def refuse(request: HttpRequest) -> Any:
    raise PermissionDenied("只有交办机构可以交办，请联系代表联络工委。")


def confuse(request: HttpRequest) -> Any:
    raise BadRequest("缺少会议编号。")


BROKEN = {
    "full": OperationalError("database or disk is full"),
    "full-postgres": DatabaseError("could not extend file: No space left on device"),
    "full-file": OSError(errno.ENOSPC, "No space left on device"),
    "locked": OperationalError("database is locked"),
    "ours": OperationalError("no such table: motions_suggestion"),
    "away": OperationalError("connection to server failed"),
}


def fail(request: HttpRequest, how: str) -> Any:
    raise BROKEN[how]


class Urls:
    """The house's addresses and three that go wrong."""

    urlpatterns = [
        path("crash/", crash),
        path("refuse/", refuse),
        path("confuse/", confuse),
        path("fail/<how>/", fail),
        *urlpatterns,
    ]
    handler400, handler403, handler404, handler500 = handler400, handler403, handler404, handler500


pytestmark = [pytest.mark.django_db(databases=["default", "vault", "public"])]


@pytest.fixture
def visitor(settings: Any) -> Client:
    settings.ROOT_URLCONF = Urls
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("url", "status", "says"),
    [
        ("/nothing/here/", 404, ["没有这一页", "搜索"]),
        ("/refuse/", 403, ["只有交办机构可以交办，请联系代表联络工委。"]),
        ("/confuse/", 400, ["缺少会议编号。", "返回上一页"]),
        ("/crash/", 500, ["没有完成", "问题编号", "返回上一页"]),
    ],
)
def test_error_pages_say_what_happened_and_what_to_do(
    visitor: Client, url: str, status: int, says: list[str]
) -> None:
    response = visitor.get(url)
    text = response.content.decode()
    assert response.status_code == status
    for words in says:
        assert words in text
    assert response["X-Request-Id"] in text
    assert "13900001234" not in text
    assert "<script>" not in text


@pytest.mark.parametrize(
    ("how", "status", "says"),
    [
        ("full", 507, "磁盘满了，这一步没有保存"),
        ("full-postgres", 507, "磁盘满了，这一步没有保存"),
        ("full-file", 507, "磁盘满了，这一步没有保存"),
        ("locked", 503, "系统正忙，这一步没有保存"),
        ("ours", 500, "系统出错了，这一步没有完成"),
        ("away", 503, "数据库暂时连不上，这一步没有保存"),
    ],
)
def test_what_broke_decides_what_one_can_do(visitor: Client, how: str, status: int, says: str) -> None:
    response = visitor.post(f"/fail/{how}/")
    assert response.status_code == status
    assert says in response.content.decode()
    assert "返回上一页还能看到" in response.content.decode()


def test_a_part_of_a_page_gets_the_words_alone(visitor: Client) -> None:
    response = visitor.get("/refuse/", headers={"HX-Request": "true"})
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == "只有交办机构可以交办，请联系代表联络工委。"


def test_an_old_form_is_explained(visitor: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/refuse/", {"title": "x"})
    assert response.status_code == 403
    assert "刷新" in response.content.decode()


def test_the_500_page_needs_no_template_and_no_database(
    visitor: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(errors, "render_to_string", lambda *a: 1 / 0)
    assert "没有完成" in visitor.get("/crash/").content.decode()
    # The others fall back to it when a template is what broke.
    response = visitor.get("/nothing/")
    assert response.status_code == 404
    assert "没有这一页" in response.content.decode()


def test_too_many_files_are_called_so() -> None:
    response = errors.bad_request(RequestFactory().get("/"), TooManyFilesSent())
    assert "文件太多" in response.content.decode()


def test_every_answer_carries_the_security_headers(visitor: Client) -> None:
    response = visitor.get("/nothing/")
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


def test_a_request_keeps_a_number_given_by_a_proxy_if_it_is_one(visitor: Client) -> None:
    assert visitor.get("/nothing/", headers={"X-Request-Id": "abcd-1234"})["X-Request-Id"] == "abcd-1234"
    forged = visitor.get("/nothing/", headers={"X-Request-Id": "<b>13900001234</b>"})["X-Request-Id"]
    assert "<" not in forged


def test_metrics_are_for_this_machine_alone(visitor: Client) -> None:
    visitor.get("/nothing/secret-name/")
    here = visitor.get("/metrics", REMOTE_ADDR="127.0.0.1")
    assert here.status_code == 200
    text = here.content.decode()
    assert 'renda_requests_total{method="GET",route="(无此页)",status="404"}' in text
    assert "renda_workers 0.0" in text
    assert "secret-name" not in text
    assert visitor.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 404
    proxied = visitor.get("/metrics", REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "10.1.2.3"})
    assert proxied.status_code == 404


@pytest.mark.django_db(databases=["default", "vault", "public"], transaction=True)
def test_health_says_what_is_wrong(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sick = visitor.get("/health/")
    assert sick.status_code == 500
    assert sick.json()["Databases()"] == "OK"
    assert "没有后台进程" in sick.json()["Workers()"]
    alive = [SimpleNamespace(age=1.0)]
    monkeypatch.setattr("renda.kernel.jobs.api.workers", lambda: alive)
    well = visitor.get("/health/")
    assert well.status_code == 200
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1024))
    assert "磁盘只剩" in visitor.get("/health/").json()["Disk()"]


def test_the_api_describes_itself_and_refuses_strangers(visitor: Client) -> None:
    described = visitor.get("/api/openapi.json")
    assert described.status_code == 200
    assert described.json()["info"]["title"] == "Renda"


@override_settings(DEBUG=False)
def test_a_foreign_host_name_is_refused(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["rd.example"]
    response = Client(raise_request_exception=False).get("/nothing/", HTTP_HOST="evil.example")
    assert response.status_code == 400
