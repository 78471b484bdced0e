"""The shell's own pages: how a page is displayed, and whom to call."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from renda.kernel.ui import contacts, providers
from renda.kernel.ui.models import Contact

YEAR = 365 * 24 * 3600  # seconds
CHOICES = {"type": {"normal", "large"}, "theme": {"auto", "light", "dark"}}


@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Remember large type or the dark variant and go back to the page one came from."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)
    for key, allowed in CHOICES.items():
        value = request.POST.get(key)
        if value in allowed:
            response.set_cookie(
                f"renda_{key}", value, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
            )
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and request.POST.get("type") in CHOICES["type"]:
        from renda.kernel.identity import api as identity  # the public zone has no accounts

        identity.set_large_type(user, request.POST["type"] == "large")  # on his other devices as well
    return response


class ContactForm(forms.Form):
    """The number that stands on every page."""

    label = forms.CharField(label="接电话的科室", max_length=40, help_text="例如：代表联络工委")
    number = forms.CharField(
        label="电话", max_length=32, help_text="办公电话，可带分机；个人手机不要填在这里。"
    )
    hours = forms.CharField(
        label="接听时间", max_length=40, required=False, help_text="例如：工作日 8:30—17:30"
    )


def contact(request: HttpRequest) -> HttpResponse:
    """Set the clerk's number of the congress one administers (or of the whole installation)."""
    from renda.kernel.identity import api as identity  # the public zone has no accounts

    if not request.user.is_authenticated:
        return redirect(f"/login/?next={request.path}")
    identity.check("ui.contact", request.user, None)
    scope = providers.contact_scope(request)
    found = Contact.objects.filter(scope=scope).first()
    initial = {"label": found.label, "number": found.number, "hours": found.hours} if found else {}
    form = ContactForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            contacts.set_contact(scope, **form.cleaned_data, actor=request.user)
        except contacts.ContactError as error:
            form.add_error("number", str(error))
        else:
            from django.contrib import messages

            messages.success(request, "咨询电话已经改好，各页即时生效。")
            return redirect("ui:contact")
    return render(request, "ui/contact.html", {"form": form})
