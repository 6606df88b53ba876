"""Settings from the environment, and the check before a server listens."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from tests.api.access.worlds import World
from xiezhi.api.access.environment import settings_from
from xiezhi.api.access.opening import check_address
from xiezhi.api.access.settings import AccessSettings, Rate
from xiezhi.domain.errors import XiezhiError
from xiezhi.storage.store import Store


def test_settings_come_from_the_environment() -> None:
    found = settings_from(
        {
            "XIEZHI_SESSION_IDLE": "15m",
            "XIEZHI_SESSION_LIFE": "1d",
            "XIEZHI_HTTPS": "1",
            "XIEZHI_ORIGINS": "https://a.example, https://b.example",
            "XIEZHI_PROXIES": "10.0.0.5,10.1.0.0/16",
            "XIEZHI_LIMIT_KEY": "50/200",
            "XIEZHI_LIMIT_ADDRESS": "0.5",
        }
    )
    assert (found.idle_seconds, found.life_seconds, found.https) == (900.0, 86400.0, True)
    assert found.origins == {"https://a.example", "https://b.example"}
    assert found.proxies == (ip_network("10.0.0.5"), ip_network("10.1.0.0/16"))
    assert found.per_key == Rate(50, 200) and found.per_address == Rate(0.5, 1)
    assert settings_from({}) == AccessSettings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("XIEZHI_SESSION_IDLE", "15"),
        ("XIEZHI_HTTPS", "perhaps"),
        ("XIEZHI_PROXIES", "10.0.0.300"),
        ("XIEZHI_LIMIT_KEY", "many"),
        ("XIEZHI_LIMIT_KEY", "0/10"),
    ],
)
def test_a_setting_that_cannot_be_read_is_told_with_a_cure(name: str, value: str) -> None:
    with pytest.raises(XiezhiError) as error:
        settings_from({name: value})
    assert error.value.cure


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_this_machine_alone_needs_no_user(tmp_path: Path, host: str) -> None:
    check_address(host, Store(tmp_path / "new"), demo=True)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.org"])
def test_others_are_let_near_once_there_is_a_user(tmp_path: Path, host: str) -> None:
    with pytest.raises(XiezhiError, match="no user yet"):
        check_address(host, Store(tmp_path))
    World(tmp_path, ("administrator",)).access.close()
    check_address(host, Store(tmp_path))
    with pytest.raises(XiezhiError, match="lets in whoever comes"):
        check_address(host, Store(tmp_path), demo=True)


def test_nobody_else_on_the_machine_reads_the_tables(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.logged_in("viewer")
    modes = {path.name: oct(path.stat().st_mode & 0o077) for path in tmp_path.iterdir()}
    assert "operations.db" in modes and set(modes.values()) == {"0o0"}
