"""The rule language's functions in Chinese; the language itself describes them in English."""

from __future__ import annotations

ZH = {
    "missing": "值是否未知；缺失的值只对这个问题回答“是”",
    "abs": "去掉正负号的值",
    "min": "各参数中最小的；有一个缺失则结果缺失",
    "max": "各参数中最大的；有一个缺失则结果缺失",
    "round": "四舍六入五成双取整，或保留 0–9 位小数",
    "share": "部分占整体的比例，限于 0 到 1；整体不大于 0 时缺失",
    "minutes": "n 分钟对应的秒数，即时长、间隔和通话时间的单位",
    "hours": "n 小时对应的秒数",
    "days": "n 天对应的秒数",
    "hour": "毫秒时间（如 ts）在北京时间的钟点，0–23",
    "length": "字符数；文本缺失则缺失",
    "contains": "文本中是否出现任一片段",
    "startswith": "文本是否以任一片段开头",
    "endswith": "文本是否以任一片段结尾",
    "matches": "文本中是否能匹配正则表达式（RE2 语法，耗时只随文本增长）；^ 与 $ 限定首尾",
}
