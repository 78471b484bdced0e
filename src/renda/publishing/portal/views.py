"""Public pages: no log-in, no session; who follows something keeps the list in an own signed cookie."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.contrib.syndication.views import Feed as SyndicationFeed
from django.core import signing
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renda.kernel import clock
from renda.publishing.portal import box
from renda.publishing.portal.forms import CodeForm, OpinionForm, RateForm
from renda.publishing.portal.models import Progress, Publication

if TYPE_CHECKING:
    _Feed = SyndicationFeed[Publication, Publication]
else:
    _Feed = SyndicationFeed  # generic in the stubs alone

PAGE = 20
COOKIE = "followed"
COOKIE_AGE = 400 * 24 * 3600  # seconds; browsers keep no cookie longer
MOST_FOLLOWED = 50
# Practice. How often one address may send or look up in an hour, so that codes cannot be guessed.
LIMITS = {"opinion": 10, "check": 40, "rate": 10}


def _limited(request: HttpRequest, what: str) -> bool:
    """Count one use by this address in this hour; whether it was one too many."""
    address = request.META.get("REMOTE_ADDR", "")
    key = f"portal:{what}:{address}:{clock.now():%Y%m%d%H}"
    cache.add(key, 0, 3600)
    try:
        return bool(cache.incr(key) > LIMITS[what])
    except ValueError:  # it expired between the two
        return False


def _too_often(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/too_often.html", status=429)


def _followed(request: HttpRequest) -> list[str]:
    try:
        value = request.get_signed_cookie(COOKIE, default="", salt="portal.followed") or ""
    except signing.BadSignature:
        return []
    return [key for key in value.split(",") if key][:MOST_FOLLOWED]


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What this is, what one can do, and how much was promised and kept."""
    totals = Publication.objects.aggregate(
        published=Count("pk"),
        replied=Count("pk", filter=Q(replied_on__isnull=False)),
        promised=Sum("promised"),
        kept=Sum("kept"),
    )
    newest = Publication.objects.order_by("-updated_at")[:6]
    return render(request, "portal/home.html", {"totals": totals, "newest": newest, "as_of": clock.now()})


def search(text: str, year: str = "", state: str = "") -> QuerySet[Publication]:
    """Published suggestions that hold all the words, in title, number or text."""
    found = Publication.objects.all()
    for word in text.split()[:6]:
        found = found.filter(Q(title__icontains=word) | Q(number__icontains=word) | Q(text__icontains=word))
    if year.isdecimal():
        found = found.filter(year=int(year))
    if state:
        found = found.filter(state=state)
    return found.defer("parts", "replies", "promises", "history", "text")


@require_GET
def suggestions(request: HttpRequest) -> HttpResponse:
    """The list, with a search that leaves its words in the address."""
    text, year, state = (request.GET.get(k, "").strip()[:60] for k in ("q", "year", "state"))
    page = Paginator(search(text, year, state), PAGE).get_page(request.GET.get("page"))
    years = Publication.objects.order_by("-year").values_list("year", flat=True).distinct()
    states = Publication.objects.order_by("state").values_list("state", flat=True).distinct()
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page,
        "q": text,
        "year": year,
        "state": state,
        "years": years,
        "states": states,
        "query": query.urlencode(),
    }
    return render(request, "portal/suggestions.html", context)


