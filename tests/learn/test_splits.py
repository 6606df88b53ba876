"""Groups and splits: twins stay together, nothing older than what was learned is tested."""

import numpy as np
import pyarrow as pa

from xiezhi.detect.messages.normal import normalise
from xiezhi.detect.messages.symbols import message_symbols
from xiezhi.learn.splits import (
    equal_row_groups,
    grouped_splits,
    host_groups,
    near_duplicate_groups,
    time_split,
)

CAMPAIGN = "尊敬的客户,您的信用卡可办理提升额度业务,如有需求请联系客户经理{},电话{},地址市中心广场一号"


def groups_of(texts: list[str]) -> list[int]:
    return near_duplicate_groups(message_symbols(normalise(pa.array(texts)))).tolist()


def test_messages_of_one_campaign_are_one_group() -> None:
    twins = [CAMPAIGN.format(name, f"138{number:08d}") for number, name in enumerate("张王李赵")]
    others = ["晚上回家吃饭吗", "明天下午三点开会请准时参加", "澳门娱乐城注册即送彩金百家乐"]
    found = groups_of([*twins, *others])
    assert len(set(found[:4])) == 1
    assert len(set(found[3:])) == 4


def test_short_texts_are_grouped_only_when_equal() -> None:
    found = groups_of(["好", "好!", "行", "好的", "好的。", ""])
    assert found[0] == found[1]
    assert found[3] == found[4]
    assert len({found[0], found[2], found[3], found[5]}) == 4


def test_hosts_and_equal_rows() -> None:
    hosts = host_groups(pa.array(["http://A.com/x", "https://a.com:80/y?z", "b.com/x", "a.com"])).tolist()
    assert hosts[0] == hosts[1] == hosts[3] != hosts[2]
    matrix = np.array([[1, np.nan], [1, -np.nan], [1, 2], [0.0, 2], [-0.0, 2]], dtype=np.float32)
    rows = equal_row_groups(matrix).tolist()
    assert rows[0] == rows[1] != rows[2]
    assert rows[3] == rows[4]


def test_no_group_is_on_both_sides_and_every_row_is_tested_once() -> None:
    random = np.random.default_rng(0)
    groups = random.integers(0, 80, 400)
    classes = (groups % 3 == 0).astype(np.int64)
    for seed in range(2):
        splits = [split for split in grouped_splits(classes, groups, 2) if split.seed == seed]
        assert len(splits) == 5
        assert sorted(np.concatenate([split.test for split in splits]).tolist()) == list(range(400))
        for split in splits:
            assert not set(groups[split.train]) & set(groups[split.test])


def test_time_split_tests_the_latest() -> None:
    split = time_split(10)
    assert split.train.tolist() == list(range(8))
    assert split.test.tolist() == [8, 9]
