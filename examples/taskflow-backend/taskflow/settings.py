"""Settings read once from the environment."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field


class SettingsError(Exception):
    """An environment variable is missing or has a value that is not allowed."""


@dataclass(frozen=True)
class Settings:
    """What the API needs to know; the password fields stay out of every printed form."""

    database_host: str
    database_port: int
    database_name: str
    database_user: str
    database_password: str = field(repr=False)
    redis_host: str
    redis_port: int
    redis_password: str | None = field(repr=False)
    cache_ttl: int
    """Seconds a cached answer stays valid."""
    log_level: str
    stress_enabled: bool
    """Whether GET /stress, which burns CPU, exists."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Reads and checks all variables; raises SettingsError for the first bad one."""
        return cls(
            database_host=environment.get("DATABASE_HOST", "postgres"),
            database_port=_whole_number(environment, "DATABASE_PORT", 5432, 1, 65535),
            database_name=environment.get("DATABASE_NAME", "taskflow_db"),
            database_user=environment.get("DATABASE_USER", "taskflow"),
            database_password=_required(environment, "DATABASE_PASSWORD"),
            redis_host=environment.get("REDIS_HOST", "redis"),
            redis_port=_whole_number(environment, "REDIS_PORT", 6379, 1, 65535),
            redis_password=environment.get("REDIS_PASSWORD") or None,
            cache_ttl=_whole_number(environment, "CACHE_TTL", 300, 1, 86400),
            log_level=_one_of(environment, "LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR"]),
            stress_enabled=_one_of(environment, "STRESS_ENABLED", "false", ["true", "false"]) == "true",
        )

    def configure_logging(self) -> None:
        logging.basicConfig(level=self.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise SettingsError(f"{name} is not set; the API has no default for it. Set it from the Secret postgres-secret.")
    return value


def _whole_number(environment: Mapping[str, str], name: str, default: int, lowest: int, highest: int) -> int:
    value = environment.get(name, str(default))
    if not (value.isascii() and value.isdigit() and lowest <= int(value) <= highest):
        raise SettingsError(f'{name} is "{value}"; allowed are whole numbers from {lowest} to {highest}.')
    return int(value)


def _one_of(environment: Mapping[str, str], name: str, default: str, allowed: list[str]) -> str:
    value = environment.get(name, default)
    if value not in allowed:
        raise SettingsError(f'{name} is "{value}"; allowed are {", ".join(allowed)}.')
    return value
