"""Access to PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2.extras import RealDictCursor

from taskflow.metrics import db_duration
from taskflow.settings import Settings

DatabaseError = psycopg2.Error

CONNECT_TIMEOUT_SECONDS = 3
STATEMENT_TIMEOUT_MILLISECONDS = 10_000


class Session:
    """One read-only connection."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        with self._connection.cursor() as cursor, db_duration.time():
            cursor.execute(sql, parameters)
            return [dict(row) for row in cursor.fetchall()]


class Database:
    """Opens one connection per use: a worker never holds more than one."""

    def __init__(self, settings: Settings) -> None:
        self._parameters = {
            "host": settings.database_host,
            "port": settings.database_port,
            "dbname": settings.database_name,
            "user": settings.database_user,
            "password": settings.database_password,
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MILLISECONDS}",
            "application_name": "taskflow-api",
            "cursor_factory": RealDictCursor,
        }

    @contextmanager
    def session(self) -> Iterator[Session]:
        connection = psycopg2.connect(**self._parameters)
        try:
            connection.set_session(readonly=True, autocommit=True)
            yield Session(connection)
        finally:
            connection.close()
