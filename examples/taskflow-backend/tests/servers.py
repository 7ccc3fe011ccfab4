"""Real PostgreSQL and Redis servers for tests, each in a folder and on a loopback port of its own."""

import glob
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import redis

HOST = "127.0.0.1"
START_SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def program(name: str, package: str) -> str:
    """Path of a server program, also from the folders Debian keeps off PATH."""
    candidates = [shutil.which(name), *sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)]
    found = next((path for path in candidates if path), None)
    if found is None:
        raise FileNotFoundError(f"{name} is not installed; install the Debian package {package}")
    return found


def wait_until(what: str, ready: Callable[[], object], server: subprocess.Popen) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            ready()
            return
        except (psycopg2.OperationalError, redis.RedisError) as error:
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{what} did not start: {error}") from error
        time.sleep(0.05)


class PostgresServer:
    """A server with user taskflow and database taskflow_db."""

    user = "taskflow"
    password = "only-for-this-test"
    database = "taskflow_db"

    def __init__(self) -> None:
        self.port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="taskflow-postgres-"))
        # PostgreSQL refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self._folder, self._user)
        password_file = self._folder / "password"
        password_file.write_text(self.password)
        password_file.chmod(0o644)
        data = str(self._folder / "data")
        self._run(
            [program("initdb", "postgresql"), "--pgdata", data, "--username", self.user, "--encoding", "UTF8",
             "--auth", "scram-sha-256", "--pwfile", str(password_file), "--no-sync"]
        )
        self._process = subprocess.Popen(
            [program("postgres", "postgresql"), "-D", data, "-p", str(self.port), "-h", HOST,
             "-k", str(self._folder), "-F"],
            user=self._user, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        wait_until("PostgreSQL", lambda: self.connect("postgres").close(), self._process)
        self.execute(f"CREATE DATABASE {self.database}", database="postgres")

    def _run(self, command: list[str]) -> None:
        result = subprocess.run(command, user=self._user, cwd=self._folder, capture_output=True, text=True)
        if result.returncode != 0:
            raise RuntimeError(f"{command[0]} failed: {result.stderr}")

    def connect(self, database: str | None = None):
        connection = psycopg2.connect(
            host=HOST, port=self.port, user=self.user, password=self.password, dbname=database or self.database
        )
        connection.autocommit = True
        return connection

    def execute(self, sql: str, database: str | None = None) -> None:
        connection = self.connect(database)
        with connection.cursor() as cursor:
            cursor.execute(sql)
        connection.close()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


class RedisServer:
    """A server without persistence that can go away and come back on the same port."""

    def __init__(self, password: str | None = None) -> None:
        self.port = free_port()
        self.password = password
        self._folder = tempfile.mkdtemp(prefix="taskflow-redis-")
        self._process: subprocess.Popen | None = None
        self.start()

    @property
    def client(self) -> redis.Redis:
        return redis.Redis(host=HOST, port=self.port, password=self.password, decode_responses=True)

    def start(self) -> None:
        command = [program("redis-server", "redis-server"), "--port", str(self.port), "--bind", HOST,
                   "--save", "", "--appendonly", "no", "--dir", self._folder]
        if self.password:
            command += ["--requirepass", self.password]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_until("Redis", lambda: self.client.ping(), self._process)

    def halt(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        self.halt()
        shutil.rmtree(self._folder, ignore_errors=True)
