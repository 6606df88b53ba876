"""Buckets, slow-downs and addresses in bounded memory."""

from __future__ import annotations

import threading
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiezhi.api.access.addresses import address_of, group_of
from xiezhi.api.access.limits import Buckets
from xiezhi.api.access.passwords import BusyError, Passwords
from xiezhi.api.access.settings import AccessSettings, Rate
from xiezhi.api.access.slowdown import Slowdown
from xiezhi.domain.errors import XiezhiError


@given(st.lists(st.floats(0, 5), min_size=1, max_size=80), st.floats(0.5, 5), st.integers(1, 10))
def test_no_span_of_time_lets_more_through_than_rate_and_burst(
    gaps: list[float], per_second: float, burst: int
) -> None:
    buckets, now, passed = Buckets(Rate(per_second, burst)), 0.0, []
    for gap in gaps:
        now += gap
        if buckets.wait("a", now) == 0.0:
            passed.append(now)
    for first, start in enumerate(passed):
        for last in range(first, len(passed)):
            assert last - first + 1 <= burst + per_second * (passed[last] - start) + 1e-6


def test_waiting_as_long_as_told_is_enough() -> None:
    buckets = Buckets(Rate(0.5, 1))
    assert buckets.wait("a", 0.0) == 0.0
    wait = buckets.wait("a", 0.0)
    assert wait == pytest.approx(2.0) and buckets.wait("a", wait) == 0.0


def test_memory_is_bounded() -> None:
    buckets, slow = Buckets(Rate(1, 1), most=100), Slowdown(5, most=100)
    for at in range(1000):
        buckets.wait(at, 0.0)
        slow.begin(str(at), 0.0)
    assert len(buckets) == len(slow) == 100


def test_made_up_names_do_not_push_a_real_one_out() -> None:
    slow = Slowdown(2, most=10)
    for _ in range(2):
        assert slow.begin("owner", 0.0, exists=True) == 0.0
    for at in range(100):
        slow.begin(f"made up {at}", 0.0)
    assert slow.begin("owner", 0.0, exists=True) > 0


def test_a_limit_that_lets_nobody_in_is_refused() -> None:
    with pytest.raises(XiezhiError, match="lets nobody in"):
        Rate(0, 10)


@pytest.mark.parametrize(
    ("client", "forwarded", "found"),
    [
        ("203.0.113.9", "1.2.3.4", "203.0.113.9"),
        ("10.0.0.5", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.5", "6.6.6.6, 1.2.3.4, 10.0.0.7", "1.2.3.4"),
        ("10.0.0.5", "<script>", "unknown"),
        ("10.0.0.5", None, "10.0.0.5"),
    ],
)
def test_only_a_proxy_of_ours_is_believed(client: str, forwarded: str | None, found: str) -> None:
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded.encode())]
    scope = {"client": (client, 1), "headers": headers}
    assert address_of(scope, (ip_network("10.0.0.0/8"),)) == found


def test_addresses_of_one_network_count_as_one() -> None:
    assert group_of("2001:db8::1") == group_of("2001:db8::ffff") != group_of("2001:db8:0:1::1")
    assert group_of("::ffff:10.0.0.1") == group_of("10.0.0.1")


def test_a_crowd_of_log_ins_is_told_to_come_again_and_holds_no_threads() -> None:
    passwords = Passwords(AccessSettings(hash_memory_kib=8, hash_rounds=1, hashes_at_once=1))
    stored, begun, going_on = (
        passwords.hash("nine cranes over the bay"),
        threading.Barrier(21),
        threading.Event(),
    )
    outcomes: list[bool | None] = []

    def check() -> None:
        begun.wait(10)
        try:
            outcomes.append(passwords.check("nine cranes over the bay", stored))
        except BusyError:
            outcomes.append(None)
            if outcomes.count(None) == 12:
                going_on.set()

    with passwords._turns:  # somebody is at it
        threads = [threading.Thread(target=check) for _ in range(20)]
        for thread in threads:
            thread.start()
        begun.wait(10)
        assert going_on.wait(10)  # one has the turn, eight wait, and of the twenty twelve are sent away
    for thread in threads:
        thread.join(10)
    assert outcomes.count(None) == 12 and outcomes.count(True) == 8
