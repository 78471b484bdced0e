"""Settings for tests: a SQLite *file* (never memory), or PostgreSQL where RENDA_TEST_POSTGRES names one."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

if "pytest" in sys.modules or "RENDA_HOME" not in os.environ:
    # A folder of its own for each test process: never the data folder that a shell happens to name, and no
    # cache or file shared between processes that run tests side by side.
    os.environ["RENDA_HOME"] = tempfile.mkdtemp(prefix="renda-test-")
    atexit.register(shutil.rmtree, os.environ["RENDA_HOME"], ignore_errors=True)
os.environ.setdefault("RENDA_SECRET_KEY", "only-for-tests-" + "0" * 40)

from renda.site.settings import *  # noqa: F403
from renda.site.settings import DATABASES, HOME, STORAGES

_pg = os.environ.get("RENDA_TEST_POSTGRES")  # e.g. postgres://renda@127.0.0.1:5433
for _alias, _config in DATABASES.items():
    if _pg:
        import dj_database_url

        _config.clear()
        _config.update(dj_database_url.parse(f"{_pg}/renda_{_alias}"))
        _config["TEST"] = {"NAME": f"test_renda_{_alias}"}
    else:
        _config["TEST"] = {"NAME": str(Path(HOME) / f"test_{_alias}.sqlite3")}
        _config["CONN_MAX_AGE"] = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = HOME / "files"
(HOME / "static").mkdir(exist_ok=True)
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
# Static files straight from their sources: nothing is collected for tests.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
RECORD_FLUSH = True  # a test may empty its database between two transactional tests; nothing else may
