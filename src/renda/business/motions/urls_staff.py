"""Addresses of the staff's pages, included by ``urls.py``."""

from django.urls import path

from renda.business.motions.views import staff_handling, staff_reply, staff_sign

urlpatterns = [
    path("handling/", staff_handling.desk, name="organ_desk"),
    path("handling/<int:pk>/", staff_handling.page, name="handling"),
    path("handling/<int:pk>/reply/", staff_reply.write, name="write_reply"),
    path("handling/<int:pk>/reply/save/", staff_reply.save, name="save_reply"),
    path("handling/<int:pk>/reply/preview/", staff_reply.preview, name="reply_preview"),
    path("handling/<int:pk>/sign/", staff_sign.sign, name="sign_reply"),
    path("handling/<int:pk>/countersign/", staff_sign.countersign, name="countersign"),
]
