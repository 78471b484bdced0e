"""Addresses of the registers, under /people/."""

from django.urls import path
from django.views.generic import RedirectView

from renda.assembly.people.views import deputies, groups, logins, organisations, terms

app_name = "people"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="people:deputies"), name="index"),
    path("organisations/", organisations.listing, name="organisations"),
    path("organisations/new/", organisations.create, name="organisation_new"),
    path("organisations/<int:pk>/", organisations.page, name="organisation"),
    path("organisations/<int:pk>/change/", organisations.change, name="organisation_change"),
    path("organisations/<int:pk>/rename/", organisations.rename, name="organisation_rename"),
    path("organisations/<int:pk>/merge/", organisations.merge, name="organisation_merge"),
    path("organisations/<int:pk>/split/", organisations.split, name="organisation_split"),
    path("organisations/<int:pk>/dissolve/", organisations.dissolve, name="organisation_dissolve"),
    path("organisations/<int:pk>/appoint/", organisations.appoint, name="organisation_appoint"),
    path("memberships/<int:pk>/end/", organisations.end, name="membership_end"),
    path("deputies/", deputies.listing, name="deputies"),
    path("deputies/new/<int:term_id>/", deputies.create, name="deputy_new"),
    path("deputies/<int:pk>/", deputies.page, name="deputy"),
    path("deputies/<int:pk>/change/", deputies.change, name="deputy_change"),
    path("terms/", terms.overview, name="terms"),
    path("terms/congress/", terms.new_congress, name="congress_new"),
    path("terms/new/<int:congress_id>/", terms.new_term, name="term_new"),
    path("terms/<int:term_id>/session/", terms.session, name="session"),
    path("terms/<int:term_id>/delegation/", terms.delegation, name="delegation"),
    path("terms/<int:term_id>/group/", groups.create, name="group_new"),
    path("groups/<int:pk>/", groups.members, name="group"),
    path("deputies/<int:pk>/login/", logins.open_page, name="login_open"),
    path("deputies/<int:pk>/login/off/", logins.take_off, name="login_off"),
    path("terms/<int:term_id>/roll-over/", terms.roll_over, name="roll_over"),
]
