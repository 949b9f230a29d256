"""Workspaces over both kinds of database."""

from tests.store.conftest import fresh_url, postgresql_template, server, sqlite_template

__all__ = ["fresh_url", "postgresql_template", "server", "sqlite_template"]
