"""Addresses of log-in and accounts. allauth's names stay as they are; registration has no address."""

from django.urls import include, path

from renda.kernel.identity.views import admin, login, me, reveal

account = [
    path("", me.page, name="me"),
    path("sessions/end/", me.end_sessions, name="end_sessions"),
    path("type/", me.large_type, name="large_type"),
    path("role/", me.act_as, name="act_as"),
    path("unlink/", me.unlink, name="unlink"),
    path("reveal/<uuid:item>/", reveal.page, name="reveal"),
    path("stand-in/<int:pk>/end/", admin.end_stand_in, name="end_stand_in"),
    path("admin/", admin.accounts_list, name="accounts"),
    path("admin/new/", admin.create, name="create"),
    path("admin/grant/<int:pk>/end/", admin.end_grant, name="end_grant"),
    path("admin/<int:pk>/", admin.account_page, name="account"),
    path("admin/<int:pk>/edit/", admin.edit, name="edit"),
    path("admin/<int:pk>/grant/", admin.grant, name="grant"),
    path("admin/<int:pk>/stand-in/", admin.stand_in, name="stand_in"),
    path("admin/<int:pk>/hand-over/", admin.hand_over_page, name="hand_over"),
    path("admin/<int:pk>/close/", admin.close, name="close"),
    path("admin/<int:pk>/reopen/", admin.reopen, name="reopen"),
    path("admin/<int:pk>/link/", admin.make_link, name="make_link"),
    path("admin/<int:pk>/factor/", admin.reset_factor, name="reset_factor"),
    path("admin/<int:pk>/sessions/", admin.end_sessions, name="end_account_sessions"),
]

own = [path("account/", include(account))]

urlpatterns = [
    path("login/", login.LoginView.as_view(), name="account_login"),
    path("logout/", login.leave, name="account_logout"),
    path("login/code/", login.RequestCodeView.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", login.ConfirmCodeView.as_view(), name="account_confirm_login_code"),
    path("login/closed/", login.closed, name="account_inactive"),
    path("login/second/", login.SecondFactorView.as_view(), name="mfa_authenticate"),
    path("login/unified/cancelled/", login.unified_cancelled, name="socialaccount_login_cancelled"),
    path("login/<slug:provider_id>/go/", login.unified, name="openid_connect_login"),
    path("login/<slug:provider_id>/back/", login.unified_back, name="openid_connect_callback"),
    path("account/password/", me.password, name="account_change_password"),
    path("account/confirm/", login.ConfirmPasswordView.as_view(), name="account_reauthenticate"),
    path("account/confirm/second/", login.ConfirmFactorView.as_view(), name="mfa_reauthenticate"),
    path("account/second/", login.second_index, name="mfa_index"),
    path("account/second/set/", login.EnrolView.as_view(), name="mfa_activate_totp"),
    path("account/second/remove/", login.RemoveFactorView.as_view(), name="mfa_deactivate_totp"),
    path("account/second/codes/", login.show_recovery, name="mfa_view_recovery_codes"),
    path("account/second/codes/new/", login.new_recovery, name="mfa_generate_recovery_codes"),
    path("", include(([path("login/link/<str:token>/", login.link, name="link"), *own], "identity"))),
]
