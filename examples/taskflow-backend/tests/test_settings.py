import pytest

from taskflow.settings import Settings, SettingsError


def test_defaults_are_those_of_the_cluster():
    settings = Settings.from_environment({"DATABASE_PASSWORD": "secret-word"})
    assert (settings.database_host, settings.database_port, settings.database_name) == ("postgres", 5432, "taskflow_db")
    assert (settings.redis_host, settings.redis_port, settings.redis_password) == ("redis", 6379, None)
    assert settings.cache_ttl == 300
    assert settings.stress_enabled is False


@pytest.mark.parametrize("environment", [{}, {"DATABASE_PASSWORD": ""}])
def test_t55_there_is_no_default_password(environment):
    with pytest.raises(SettingsError, match="DATABASE_PASSWORD is not set"):
        Settings.from_environment(environment)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("DATABASE_PORT", "tcp://10.0.0.1:5432", "from 1 to 65535"),
        ("REDIS_PORT", "0", "from 1 to 65535"),
        ("CACHE_TTL", "-1", "from 1 to 86400"),
        ("LOG_LEVEL", "loud", "DEBUG, INFO, WARNING, ERROR"),
        ("STRESS_ENABLED", "yes", "true, false"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(name, value, allowed):
    with pytest.raises(SettingsError) as failure:
        Settings.from_environment({"DATABASE_PASSWORD": "x", name: value})
    assert name in str(failure.value)
    assert value in str(failure.value)
    assert allowed in str(failure.value)


def test_the_printed_form_hides_both_passwords():
    printed = repr(Settings.from_environment({"DATABASE_PASSWORD": "first-canary", "REDIS_PASSWORD": "second-canary"}))
    assert "canary" not in printed
