"""The gallery in a browser: accessible, whole without scripts, nothing lost, one stream, stale is said."""

import re
import subprocess
import sys
import time

import pytest
from tests import product

pytestmark = pytest.mark.browser

PAGES = ["", "desk", "list", "list-empty", "case", "form", "form-wrong", "board", "live", "public", "bare"]
ACCOUNT = """
import django
django.setup()
from renda.kernel.identity import api as identity
identity.create_account("looker", "王晓岚", "Anlan-look-2026", actor=None)
"""


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    """A running product without data but for one account; its gallery's address."""
    home = product.empty_home(tmp_path_factory.mktemp("gallery") / "home")
    subprocess.run(
        [sys.executable, "-c", ACCOUNT],
        env=product.environment(home, DJANGO_SETTINGS_MODULE="renda.site.settings"),
        check=True,
    )
    with product.serving(home) as running:
        yield running


def address(gallery, name=""):
    return f"{gallery.url}demo/ui/{name}{'/' if name else ''}"


def enter(page, gallery):
    page.goto(f"{gallery.url}login/")
    page.fill("input[name=login]", "looker")
    page.fill("input[name=password]", "Anlan-look-2026")
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def settled(page, gallery, name):
    page.goto(address(gallery, name))
    page.wait_for_load_state("networkidle") if name != "live" else page.wait_for_load_state("load")


