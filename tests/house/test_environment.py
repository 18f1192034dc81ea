"""A bad setting stops the start with one sentence that names it."""

from pathlib import Path

import pytest

from arportal.environment import Environment

KEY = "a2V5IG9mIHRoZSB0ZXN0cywgMzIgYnl0ZXMgbG9uZyE="


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    monkeypatch.setenv("VAR", str(tmp_path))
    for name in ("SECRET_KEY", "TOKEN_KEYS", "DATABASE_URL", "DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return Environment(tmp_path)


def stopped(start) -> str:
    with pytest.raises(SystemExit) as stop:
        start()
    assert "\n" not in str(stop.value)
    return str(stop.value)


def test_it_works(environment, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://ledger:pw@127.0.0.1:5433/ledger")
    database = environment.database("DATABASE_URL")
    assert (database["NAME"], database["USER"], database["PORT"]) == ("ledger", "ledger", 5433)
    assert database["OPTIONS"]["prepare_threshold"] is not None
    monkeypatch.setenv("PREPARED_STATEMENTS", "false")
    assert environment.database("DATABASE_URL")["OPTIONS"]["prepare_threshold"] is None


def test_the_file_below_the_environment_is_read(tmp_path, monkeypatch):
    (tmp_path / "arportal.env").write_text("ARPORTAL_TEST_WORD=from file\n")
    monkeypatch.setenv("VAR", str(tmp_path))
    monkeypatch.setenv("ARPORTAL_TEST_WORD", "kept and removed at the end")
    monkeypatch.delenv("ARPORTAL_TEST_WORD")
    assert Environment(tmp_path).text("ARPORTAL_TEST_WORD") == "from file"


def test_a_missing_secret_is_named(environment):
    assert "SECRET_KEY" in stopped(lambda: environment.text("SECRET_KEY"))


def test_a_flag_that_is_neither_true_nor_false(environment, monkeypatch):
    monkeypatch.setenv("DEBUG", "perhaps")
    assert "DEBUG must be true or false" in stopped(lambda: environment.flag("DEBUG", default=False))


def test_several_token_keys(environment, monkeypatch):
    monkeypatch.setenv("TOKEN_KEYS", f"{KEY}, {KEY}")
    assert environment.fernet_keys("TOKEN_KEYS") == [KEY, KEY]


def test_a_token_key_of_the_wrong_length(environment, monkeypatch):
    monkeypatch.setenv("TOKEN_KEYS", "short")
    sentence = stopped(lambda: environment.fernet_keys("TOKEN_KEYS"))
    assert "TOKEN_KEYS" in sentence
    assert "short" not in sentence


@pytest.mark.parametrize("address", ["mysql://root@127.0.0.1/x", "sqlite:///x.db"])
def test_another_database_than_postgresql(environment, monkeypatch, address):
    monkeypatch.setenv("DATABASE_URL", address)
    assert "PostgreSQL only" in stopped(lambda: environment.database("DATABASE_URL"))


def test_a_database_address_that_is_none(environment, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "my database")
    assert "DATABASE_URL" in stopped(lambda: environment.database("DATABASE_URL"))


def test_a_mail_server(environment, monkeypatch):
    monkeypatch.delenv("EMAIL_URL", raising=False)
    assert environment.mail("EMAIL_URL", "EMAIL_FROM") == {}
    monkeypatch.setenv("EMAIL_URL", "submission://us%40er:p%3Aw@mail.example.com")
    monkeypatch.setenv("EMAIL_FROM", "Billing <billing@example.com>")
    mail = environment.mail("EMAIL_URL", "EMAIL_FROM")
    assert (mail["EMAIL_HOST"], mail["EMAIL_PORT"], mail["EMAIL_USE_TLS"]) == ("mail.example.com", 587, True)
    assert (mail["EMAIL_HOST_USER"], mail["EMAIL_HOST_PASSWORD"]) == ("us@er", "p:w")
    assert mail["EMAIL_BACKEND"] == "arportal.documents.mails.smtp.Backend"


@pytest.mark.parametrize(
    ("url", "sender", "named"),
    [
        ("mail.example.com", "a@example.com", "EMAIL_URL"),
        ("gopher://secret@mail.example.com", "a@example.com", "EMAIL_URL"),
        ("smtp://mail.example.com:many", "a@example.com", "EMAIL_URL"),
        ("smtp://mail.example.com?timeout=soon", "a@example.com", "EMAIL_URL"),
        ("smtp://mail.example.com", "", "EMAIL_FROM"),
        ("smtp://mail.example.com", "billing", "EMAIL_FROM"),
        ("smtp://mail.example.com", "a@example.com\nBcc: b@example.com", "EMAIL_FROM"),
    ],
)
def test_a_mail_server_that_is_none(environment, monkeypatch, url, sender, named):
    monkeypatch.setenv("EMAIL_URL", url)
    monkeypatch.setenv("EMAIL_FROM", sender)
    sentence = stopped(lambda: environment.mail("EMAIL_URL", "EMAIL_FROM"))
    assert named in sentence
    assert "secret" not in sentence


def test_a_secret_that_could_be_guessed(environment, monkeypatch):
    monkeypatch.setenv("METRICS_TOKEN", "guessable")
    sentence = stopped(lambda: environment.secret("METRICS_TOKEN"))
    assert "METRICS_TOKEN" in sentence
    assert "guessable" not in sentence
