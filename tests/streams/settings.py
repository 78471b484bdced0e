"""The product's settings with the topic of the tests."""

from renda.site.settings import *  # noqa: F403
from renda.site.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.streams"]
