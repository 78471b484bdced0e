"""Addresses of the room, under /motions/."""

from django.urls import include, path

from renda.business.motions.views import case, cosign, deputy, listing, rating, reply, submit

app_name = "motions"
urlpatterns = [
    path("", include("renda.business.motions.urls_staff")),
    path("", listing.suggestions, name="list"),
    path("mine/", deputy.mine, name="mine"),
    path("new/", deputy.new, name="new"),
    path("new/word/", deputy.new_from_word, name="new_from_word"),
    path("new/sheet/", deputy.new_from_sheet, name="new_from_sheet"),
    path("reply/<int:pk>/", reply.page, name="reply"),
    path("reply/<int:pk>/<str:form>/", reply.file, name="reply_file"),
    path("<int:pk>/", case.page, name="case"),
    path("<int:pk>/edit/", deputy.edit, name="edit"),
    path("<int:pk>/save/", deputy.save, name="save"),
    path("<int:pk>/word/", deputy.fill_from_word, name="word"),
    path("<int:pk>/files/<uuid:file>/remove/", deputy.remove_file, name="remove_file"),
    path("<int:pk>/similar/", deputy.similar, name="similar"),
    path("<int:pk>/confirm/", submit.confirm, name="confirm"),
    path("<int:pk>/submit/", submit.page, name="submit"),
    path("<int:pk>/cosign/", cosign.invite, name="cosign"),
    path("<int:pk>/sign/", cosign.sign, name="sign"),
    path("<int:pk>/rate/<int:reply>/", rating.rate, name="rate"),
]
