"""The door of the demo: build 安澜市 into an empty installation."""

from renda.demo.build import Built, build

__all__ = ["Built", "build"]