VARIANTS = {
    "desktop": {"width": 1280, "height": 800},
    "phone": {"width": 360, "height": 740, "is_mobile": True, "has_touch": True},
    "dark": {"width": 1280, "height": 800, "color_scheme": "dark"},
    "large": {"width": 360, "height": 740, "is_mobile": True, "has_touch": True, "type": "large"},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_sample_page_is_accessible_and_fits_its_screen(gallery, open_page, variant):
    from axe_playwright_python.sync_playwright import Axe

    options = dict(VARIANTS[variant])
    large = options.pop("type", None)
    page = open_page(options.pop("width"), options.pop("height"), **options)
    if large:
        page.context.add_cookies([{"name": "renda_type", "value": large, "url": gallery.url}])
    wrong = {}
    for name in PAGES:
        settled(page, gallery, name)
        found = Axe().run(
            page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
        )
        for violation in found.response["violations"]:
            wrong[f"{name or 'index'}: {violation['id']}"] = [n["html"][:160] for n in violation["nodes"][:3]]
        spill = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if spill > 0:
            wrong[f"{name or 'index'}: 比屏幕宽"] = spill
    assert not wrong


TARGETS = (
    ".btn, .chip, .tabbar a, .head-act, select, "
    "input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=file])"
)
LOW = """(selector) => [...document.querySelectorAll(selector)]
    .map((element) => [element.className || element.name, element.getBoundingClientRect().height])
    .filter(([, height]) => height && height < 36)
    .map(([name, height]) => `${name} ${Math.round(height)}`)"""


def test_targets_on_a_phone_are_large_enough(gallery, open_page):
    page = open_page(360, 740, is_mobile=True, has_touch=True)
    small = {}
    for name in ("desk", "list", "case", "form"):
        settled(page, gallery, name)
        if found := page.evaluate(LOW, TARGETS):
            small[name] = found
    assert not small


def test_without_javascript_everything_reads_opens_and_posts(gallery, open_page):
    page = open_page(1280, 800, java_script_enabled=False)
    for name in PAGES:
        assert page.goto(address(gallery, name)).status == 200
    page.goto(address(gallery, "case"))
    page.click(".turn .why > summary")
    assert page.locator(".turn .why-body").is_visible()
    page.click(".timeline summary >> nth=2")
    assert page.get_by_text("登记", exact=True).first.is_visible()
    page.goto(address(gallery, "list"))
    page.click("details.chip-menu > summary >> nth=0")
    page.click(".chip-body a >> text=已答复")
    assert page.locator(".ledger tbody tr").count() == 3
    page.click("text=清除筛选")
    page.click(".ledger thead a >> text=编号")
    assert "sort=-number" in page.url
    page.goto(address(gallery))
    page.click("a[data-dialog=sample-dialog] >> nth=-1")
    assert page.url.endswith("/form/"), "没有脚本，对话框就是那个页面"
    page.goto(address(gallery, "form-wrong"))
    page.click(".wrongs a >> nth=0")
    assert page.url.endswith("#id_title")


def test_rooms_on_a_phone_open_and_close_without_javascript(gallery, open_page):
    page = open_page(360, 740, java_script_enabled=False, is_mobile=True, has_touch=True)
    enter(page, gallery)
    page.goto(address(gallery, "desk"))
    assert not page.locator("#rooms").is_visible()
    page.click(".tabbar >> text=全部")
    assert page.locator("#rooms").is_visible()
    page.click("#rooms >> text=关闭")
    assert not page.locator("#rooms").is_visible()


def test_keys_move_through_a_list_pick_and_open(gallery, open_page):
    page = open_page(1280, 800)
    settled(page, gallery, "list")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert "第102号" in page.locator("tr.here").inner_text()
    page.keyboard.press("k")
    assert "第101号" in page.locator("tr.here").inner_text()
    assert page.locator(".batch button >> nth=0").is_disabled()
    page.keyboard.press("x")
    assert page.locator("[data-picked]").inner_text() == "已选 1 行"
    assert page.locator(".batch button >> nth=0").is_enabled()
    page.keyboard.press("/")
    page.keyboard.type("jx")
    assert page.locator("#list-seek").input_value() == "jx", "在字段里打字不翻行"
    page.locator("tr.here td.main a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/case/")


COPIED = '第201号\t2026年6月1日\t"贺\n春生"\r\n第202号\t6月的某天\t甲\r\n' + "第203号\t2026.6.3\t乙\r\n" * 3
PASTE = """(text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    document.querySelector("[name='number-1']").dispatchEvent(event);
}"""
CELLS = """() => [...document.querySelectorAll("[data-grid] tbody tr")]
    .map((row) => [...row.querySelectorAll("input")].map((input) => input.value))"""


def test_a_range_of_cells_is_pasted_and_rows_are_added(gallery, open_page):
    page = open_page(1280, 800)
    settled(page, gallery, "")
    page.evaluate(PASTE, COPIED)
    read = page.evaluate(CELLS)
    assert read[0][0] == "第101号"
    assert read[1][:2] == ["第201号", "2026-06-01"] and "春生" in read[1][2]
    assert read[2][:3] == ["第202号", "6月的某天", "甲"], "认不出的日期原样留着"
    assert [row[0] for row in read[3:]] == ["第203号"] * 3
    assert page.locator("[name='number-5']").count() == 1


def write(page, text):
    page.locator("#id_matter").press_sequentially(text)


def test_a_draft_is_saved_survives_a_lost_network_and_comes_back(gallery, open_page, expected_errors):
    expected_errors.append(r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to load resource")
    page = open_page(360, 740, is_mobile=True, has_touch=True)
    enter(page, gallery)
    settled(page, gallery, "form")
    write(page, "路口没有灯")
    page.wait_for_selector(".saved[data-state=saved]")
    assert re.fullmatch(r"已保存 \d\d:\d\d", page.locator("[data-saved]").inner_text().strip())
    assert page.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('renda:draft')).length") == 0

    page.context.set_offline(True)
    write(page, "，老人过不去")
    page.wait_for_selector(".saved[data-state=kept]")
    assert "存在本机" in page.locator("[data-saved]").inner_text()
    page.context.set_offline(False)
    page.wait_for_selector(".saved[data-state=saved]", timeout=15000)

    page.route("**/autosave/", lambda route: route.abort())
    write(page, "，请办")
    page.wait_for_selector(".saved[data-state=kept]")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(address(gallery, "desk"))
    page.unroute("**/autosave/")
    settled(page, gallery, "form")
    assert "没有传到服务器" in page.locator(".notice.warn").inner_text()
    page.click("text=放回来")
    assert page.locator("#id_matter").input_value().endswith("请办")
    page.wait_for_selector(".saved[data-state=saved]")


def test_what_is_typed_before_the_module_wakes_is_saved_too(gallery, open_page):
    page = open_page(1280, 800)
    enter(page, gallery)
    held = []
    page.route("**/autosave*.js", lambda route: held.append(route))
    page.goto(address(gallery, "form"), wait_until="commit")
    page.wait_for_selector("#id_matter")
    page.fill("#id_matter", "手快的人")
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    page.wait_for_selector(".saved[data-state=saved]")


DRAFTS = """() => {
    const foreign = { at: 1, path: "/demo/ui/form/", fields: [["matter", "别人的内容"]] };
    localStorage.setItem("renda:draft:999:/demo/ui/form/", JSON.stringify(foreign));
    localStorage.setItem(`renda:draft:${document.body.dataset.account}:x`, "{}");
}"""


def test_another_account_on_the_same_computer_sees_nothing_of_it(gallery, open_page):
    page = open_page(1280, 800)
    enter(page, gallery)
    settled(page, gallery, "form")
    page.evaluate(DRAFTS)
    settled(page, gallery, "form")
    assert page.locator(".notice.warn").count() == 0
    said = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.accept()))
    page.click("details.menu > summary")
    page.click("text=退出")
    page.wait_for_load_state()
    assert said and "没有传到服务器" in said[0]
    assert page.evaluate("Object.keys(localStorage).filter((k) => k.endsWith(':x')).length") == 0


