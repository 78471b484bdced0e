"""A process that only the tests know is walked on the pages that come from its declaration."""

import datetime as dt

import pytest
from django.db import transaction
from django.urls import reverse

from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.ui.tests import errands
from renda.kernel.workflow import api as workflow


@pytest.fixture
def process():
    workflow.register(errands.process())
    yield
    workflow.unregister(errands.KEY)


@pytest.fixture
def runner(db):
    account = identity.create_account("runner", "唐国栋", "Anlan-run-2026", actor=None)
    identity.grant(account, identity.ADMINISTRATOR, "all", actor=None, since=dt.date(2026, 1, 1))
    return account


@pytest.fixture
def errand(process, runner):
    return errands.ask(runner)


def act(case, key):
    return reverse("cases:act", args=[case.pk, key])


def test_the_page_says_whose_turn_it_is_and_offers_the_acts(client, runner, errand):
    client.force_login(runner)
    page = client.get(errand.url).content.decode()
    for words in ("去买一盏灯", "待办", "办完", "退回", "提出一件差事", "<svg"):
        assert words in page
    assert page.index('class="btn primary" href="' + act(errand, "finish")) < page.index(act(errand, "back"))


def test_an_act_without_a_command_is_recorded_with_what_was_typed(client, runner, errand):
    client.force_login(runner)
    form = client.get(act(errand, "finish")).content.decode()
    assert "办得怎样" in form and 'name="seen"' in form
    answer = client.post(act(errand, "finish"), {"text": "买好了", "seen": errand.step})
    assert answer.status_code == 302 and answer["Location"] == errand.url
    errand.refresh_from_db()
    assert errand.state == "done"
    assert record.timeline(errand.subject)[0].sentence == "办完：买好了"
    assert "已办完。" in client.get(errand.url).content.decode()


def test_the_form_asks_for_what_is_declared_and_keeps_what_was_typed(client, runner, errand):
    client.force_login(runner)
    answer = client.post(act(errand, "back"), {"reason": "never"})
    assert answer.status_code == 422
    assert "请从列出的选项里选" in answer.content.decode()
    errand.refresh_from_db()
    assert errand.state == "asked"


def test_a_refusal_of_the_command_is_said_on_the_form(client, runner, errand):
    client.force_login(runner)
    answer = client.post(act(errand, "back"), {"reason": "lazy"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "不是退回的理由" in page and "checked" in page
    errand.refresh_from_db()
    assert errand.state == "asked"


def test_two_people_never_act_on_one_picture(client, runner, errand):
    client.force_login(runner)
    client.post(act(errand, "back"), {"reason": "far", "seen": errand.step})
    late = client.post(act(errand, "back"), {"reason": "far", "seen": errand.step}, follow=True)
    assert "现在是“已退回”，不能再“退回”" in late.content.decode()
    stale = client.post(act(errand, "finish"), {"text": "x", "seen": errand.step})
    errand.refresh_from_db()
    assert stale.status_code == 422 and errand.state == "back"


def test_strangers_see_nothing_and_may_do_nothing(client, errand, django_user_model):
    page = client.get(errand.url)
    assert page.status_code == 302 and "/login/" in page["Location"]
    client.force_login(identity.create_account("stranger", "路人", actor=None))
    assert client.get(errand.url).status_code == 403
    assert client.get(act(errand, "finish")).status_code == 403
    assert client.post(act(errand, "finish"), {"text": "x"}).status_code == 403
    errand.refresh_from_db()
    assert errand.state == "asked"


def test_what_is_not_declared_is_not_there(client, runner, errand):
    client.force_login(runner)
    assert client.get(act(errand, "fly")).status_code == 404
    assert client.get(reverse("cases:page", args=[errand.pk + 1])).status_code == 404


def test_a_new_reason_for_return_is_one_line_of_the_declaration(client, runner, errand):
    more = (*errands.REASONS, workflow.Choice("closed", "店关门了"))
    workflow.register(errands.process(more))
    client.force_login(runner)
    assert "店关门了" in client.get(act(errand, "back")).content.decode()
    client.post(act(errand, "back"), {"reason": "closed", "seen": errand.step})
    assert "退回：closed" in client.get(errand.url).content.decode()


@pytest.mark.browser
def test_a_declared_process_is_walked_in_the_browser(
    live_server, open_page, transactional_db, process, expected_errors
):
    expected_errors.append("422")  # the form that comes back with its errors
    runner = identity.create_account("runner", "唐国栋", "Anlan-run-2026", actor=None)
    identity.grant(runner, identity.ADMINISTRATOR, "all", actor=None, since=dt.date(2026, 1, 1))
    with transaction.atomic():
        case = errands.ask(runner)
    page = open_page(360, 740, is_mobile=True, has_touch=True)
    page.goto(f"{live_server.url}/login/")
    page.fill("input[name=login]", "runner")
    page.fill("input[name=password]", "Anlan-run-2026")
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    page.click(f"text={case.subject_title}")
    page.click("a.btn >> text=退回")
    page.click("button >> text=退回")
    page.wait_for_selector(".wrongs")
    page.check("input[value=far]")
    page.click("button >> text=退回")
    page.wait_for_url(f"**{case.url}")
    assert "已退回" in page.locator(".case-meta").inner_text()
    page.click("a.btn.primary >> text=办完")
    page.fill("textarea", "换一家店买好了")
    page.click("button >> text=办完")
    page.wait_for_url(f"**{case.url}")
    assert "已办" in page.locator(".case-meta").inner_text()
    assert page.locator(".process-here").text_content() == "已办"
    assert page.locator(".timeline > li").count() == 3
