from dataclasses import replace

import pytest

from servers import HOST, PostgresServer, RedisServer
from taskflow.app import create_app
from taskflow.settings import Settings

# Seven rows with known numbers; three share one created_at.
ROWS = """
CREATE TABLE tasks (
    id SERIAL PRIMARY KEY, title VARCHAR(255) NOT NULL, description TEXT, completed BOOLEAN DEFAULT FALSE,
    priority VARCHAR(20) DEFAULT 'medium', created_at TIMESTAMP, updated_at TIMESTAMP
);
INSERT INTO tasks (title, description, completed, priority, created_at) VALUES
    ('oldest', 'Été', FALSE, 'low', '2026-01-01'),
    ('twin 2', NULL, TRUE, 'high', '2026-02-01'),
    ('twin 3', NULL, FALSE, 'high', '2026-02-01'),
    ('twin 4', NULL, TRUE, 'medium', '2026-02-01'),
    ('five', NULL, FALSE, 'medium', '2026-03-01'),
    ('six', NULL, NULL, 'medium', '2026-04-01'),
    ('newest', NULL, FALSE, 'high', '2026-05-01');
"""


@pytest.fixture(scope="session")
def postgres():
    server = PostgresServer()
    server.execute(ROWS)
    yield server
    server.stop()


@pytest.fixture
def redis_server():
    server = RedisServer()
    yield server
    server.stop()


@pytest.fixture
def settings(postgres, redis_server):
    return Settings(
        database_host=HOST,
        database_port=postgres.port,
        database_name=postgres.database,
        database_user=postgres.user,
        database_password=postgres.password,
        redis_host=HOST,
        redis_port=redis_server.port,
        redis_password=None,
        cache_ttl=300,
        log_level="INFO",
        stress_enabled=False,
    )


@pytest.fixture
def client(settings):
    return create_app(settings).test_client()


@pytest.fixture
def client_with(settings):
    """A client of an API with some settings changed."""
    return lambda **changes: create_app(replace(settings, **changes)).test_client()
