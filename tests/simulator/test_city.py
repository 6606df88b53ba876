from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from xiezhi.domain.errors import XiezhiError
from xiezhi.simulator import rhythm
from xiezhi.simulator.city import City


def test_slices_are_canonical_micro_batches_in_time_order() -> None:
    last = 0
    for piece in City(3, 600).hours(days=1):
        order = np.concatenate([part.order for part in piece.events])
        ts = np.concatenate([part.table["ts"].to_numpy() for part in piece.events])
        assert sorted(order.tolist()) == list(range(piece.events.size))
        timeline = ts[np.argsort(order)]
        assert (np.diff(timeline) >= 0).all()
        assert piece.start <= timeline[0] and timeline[-1] < piece.end
        assert timeline[0] >= last
        last = int(timeline[-1])
        for part in piece.events:
            assert (np.diff(part.order) > 0).all()
            assert part.table["id"].equals(piece.truth[part.channel]["id"])


def test_an_endless_city_goes_on_into_the_next_day() -> None:
    slices = list(islice(City(4, 400, minutes=30).hours(), 3 * 48))
    starts = [piece.start for piece in slices]
    assert starts == [rhythm.MONDAY + i * 30 * 60_000 for i in range(3 * 48)]
    days = [sum(piece.events.size for piece in slices[i * 48 : (i + 1) * 48]) for i in range(3)]
    assert days == [3_800, 3_800, 3_800]
    campaigns: dict[str, set[int]] = {}
    for day, piece in enumerate(slices):
        for truth in piece.truth.values():
            for name in truth["campaign"].drop_null().unique().to_pylist():
                campaigns.setdefault(name, set()).add(day // 48)
    assert any(len(on) > 1 for on in campaigns.values())  # what a gang began goes on


def test_two_cities_of_one_seed_are_equal_at_every_slice() -> None:
    for one, other in zip(City(9, 500).hours(days=1), City(9, 500).hours(days=1), strict=True):
        assert [part.table for part in one.events] == [part.table for part in other.events]
        assert one.truth == other.truth


def test_gangs_can_be_chosen() -> None:
    city = City(2, 2_000, ("nuisance.wangiri", "loan.fake_platform"))
    found = set()
    for piece in city.hours(days=1):
        for truth in piece.truth.values():
            found |= set(truth["fraud_type"].drop_null().to_pylist())
    assert found == {"nuisance.wangiri", "loan.fake_platform"}


def test_nights_are_quieter_than_days() -> None:
    sizes = [piece.events.size for piece in City(1, 1_000).hours(days=1)]
    assert max(sizes[1:5]) * 3 < min(sizes[10:20])


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ({"subscribers": 5}, "at least 100"),
        ({"subscribers": 500, "minutes": 7}, "does not divide"),
        ({"subscribers": 500, "fraud_share": 2.0}, "out of range"),
    ],
)
def test_wrong_parameters_are_refused(arguments: dict[str, float], fault: str) -> None:
    with pytest.raises(XiezhiError, match=fault):
        City(1, **arguments)  # type: ignore[arg-type]


def test_unknown_gangs_and_odd_start_times_are_refused() -> None:
    with pytest.raises(XiezhiError, match="no gangs of kind"):
        next(iter(City(1, 500, ("nuisance.unheard_of",)).hours(days=1)))
    with pytest.raises(XiezhiError, match="full hour"):
        next(iter(City(1, 500).hours(start_ts=17)))
