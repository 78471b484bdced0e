"""A suggestion's whole life by clicking, with the demo's accounts: from the draft to the last kept promise.

The deputy is on a phone of 360 pixels, staff at a desktop. Every step is a page that people have; nothing is
done behind them. A picture of each step is left in the test's temporary folder.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from renda.kernel import clock
from tests import product

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TITLE = "关于在听涛路小学门前增设行人过街信号灯的建议"
ORGAN = "安澜市城市管理局"
PROMISE = "建成听涛路小学门前行人过街信号灯"
Shoot = Callable[[Any, str], None]


@pytest.fixture
def shoot(tmp_path: Path) -> Shoot:
    """``shoot(page, name)``: keep a picture; a page that is wider than its screen fails."""
    taken: list[str] = []

    def take(page: Any, name: str) -> None:
        taken.append(name)
        page.screenshot(path=tmp_path / f"{len(taken):02d}-{name}.png", full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name}：页面比屏幕宽 {wide} 像素"

    return take


def text(page: Any) -> str:
    return str(page.inner_text("main"))


def act(page: Any, label: str) -> None:
    """Open an act that the page offers, by its label."""
    page.locator(f".acts a:text-is('{label}')").first.click()
    page.wait_for_load_state()


def send(page: Any, label: str) -> None:
    """Press a button that posts, and see the next page without a complaint."""
    before = page.url
    page.click(f"main button:text-is('{label}')")
    page.wait_for_url(lambda url: url != before)
    page.wait_for_load_state()
    assert not page.locator(".wrongs").count(), page.inner_text(".wrongs")


def write_and_submit(phone: Any, server: product.Server, shoot: Shoot) -> str:
    """The deputy writes step by step and submits.

    Returns:
        the address of the case, as every role opens it.
    """
    phone.goto(f"{server.url}motions/mine/")
    phone.click("a:has-text('写一件建议')")
    phone.click("button:has-text('开始写')")
    phone.wait_for_url("**/edit/")
    phone.wait_for_selector("form[data-saving=on]")
    phone.fill("[name=title]", TITLE)
    phone.check("[name=how][value=reception]")
    phone.wait_for_selector("[data-saved][data-state=saved]")
    shoot(phone, "draft")
    for name, words in (
        ("matter", "听涛路小学门前没有信号灯，上下学时段每天有一千二百名学生过街。"),
        ("analysis", "该路段双向四车道，最近的信号灯在四百米外，去年发生剐蹭六起。"),
        ("proposal", "在小学门前增设行人过街信号灯，并配套标线和提示牌。"),
    ):
        phone.click("button.primary:visible:has-text('下一步')")
        phone.wait_for_url(f"**step={name}**")
        phone.fill(f"[name={name}]", words)
    phone.click("button:visible:has-text('公开')")
    phone.wait_for_url("**step=consent**")
    phone.check("[name=consent][value=all]")
    phone.click("button.primary:visible:has-text('去核对提交')")
    phone.wait_for_url("**/submit/")
    assert "谁会看到" in text(phone)
    shoot(phone, "submit")
    phone.click("button:text-is('提交')")
    phone.wait_for_url(lambda url: url.rstrip("/").split("/")[-1].isdigit())
    assert "已提交" in text(phone)
    shoot(phone, "submitted")
    return str(phone.url)


def review_and_hand_over(office: Any, server: product.Server, shoot: Shoot, number: str) -> None:
    """Number it, hand it to the organ, send the notices: in the clerk's grid, with a preview before each."""
    office.goto(f"{server.url}motions/grid/?stage=review")
    office.check(f"[name=ids][value='{number}']")
    office.select_option(f"[name=c-{number}]", label="城乡建设")
    shoot(office, "review")
    office.locator("main .batch button.primary").click()
    office.wait_for_selector("text=请核对")
    shoot(office, "review-preview")
    office.locator("main .form-foot button.primary").click()
    office.wait_for_load_state("networkidle")
    office.goto(f"{server.url}motions/grid/?stage=registered")
    office.check(f"[name=ids][value='{number}']")
    office.fill(f"[name=l-{number}]", ORGAN)
    shoot(office, "hand-over")
    office.locator("main .batch button", has_text=re.compile("^交办")).click()
    office.wait_for_selector("text=请核对")
    assert "前答复" in text(office), "the day by which it must be answered is shown before"
    shoot(office, "hand-over-preview")
    office.locator("main .form-foot button.primary").click()
    office.wait_for_selector("button:has-text('发出通知')")
    office.click("button:has-text('发出通知')")
    office.wait_for_selector("text=通知已发出")
    shoot(office, "handed-over")


