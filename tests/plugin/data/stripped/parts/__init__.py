"""A package with relative imports."""

from .inner import Inner as Inner
