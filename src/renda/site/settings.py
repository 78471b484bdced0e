"""Settings: everything comes from the environment; without any, one machine with SQLite files works.

RENDA_HOME           the data folder (databases, files, keys); default ``var``
RENDA_ZONE           desk, public or all (default): which URLs, tasks and tables this process has
RENDA_DATABASE_URL   default database; likewise RENDA_VAULT_URL and RENDA_PUBLIC_URL
RENDA_HOSTS          comma-separated host names; RENDA_ORIGINS likewise, for CSRF behind a proxy
RENDA_PROXY=1        behind a proxy that sets X-Forwarded-For and -Proto; RENDA_HTTPS=1 secures cookies
RENDA_THREADS        requests worked on at once by a web process (default 8)
RENDA_LIVE           how web processes learn what changed: table (default), postgres or redis
RENDA_REDIS_URL      shared cache for several machines; RENDA_S3_BUCKET files in S3
RENDA_ADMINS         comma-separated addresses that get error mails (without request data); RENDA_EMAIL_URL
RENDA_ADDRESS        and others in renda.site.outward: e-mail, SMS, 企业微信
RENDA_LOG            console or json (default: json unless RENDA_DEBUG=1, which is for development)
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url

from renda.site import outward
from renda.site.keys import secret_key
from renda.site.login import *  # noqa: F403  how people log in
from renda.site.login import OIDC_FORM_TARGETS, RENDA_PAPER_PLANE
from renda.site.logs import logging_config

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("RENDA_HOME", "var")).resolve()
ZONE = os.environ.get("RENDA_ZONE", "all")
if ZONE not in {"desk", "public", "all"}:
    raise RuntimeError("RENDA_ZONE 只能是 desk、public 或 all")
DEBUG = os.environ.get("RENDA_DEBUG") == "1"
BEHIND_PROXY = os.environ.get("RENDA_PROXY") == "1"
WEB_THREADS = int(os.environ.get("RENDA_THREADS", "8"))
BODY_LIMIT = 100 * 1024 * 1024  # bytes of one request; attachments have smaller limits of their own
HOME.mkdir(parents=True, exist_ok=True)
SECRET_KEY = secret_key(HOME)
ALLOWED_HOSTS = [h for h in os.environ.get("RENDA_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h]
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("RENDA_ORIGINS", "").split(",") if o]

DESK_APPS = [
    "renda.kernel.jobs",
    "renda.kernel.calendar",
    "renda.kernel.law",
    "renda.kernel.record",
    "renda.kernel.identity",
    "renda.kernel.numbering",
    "renda.kernel.documents",
    "renda.kernel.tabular",
    "renda.kernel.search",
    "renda.kernel.notify",
    "renda.kernel.workflow",
    "renda.kernel.live",
    "renda.assembly.people",
    "renda.assembly.ledger",
    "renda.assembly.intake",
    "renda.assembly.votes",
    "renda.assembly.meetings",
    "renda.business.motions",
    "renda.publishing.reports",
    "renda.demo",
]
DJANGO_DESK = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
]
PUBLIC_APPS = ["renda.publishing.portal"]
INSTALLED_APPS = [
    *([] if ZONE == "public" else DJANGO_DESK),
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "csp",
    "renda.kernel.ui",
    *([] if ZONE == "public" else DESK_APPS),
    # The desk writes the published copies and takes in the queue; its pages are the public zone's (urls.py).
    *PUBLIC_APPS,
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "renda.site.middleware.Watch",
    "renda.site.middleware.Compress",
    "csp.middleware.CSPMiddleware",
    "renda.kernel.documents.uploads.UploadLimits",
    *([] if ZONE == "public" else ["django.contrib.sessions.middleware.SessionMiddleware"]),
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    *(
        []
        if ZONE == "public"
        else [
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
            "allauth.usersessions.middleware.UserSessionsMiddleware",
            "renda.kernel.identity.middleware.Identity",
        ]
    ),
    *([] if ZONE == "public" else ["renda.kernel.calendar.middleware.Steady"]),
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "renda.kernel.ui.middleware.Send",
]

ROOT_URLCONF = "renda.site.urls"
WSGI_APPLICATION = "renda.site.wsgi.application"
ASGI_APPLICATION = "renda.site.asgi.application"

_PARTIAL_LOADERS = [
    (
        "template_partials.loader.Loader",
        [
            (
                "django.template.loaders.cached.Loader",
                [
                    "django_cotton.cotton_loader.Loader",
                    "django.template.loaders.filesystem.Loader",
                    "django.template.loaders.app_directories.Loader",
                ],
            )
        ],
    )
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "site" / "templates"],
        "OPTIONS": {
            "loaders": _PARTIAL_LOADERS,
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "renda.kernel.ui.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                *(
                    []
                    if ZONE == "public"
                    else [
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                ),
                "renda.kernel.ui.context.shell",
            ],
        },
    }
]

# Components see what they are given and the shell, never the page around them.
COTTON_ISOLATE_BY_DEFAULT = True
FORM_RENDERER = "renda.kernel.ui.forms.Renderer"

_SQLITE_OPTIONS = {
    # WAL and IMMEDIATE: readers never wait for a writer, and a writer never fails half-way for a lock.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
        # No map of the file: each thread's connections would map it again, and the system caches it anyhow.
        "PRAGMA cache_size=-4096; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;"
    ),
}


def _database(variable: str, filename: str, pragmas: str = "") -> dict[str, Any]:
    url = os.environ.get(variable)
    if url:
        config: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
        return config
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / filename,
        "OPTIONS": {**_SQLITE_OPTIONS, "init_command": f"{_SQLITE_OPTIONS['init_command']} {pragmas}"},
        "CONN_MAX_AGE": None,
    }


if ZONE == "public":
    # The public zone has the published copies and nothing else: no desk table, no vault.
    DATABASES = {"default": _database("RENDA_PUBLIC_URL", "public.sqlite3")}
else:
    DATABASES = {
        "default": _database("RENDA_DATABASE_URL", "renda.sqlite3"),
        # What is removed from the vault (a shredded key, a sealed ballot) is overwritten in the file.
        "vault": _database("RENDA_VAULT_URL", "vault.sqlite3", "PRAGMA secure_delete=ON;"),
        "public": _database("RENDA_PUBLIC_URL", "public.sqlite3"),
    }
DATABASE_ROUTERS = ["renda.site.routers.Zones"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_REDIS = os.environ.get("RENDA_REDIS_URL")
LIVE_SOURCE = os.environ.get("RENDA_LIVE", "table")
if LIVE_SOURCE not in {"table", "postgres", "redis"}:
    raise RuntimeError("RENDA_LIVE 只能是 table、postgres 或 redis")
if LIVE_SOURCE == "redis" and not _REDIS:
    raise RuntimeError("RENDA_LIVE=redis 还要设 RENDA_REDIS_URL")
LIVE_REDIS_URL = _REDIS or ""
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": _REDIS}
    if _REDIS
    # A cache shared by all processes of one machine: log-in limits must not be counted per process.
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": HOME / "cache",
        # Django's own 300 would let a stranger push the counters of log-in limits out.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = HOME / "files"
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MANIFEST_STRICT = False
_S3 = os.environ.get("RENDA_S3_BUCKET")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {"bucket_name": _S3}}
    if _S3
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "renda.site.storage.HashedStatic"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["renda.kernel.documents.uploads.LimitedUploads"]
RENDA_ATTACHMENT_BYTES = int(os.environ.get("RENDA_ATTACHMENT_MB", "50")) * 1024 * 1024

AUTH_USER_MODEL = "identity.Account"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

TASKS = {
    "default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]},
}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("RENDA_HTTPS") == "1"
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if SESSION_COOKIE_SECURE else 0
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "media-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'", *OIDC_FORM_TARGETS],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "renda.site.errors.csrf_failure"

NOTIFY = outward.notify(paper_plane=RENDA_PAPER_PLANE)
globals().update(outward.email())
ADMINS = [(a, a) for a in os.environ.get("RENDA_ADMINS", "").split(",") if a]
LOGGING = logging_config(json=os.environ.get("RENDA_LOG", "console" if DEBUG else "json") == "json")
