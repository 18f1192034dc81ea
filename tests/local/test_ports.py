"""The ports of `make run`."""

import socket

import pytest

from arportal.local import ports

# Below those that the system gives to connections, of which the tests beside this one open many.
QUIET = range(20_001, 32_000, 2)


@pytest.fixture
def free() -> int:
    """A port that is free, as is the one before it."""
    return next(port for port in QUIET if is_free(port) and is_free(port - 1))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((ports.HOST, port))
        except OSError:
            return False
    return True


def test_it_works(free: int) -> None:
    chosen = ports.choose({"PORT": str(free), "SANDBOX_PORT": str(free - 1)})
    assert chosen == ports.Ports(web=free, sandbox=free - 1)


def test_a_port_in_use_is_one_sentence_that_names_the_variable(free: int) -> None:
    with socket.create_server((ports.HOST, 0)) as taken:
        number = taken.getsockname()[1]
        with pytest.raises(ports.PortError) as refusal:
            ports.choose({"PORT": str(free), "SANDBOX_PORT": str(number)})
    expected = f"Port {number} is in use; choose another, for example: make run SANDBOX_PORT={number + 1}"
    assert str(refusal.value) == expected


@pytest.mark.parametrize("text", ["eighty", "0", "65536", "-1", "8000.0", "٨٠٠٠"])
def test_no_number(text: str) -> None:
    with pytest.raises(ports.PortError, match=r"PORT is .* must be a number from 1 to 65535"):
        ports.choose({"PORT": text})


def test_one_port_for_both(free: int) -> None:
    with pytest.raises(ports.PortError, match="give them different numbers"):
        ports.choose({"PORT": str(free), "SANDBOX_PORT": str(free)})