def _with_days(rows: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    """Stored ISO days as days, for the page's filters."""
    return [
        {**row, **{n: dt.date.fromisoformat(row[n]) if row.get(n) else None for n in names}} for row in rows
    ]


@require_GET
def suggestion(request: HttpRequest, key: str) -> HttpResponse:
    """One suggestion: what was asked, what was answered, what was promised and whether it was kept."""
    it = get_object_or_404(Publication, pk=key)
    context = {
        "it": it,
        "promises": _with_days(it.promises, "due_on"),
        "replies": _with_days(it.replies, "day"),
        "follows": key in _followed(request),
    }
    return render(request, "portal/suggestion.html", context)


@require_POST
def follow(request: HttpRequest, key: str) -> HttpResponse:
    """Follow or stop following; the list stays in this browser."""
    it = get_object_or_404(Publication, pk=key)
    keys = _followed(request)
    keys = [k for k in keys if k != key] if key in keys else [key, *keys]
    response = HttpResponseRedirect(reverse("portal:suggestion", args=[it.pk]))
    response.set_signed_cookie(
        COOKIE,
        ",".join(keys[:MOST_FOLLOWED]),
        salt="portal.followed",
        max_age=COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


@never_cache
@require_GET
def followed(request: HttpRequest) -> HttpResponse:
    """What this browser follows, newest change first."""
    rows = Publication.objects.filter(pk__in=_followed(request)).order_by("-updated_at")
    return render(request, "portal/followed.html", {"rows": rows})


class Feed(_Feed):
    """A suggestion's steps as an Atom feed, for whoever follows with a reader."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, key: str) -> Publication:
        return get_object_or_404(Publication, pk=key)

    def title(self, obj: Publication) -> str:
        return f"{obj.number} {obj.title}"

    def link(self, obj: Publication) -> str:
        return reverse("portal:suggestion", args=[obj.pk])

    def description(self, obj: Publication) -> str:
        return f"{obj.congress}，{obj.state}"

    def items(self, obj: Publication) -> list[Publication]:
        return [obj]

    def item_title(self, item: Publication) -> str:
        return f"{item.state}：{item.title}"

    def item_description(self, item: Publication) -> str:
        return "；".join(f"{p['text']}（{p['state']}）" for p in item.promises) or item.state

    def item_link(self, item: Publication) -> str:
        return reverse("portal:suggestion", args=[item.pk])

    def item_updateddate(self, item: Publication) -> dt.datetime:
        return item.updated_at


@never_cache
@require_http_methods(["GET", "POST"])
def opinion(request: HttpRequest) -> HttpResponse:
    """Say something to the congress; it is sealed for the desk before it is stored."""
    form = OpinionForm(request.POST or None)
    if request.method == "POST":
        if _limited(request, "opinion"):
            return _too_often(request)
        if form.is_valid():
            fields = ("title", "text", "place", "name", "phone")
            receipt = box.put("opinion", {k: form.cleaned_data[k] for k in fields})
            return HttpResponseRedirect(reverse("portal:received", args=[receipt]))
    return render(request, "portal/opinion.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_GET
def received(request: HttpRequest, receipt: str) -> HttpResponse:
    """The receipt, to be written down."""
    if len(box.read_receipt(receipt)) != box.RECEIPT_LENGTH:
        raise Http404
    return render(request, "portal/received.html", {"receipt": box.shown(box.read_receipt(receipt))})


@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """How an opinion stands, for whoever has its code; the code is posted, so that it stays out of logs."""
    form = CodeForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST":
        if _limited(request, "check"):
            return _too_often(request)
        if form.is_valid():
            code = form.cleaned_data["code"]
            row = Progress.objects.filter(pk=box.code_hash(code)).first()
            if row is None:
                form.add_error("code", "没有找到。请核对编码；刚刚提交的，几分钟后才能查到。")
            else:
                status = row.status
                context |= {
                    "status": status,
                    "received_on": dt.date.fromisoformat(status["received_on"]),
                    "due_on": dt.date.fromisoformat(status["due_on"]) if status["due_on"] else None,
                    "replies": _with_days(status["replies"], "day"),
                    "rate": RateForm(initial={"code": code}) if status["may_rate"] else None,
                }
    return render(request, "portal/check.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def rate(request: HttpRequest) -> HttpResponse:
    """Rate the answer; it goes to the desk by the sealed queue."""
    if _limited(request, "rate"):
        return _too_often(request)
    form = RateForm(request.POST)
    row = Progress.objects.filter(pk=box.code_hash(request.POST.get("code", ""))).first()
    if row is None:
        raise Http404
    if not form.is_valid():
        return render(request, "portal/rate.html", {"form": form}, status=422)
    box.put("rating", {**form.cleaned_data, "code": row.status["code"]})
    return render(request, "portal/rated.html")
