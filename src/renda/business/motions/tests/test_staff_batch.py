"""The clerk's batches: previewed, all or none, undone until notices are sent; letters by organ."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from renda.business.motions.models import Assignment, LetterMark, Suggestion
from renda.business.motions.services import handover, review
from renda.business.motions.tests.conftest import World, fresh
from renda.kernel.workflow import api as workflow


def client_of(world: World, key: str = "office") -> Client:
    client = Client()
    client.force_login(world.accounts[key])
    return client


def waiting(world: World, n: int) -> list[Suggestion]:
    return [world.registered(title=f"关于第{i}处路口信号灯的建议") for i in range(1, n + 1)]


def typed(rows: list[Suggestion], lead: str = "市城管局", joint: str = "", **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"stage": "registered", "go": "hand_over", **more}
    for row in rows:
        data[f"l-{row.pk}"], data[f"j-{row.pk}"] = lead, joint
    return data


def hand_over(world: World, rows: list[Suggestion], **given: str) -> str:
    """By the pages: preview, then what the preview's form posts. Returns the batch's address."""
    client = client_of(world)
    shown = client.post("/motions/grid/", typed(rows, **given)).text
    assert "确认交办承办单位" in shown
    data = typed(rows, **given) | {"ids": [r.pk for r in rows]}
    response = client.post("/motions/grid/apply/", data)
    assert response.status_code == 302
    return str(response["Location"])


def test_hand_over_by_names_pasted_with_preview_and_undo(world: World) -> None:
    rows = waiting(world, 3)
    preview = client_of(world).post("/motions/grid/", typed(rows, joint="市公安局、市交通局")).text
    assert "主办安澜市城市管理局 3 件" in preview and "2026年5月28日" in preview
    assert not Assignment.objects.exists()
    url = hand_over(world, rows, joint="市公安局、市交通局")
    assert Assignment.objects.count() == 9
    client = client_of(world)
    assert "发出通知" in client.get(url).text
    assert client.post(url, {"go": "undo", "reason": "填错单位"}).status_code == 302
    assert {fresh(r).case.state for r in rows} == {"registered"}
    assert client.get(url).status_code == 404


def test_one_bad_row_stops_the_whole_batch(world: World) -> None:
    rows = waiting(world, 3)
    data = typed(rows) | {f"l-{rows[1].pk}": "市某某局"}
    shown = client_of(world).post("/motions/grid/", data).text
    assert "没有名为“市某某局”的机构" in shown and "确认交办" not in shown
    client_of(world).post("/motions/grid/apply/", data | {"ids": [r.pk for r in rows]})
    assert not Assignment.objects.exists()


def test_a_lead_twice_and_a_helper_without_lead_are_refused(world: World) -> None:
    (row,) = waiting(world, 1)
    for given, said in (
        ({"lead": "市城管局", "joint": "市城管局"}, "同一单位不能填两次"),
        ({"lead": "市城管局、市公安局"}, "主办单位只能有一个"),
    ):
        assert said in client_of(world).post("/motions/grid/", typed([row], **given)).text


def test_notices_end_the_undo_and_number_each_letter_once(world: World) -> None:
    LetterMark.objects.create(organ=world.congress.organisation, mark="安人办函")
    rows = waiting(world, 2)
    url = hand_over(world, rows, joint="市公安局")
    client = client_of(world)
    client.post(url, {"go": "send"})
    shown = client.get(url).text
    assert "安人办函〔2026〕1号" in shown and "安人办函〔2026〕2号" in shown and "整批收回" not in shown
    client.post(url, {"go": "undo", "reason": "再改"})
    client.post(url, {"go": "send"})
    assert "安人办函〔2026〕3号" not in client.get(url).text
    assert {fresh(r).case.state for r in rows} == {"handling"}


def test_papers_by_organ(world: World) -> None:
    url = hand_over(world, waiting(world, 2), joint="市公安局")
    client = client_of(world)
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"{url}zip/").content))
    assert sorted(archive.namelist()) == ["01 安澜市城市管理局.docx", "02 安澜市公安局.docx"]
    assert client.get(f"{url}xlsx/").content[:2] == b"PK"
    assert client.get(f"{url}exe/").status_code == 404
    assert client_of(world, "government").get(url).status_code in {403, 404}


def test_register_in_batch_with_numbers_from_paper(world: World) -> None:
    rows = [world.submitted(title=f"关于第{i}座桥的建议") for i in range(3)]
    data: dict[str, Any] = {"stage": "review", "go": "register"}
    for row, number in zip(rows, ("101", "第103号", ""), strict=True):
        data |= {f"n-{row.pk}": number, f"c-{row.pk}": str(world.category.pk)}
    assert "第101号" in client_of(world).post("/motions/grid/", data).text
    client_of(world).post("/motions/grid/apply/", data | {"ids": [r.pk for r in rows]})
    assert [fresh(r).serial for r in rows] == [101, 103, 104]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (("7", "7"), "填了两次"),
        (("1", "8"), "1 号已经是"),
        (("七", "8"), "不是编号"),
    ],
)
def test_numbers_that_cannot_be(world: World, numbers: tuple[str, str], said: str) -> None:
    world.registered()
    rows = [world.submitted(title=f"关于第{i}座桥的建议") for i in range(2)]
    data: dict[str, Any] = {"stage": "review", "go": "register"}
    for row, number in zip(rows, numbers, strict=True):
        data |= {f"n-{row.pk}": number, f"c-{row.pk}": str(world.category.pk)}
    assert said in client_of(world).post("/motions/grid/", data).text
    client_of(world).post("/motions/grid/apply/", data | {"ids": [r.pk for r in rows]})
    assert all(fresh(r).serial is None for r in rows)


def test_two_clerks_on_one_batch(world: World) -> None:
    """One registers while the other still looks at the preview: nothing of the second batch is done."""
    rows = [world.submitted(title=f"关于第{i}座桥的建议") for i in range(2)]
    data: dict[str, Any] = {"stage": "review", "go": "register", "ids": [r.pk for r in rows]}
    for row in rows:
        data |= {f"c-{row.pk}": str(world.category.pk), f"seen-{row.pk}": str(row.case.step)}
    review.send_back(rows[0], actor=world.office, reason="vague", text="请写具体")
    assert client_of(world).post("/motions/grid/apply/", data).status_code == 200
    assert fresh(rows[1]).case.state == "submitted"


def test_to_the_government_and_its_own_batch(world: World) -> None:
    rows = waiting(world, 2)
    data = {"stage": "registered", "go": "to_government", "ids": [r.pk for r in rows]}
    client_of(world).post("/motions/grid/apply/", data)
    assert {fresh(r).case.state for r in rows} == {"at_government"}
    client = client_of(world, "government")
    assert "政府待转办" in client.get("/motions/grid/").text
    given = typed(rows) | {"stage": "government", "ids": [r.pk for r in rows]}
    url = client.post("/motions/grid/apply/", given)["Location"]
    assert all(a.through_government for a in Assignment.objects.all())
    assert client.get(url).status_code == 200


def test_a_row_is_filled_from_past_cases(world: World) -> None:
    for _ in range(2):
        world.replied()
    workflow.deliver()
    while workflow.deliver():
        pass
    new = world.registered(title="关于治理城南路口拥堵的建议")
    advice = client_of(world).get(f"/motions/grid/advice/{new.pk}/").text
    assert "近3年相似的 2 件中 2 件由市城管局主办" in advice
    filled = client_of(world).post("/motions/grid/", {"stage": "registered", "go": f"fill:{new.pk}"}).text
    assert f'name="l-{new.pk}" value="市城管局"' in filled


def test_only_what_the_organ_was_handed_is_undone(world: World) -> None:
    rows = waiting(world, 2)
    batch, _ = handover.hand_over_batch(
        [(r, handover.Plan(world.organs["urban"])) for r in rows], actor=world.office
    )
    other = world.handed()
    assert handover.undo_batch(batch, actor=world.office, reason="填错") == 2
    assert fresh(other).case.state == "handling"
    with pytest.raises(workflow.WorkflowError):
        handover.undo(fresh(rows[0]), actor=world.office, reason="再收回")