def test_a_failed_send_keeps_everything_and_says_what_to_do(gallery, open_page, expected_errors):
    expected_errors.append(r"ERR_INTERNET_DISCONNECTED|Failed to load resource")
    page = open_page(1280, 800)
    settled(page, gallery, "form")
    write(page, "写了很久的内容")
    page.set_input_files(
        "#id_attached", {"name": "路口.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 2000}
    )
    page.check("#id_consent_1")
    page.context.set_offline(True)
    page.click("text=下一步")
    page.wait_for_selector("[data-sent][data-state=refused]")
    assert "网络断了" in page.locator("[data-sent]").inner_text()
    assert page.locator("#id_matter").input_value() == "写了很久的内容"
    assert page.evaluate("document.querySelector('#id_attached').files.length") == 1
    page.context.set_offline(False)
    assert page.locator("text=下一步").is_enabled()


def test_a_refused_form_shows_its_errors_without_losing_files(gallery, open_page):
    page = open_page(1280, 800)
    settled(page, gallery, "form")
    page.set_input_files(
        "#id_attached", {"name": "路口.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 2000}
    )
    assert "路口.jpg" in page.locator(".upload-list").inner_text()
    page.evaluate("document.querySelector('form[data-send]').action = '/demo/ui/form-wrong/'")
    page.click("text=下一步")
    page.wait_for_selector(".wrongs")
    assert page.evaluate("document.activeElement.className") == "wrongs"
    assert page.evaluate("document.querySelector('#id_attached').files[0].name") == "路口.jpg"


def test_two_tabs_share_one_stream_and_both_follow(gallery, open_page):
    page = open_page(1280, 800)
    enter(page, gallery)
    opened = []
    page.context.on("request", lambda request: "/live/stream/" in request.url and opened.append(request))
    page.goto(address(gallery, "live"))
    time.sleep(1.5)
    second = page.context.new_page()
    second.goto(address(gallery, "live"))
    time.sleep(1.5)
    assert len(opened) == 1
    before = int(page.locator("[data-field=count]").inner_text())
    third = page.context.new_page()
    third.goto(address(gallery, "live"))
    third.click("text=又到一人")
    for tab in (page, second):
        tab.wait_for_function(
            f"() => document.querySelector('[data-field=count]').textContent === '{before + 1}'"
        )
    # The tab that held the stream goes; another takes over and nothing is missed.
    page.close()
    third.wait_for_load_state("load")
    third.click("text=又到一人")
    second.wait_for_function(
        f"() => document.querySelector('[data-field=count]').textContent === '{before + 2}'"
    )


def test_what_somebody_types_is_not_touched(gallery, open_page):
    page = open_page(1280, 800)
    enter(page, gallery)
    page.goto(address(gallery, "live"))
    page.fill("#remark", "迟到，已说明")
    other = page.context.new_page()
    other.goto(address(gallery, "live"))
    other.click("text=又到一人")
    page.wait_for_selector(".live-offer")
    assert page.locator("#remark").input_value() == "迟到，已说明"
    page.click(".live-offer")
    assert page.locator("#remark").input_value() == ""
    assert "签到" in page.locator("[data-live='gallery.presence:part']").inner_text()


def test_a_stale_page_says_so_within_two_seconds_and_recovers(gallery, open_page, expected_errors):
    expected_errors.append(r"ERR_|Failed to load resource")
    page = open_page(1280, 800)
    enter(page, gallery)
    page.goto(address(gallery, "live"))
    time.sleep(1.5)
    assert not page.locator("[data-stale]").is_visible()
    held = gallery.children()["web"]
    subprocess.run(["kill", "-STOP", str(held)], check=True)
    started = time.monotonic()
    try:
        page.wait_for_selector("[data-stale]:visible", timeout=6000)
        took = time.monotonic() - started
        assert re.search(r"停在 \d\d:\d\d:\d\d", page.locator("[data-stale]").inner_text())
    finally:
        subprocess.run(["kill", "-CONT", str(held)], check=True)
    assert took < 3.2, "最后一跳之后两秒"
    page.wait_for_selector("[data-stale]", state="hidden", timeout=10000)


def test_charts_are_drawn_from_their_tables_after_the_figures(gallery, open_page):
    page = open_page(1280, 800)
    page.goto(address(gallery, "board"))
    page.wait_for_selector(".chart-canvas svg")
    assert page.locator(".chart table tbody tr").count() == 6
    assert page.locator(".figure-value").first.is_visible()


def test_dialogs_menus_and_why_close_on_escape_and_give_the_focus_back(gallery, open_page):
    page = open_page(1280, 800)
    settled(page, gallery, "")
    page.click("a[data-dialog=sample-dialog] >> nth=-1")
    assert page.locator("#sample-dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#sample-dialog").is_visible()
    page.click(".turn .why > summary >> nth=0")
    assert page.locator(".turn .why-body >> nth=0").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".turn .why-body >> nth=0").is_visible()
    assert page.evaluate("document.activeElement.textContent") == "依据"
