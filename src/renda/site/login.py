"""Settings of log-in: django-allauth alone, configured here and nowhere else.

RENDA_REQUIRE_TOTP=1   staff must enrol a second factor (default with RENDA_HTTPS=1, which production has)
RENDA_PAPER_PLANE=1    log-in codes land on a page of the demo instead of being sent
RENDA_OIDC_URL         issuer of the office's unified log-in; with RENDA_OIDC_ID, RENDA_OIDC_SECRET and
RENDA_OIDC_NAME        the words on its button
RENDA_OIDC_MATCH       a claim that equals the username here (only where its issuer guarantees it); without
                       it each person links the two accounts once, logged in
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

_HTTPS = os.environ.get("RENDA_HTTPS") == "1"
RENDA_REQUIRE_TOTP = os.environ.get("RENDA_REQUIRE_TOTP", "1" if _HTTPS else "0") == "1"
RENDA_PAPER_PLANE = os.environ.get("RENDA_PAPER_PLANE") == "1"

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 90 * 24 * 3600  # the longest; identity shortens it for staff and shared computers

ACCOUNT_ADAPTER = "renda.kernel.identity.login.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "phone", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/login/"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300  # seconds
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_FORMS = {
    "login": "renda.kernel.identity.login.forms.LoginForm",
    "request_login_code": "renda.kernel.identity.login.forms.RequestCodeForm",
    "confirm_login_code": "renda.kernel.identity.login.forms.ConfirmCodeForm",
    "reauthenticate": "renda.kernel.identity.login.forms.ConfirmPasswordForm",
}
# A whole hall logs in from one address at nine o'clock, so limits by address count failures and are wide;
# limits by account are short (minutes), and a device that the owner used before has one of its own.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "60/m/ip,10/5m/key",
    "login_account": "30/m/key",
    "request_login_code": "300/m/ip,3/5m/key,20/d/key",
    "reauthenticate": "10/m/user",
}

MFA_ADAPTER = "renda.kernel.identity.login.factor.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # there are no e-mail addresses
MFA_TOTP_ISSUER = "智慧人大"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "renda.kernel.identity.login.forms.FactorForm",
    "reauthenticate": "renda.kernel.identity.login.forms.ConfirmFactorForm",
    "activate_totp": "renda.kernel.identity.login.forms.EnrolForm",
}

ALLAUTH_TRUSTED_PROXY_COUNT = 1 if os.environ.get("RENDA_PROXY") == "1" else 0
SOCIALACCOUNT_ADAPTER = "renda.kernel.identity.login.unified.UnifiedAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
_OIDC_URL = os.environ.get("RENDA_OIDC_URL", "")
RENDA_OIDC_MATCH = os.environ.get("RENDA_OIDC_MATCH", "")
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {
    "openid_connect": {
        "provider_class": "renda.kernel.identity.login.unified.UnifiedProvider",
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [],
    }
}
# The browser follows the form's answer to the issuer, which the page's policy must let it do.
OIDC_FORM_TARGETS: list[str] = []
if _OIDC_URL:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"].append(
        {
            "provider_id": "unified",
            "name": os.environ.get("RENDA_OIDC_NAME", "统一身份认证"),
            "client_id": os.environ.get("RENDA_OIDC_ID", ""),
            "secret": os.environ.get("RENDA_OIDC_SECRET", ""),
            "settings": {"server_url": _OIDC_URL},
        }
    )
    OIDC_FORM_TARGETS = ["{0.scheme}://{0.netloc}".format(urlsplit(_OIDC_URL))]