def handle_and_reply(organ: Any, server: product.Server, shoot: Shoot) -> str:
    """Receive, speak with the deputy, write the reply with its promise, send it to the head.

    Returns:
        the address of the organ's part.
    """
    organ.goto(f"{server.url}motions/handling/")
    organ.click(f"a:has-text('{TITLE}')")
    organ.wait_for_load_state()
    part = str(organ.url)
    act(organ, "签收")
    send(organ, "签收")
    shoot(organ, "received")
    act(organ, "登记与代表沟通")
    organ.check("[name=how] >> nth=0")
    organ.fill("[name=happened_at]", clock.now().strftime("%Y-%m-%dT%H:%M"))
    organ.fill("[name=text]", "与代表到现场察看，代表希望赶在开学前装好。")
    send(organ, "登记与代表沟通")
    assert "代表希望赶在开学前装好" in text(organ)
    shoot(organ, "contacted")
    organ.locator(".acts a", has_text="起草答复").first.click()
    organ.wait_for_url("**/reply/")
    organ.reload()  # the letter was begun; it is written as on any later day
    due = clock.today() + timedelta(days=60)
    organ.check("[name=reply_class] >> nth=1")
    organ.fill("[name=opening]", f"您提出的{TITLE}收悉，现答复如下。")
    organ.fill("[name=done]", "已会同交警部门现场勘查，完成点位设计。")
    organ.fill("[name=planned]", f"{due.year}年{due.month}月{due.day}日前{PROMISE}。")
    organ.fill("[name=contact]", "市城管局市政科")
    organ.click("button:has-text('保存') >> nth=-1")
    organ.wait_for_selector(".proposals")
    shoot(organ, "promise-proposed")
    organ.locator("button:has-text('列为承诺')").first.click()
    organ.wait_for_url("**#promises")
    assert PROMISE in organ.input_value("[name=p_text]"), "the sentence that was proposed"
    organ.fill("[name=p_text]", PROMISE)
    organ.select_option("[name=p_organ]", index=1)
    organ.fill("[name=p_due_on]", due.isoformat())
    organ.fill("[name=p_measure]", "信号灯启用，标线和提示牌齐全")
    organ.select_option("[name=p_evidence_kind]", index=1)
    organ.click("button:has-text('保存') >> nth=-1")
    organ.wait_for_selector("text=可以送审了")
    shoot(organ, "reply")
    organ.click("button:text-is('送负责人审签')")
    organ.wait_for_url(part)
    assert "答复待审签" in text(organ)
    return part


def sign(head: Any, part: str, shoot: Shoot) -> None:
    head.goto(f"{part}sign/")
    head.fill("[name=signer]", "韩志远")
    shoot(head, "sign")
    head.click("button:text-is('签发答复')")
    head.wait_for_url(lambda url: "/sign/" not in url)
    assert "已答复" in text(head)
    shoot(head, "signed")


def rate(phone: Any, case: str, shoot: Shoot) -> None:
    phone.goto(case)
    phone.locator("a.btn.primary:has-text('评价答复')").first.click()
    phone.wait_for_url("**/rate/**")
    assert not phone.locator("input[type=radio]:checked").count(), "nothing is chosen beforehand"
    phone.check("[name=attitude][value=satisfied]")
    phone.check("[name=result][value=satisfied]")
    shoot(phone, "rate")
    phone.click("button:has-text('提交评价')")
    phone.wait_for_url(lambda url: "/rate/" not in url)
    assert "跟踪落实" in text(phone), "satisfied is not done: the promise is still open"
    shoot(phone, "rated")


def prove(organ: Any, server: product.Server, shoot: Shoot, proof: Path) -> str:
    """The organ's evidence for the promise.

    Returns:
        the address of the matter.
    """
    organ.goto(f"{server.url}ledger/")
    organ.click(f"a:has-text('{PROMISE}')")
    organ.wait_for_load_state()
    matter = str(organ.url)
    act(organ, "提交落实证明")
    organ.fill("[name=text]", "信号灯已启用，标线和提示牌齐全。")
    organ.fill("[name=happened_on]", clock.today().isoformat())
    organ.set_input_files("[name=files]", proof)
    shoot(organ, "evidence")
    send(organ, "提交落实证明")
    assert "信号灯已启用" in text(organ)
    return matter


def confirm(phone: Any, matter: str, shoot: Shoot) -> None:
    phone.goto(matter)
    act(phone, "核实落实情况")
    phone.check("[name=agrees][value=yes]")
    phone.fill("[name=text]", "到现场看过，灯已经亮了。")
    shoot(phone, "confirm")
    send(phone, "核实落实情况")


def close(office: Any, matter: str, shoot: Shoot) -> None:
    office.goto(matter)
    assert "到现场看过" in text(office)
    act(office, "核验销号")
    office.fill("[name=text]", "查看照片，并电话向代表核实。")
    send(office, "核验销号")
    assert "已兑现" in text(office)
    shoot(office, "kept")


def test_from_draft_to_the_last_kept_promise(
    server: product.Server,
    login: Callable[[Any, str], None],
    open_page: Callable[..., Any],
    shoot: Shoot,
    tmp_path: Path,
) -> None:
    phone = open_page(360, 780, is_mobile=True, has_touch=True)
    office, organ, head = (open_page(1280, 800) for _ in range(3))
    clerk = next(a["username"] for a in server.accounts() if a["role"] == "承办单位经办人")
    signer = next(a["username"] for a in server.accounts() if a["role"] == "承办单位负责人")
    for page, name in ((phone, "deputy1"), (office, "office"), (organ, clerk), (head, signer)):
        login(page, name)
    proof = tmp_path / "信号灯启用说明.txt"
    proof.write_text("听涛路小学门前行人过街信号灯已启用。", "utf-8")

    case = write_and_submit(phone, server, shoot)
    review_and_hand_over(office, server, shoot, case.rstrip("/").split("/")[-1])
    part = handle_and_reply(organ, server, shoot)
    sign(head, part, shoot)
    rate(phone, case, shoot)
    matter = prove(organ, server, shoot, proof)
    confirm(phone, matter, shoot)
    close(office, matter, shoot)

    # The worker hears of the kept promise and closes the suggestion.
    for _ in range(20):
        phone.goto(case)
        if "办结" in phone.inner_text(".case-head"):
            break
        phone.wait_for_timeout(500)
    assert "办结" in phone.inner_text(".case-head")
    shoot(phone, "closed")
    told = phone.inner_text("main") + phone.inner_text("aside, .side")
    for step in ("提交", "交办", "签收", "答复", "评价", "办结：承诺 1 项，兑现 1 项"):
        assert step in told, step
