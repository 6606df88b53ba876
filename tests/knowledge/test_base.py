"""Shipped knowledge with an overlay: what is added, what is replaced, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from xiezhi.domain.actions import Action
from xiezhi.domain.errors import XiezhiError
from xiezhi.knowledge.base import Knowledge, data_folder, load_knowledge
from xiezhi.knowledge.validate import problems

RULE = (
    "{id: call.mine, when: 'duration > 3', weight: 2, group: behaviour,"
    " fraud_type: nuisance.wangiri, zh: 甲, en: a}"
)
RISING = "thresholds:\n  call:\n    - {{score: 0.5, action: warn}}\n    - {{score: {}, action: {}}}\n"


def lay(folder: Path, **files: str) -> Path:
    """Write an overlay; `__` in a name stands for a folder."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def faults(overlay: Path) -> list[str]:
    return [
        f"{Path(problem.place).name} {problem.message} -> {problem.cure}" for problem in problems(overlay)
    ]


@pytest.fixture(scope="module")
def shipped() -> Knowledge:
    return load_knowledge()


def test_shipped_knowledge_is_sound(shipped: Knowledge) -> None:
    assert problems() == []
    channels = {"call", "message", "visit", "install", "transfer", "account", "sighting", "complaint"}
    assert set(shipped.schemas) == set(shipped.policy.prior) == set(shipped.policy.thresholds) == channels
    assert {
        "behaviour",
        "content",
        "identity",
        "money",
        "network",
        "device",
        "list",
        "model",
        "sequence",
    } <= set(shipped.groups)
    assert (
        shipped.lists["allow_numbers"].effect == "allow" and shipped.lists["deny_packages"].effect == "deny"
    )
    assert shipped.policy.thresholds["transfer"][-1].action is Action.hold
    assert "caller.calls.1h" in shipped.features.by_channel["call"]
    assert len(shipped.digest) == 64


def test_shipped_knowledge_is_read_once(shipped: Knowledge) -> None:
    assert load_knowledge() is shipped


def test_an_overlay_adds_and_replaces(tmp_path: Path, shipped: Knowledge) -> None:
    lay(
        tmp_path,
        rules__mine=f"channel: call\nrules:\n  - {RULE}\n",
        signal_groups="groups:\n  - {id: behaviour, zh: 行为, en: Behaviour, cap: 2}\n",
        policy="prior: {call: -5}\noverrides:\n"
        "  - {channel: call, fraud_type: loan, thresholds: [{score: 0.6, action: warn}]}\n",
        fraud_types__mine="group: loan\nkinds:\n"
        "  - {id: loan.mine, zh: 新, en: New, note_zh: 说明, note_en: note,"
        " stages: [pay], maps: {ccl2023: [loan]}}\n",
    )
    knowledge = load_knowledge(tmp_path)
    assert [rule.id for rule in knowledge.rules if rule.id not in {old.id for old in shipped.rules}] == [
        "call.mine"
    ]
    assert knowledge.groups["behaviour"].cap == 2 and knowledge.groups["model"] == shipped.groups["model"]
    assert knowledge.policy.prior == {**shipped.policy.prior, "call": -5.0}
    assert knowledge.policy.overrides["call", "loan"][0].action is Action.warn
    assert knowledge.policy.overrides.keys() - {("call", "loan")} == shipped.policy.overrides.keys()
    assert "loan.mine" in knowledge.taxonomy.from_scheme["ccl2023", "loan"]
    assert knowledge.digest != shipped.digest


def test_the_digest_follows_content_and_name(tmp_path: Path) -> None:
    lay(tmp_path / "a", rules__mine=f"channel: call\nrules:\n  - {RULE}\n")
    lay(tmp_path / "b", rules__mine=f"channel: call\nrules:\n  - {RULE}\n")
    lay(tmp_path / "c", rules__other=f"channel: call\nrules:\n  - {RULE}\n")
    first, same, renamed = (load_knowledge(tmp_path / name).digest for name in "abc")
    assert first == same != renamed


def test_all_faults_of_all_files_are_named(tmp_path: Path) -> None:
    lay(
        tmp_path,
        rules__mine="channel: cal\nrules:\n"
        "  - {id: r1, when: x, weight: 99, group: behavior, fraud_type: loan.fake, zh: a, en: b}\n"
        "  - {id: r1, when: x, weight: 1, group: model, fraud_type: loan.mine, zh: a, en: b, colour: red}\n",
        lists="lists:\n  - {name: mine, zh: 甲, en: a, effect: deni, identifiers: [phone]}\n",
    )
    with pytest.raises(XiezhiError) as caught:
        load_knowledge(tmp_path)
    text = str(caught.value)
    assert f"{tmp_path / 'rules' / 'mine.yaml'}:1: unknown channel `cal`\n  -> did you mean `call`?" in text
    assert "mine.yaml:3: weight 99 is out of range" in text
    assert "mine.yaml:3: unknown signal group `behavior`\n  -> did you mean `behaviour`?" in text
    assert "mine.yaml:3: unknown fraud type `loan.fake`" in text
    assert "mine.yaml:4: unknown key `colour`" in text
    assert "lists.yaml:2: `lists[0].effect` cannot be `deni`\n  -> did you mean `deny`?" in text


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        (
            {"rules__a": f"channel: call\nrules:\n  - {RULE}\n  - {RULE}\n"},
            "a.yaml:4 repeats the rule `call.mine`",
        ),
        ({"rules__a": "channel: call\n"}, "a.yaml:1 the file has no `rules`"),
        ({"rules__a": "channel: call\nrules: {}\n"}, "a.yaml:2 `rules` must be a list"),
        ({"rule__a": "channel: call\nrules: []\n"}, "a.yaml is not a file that knowledge is read from"),
        ({"policy": "prior: {cal: -7}\n"}, "policy.yaml:1 unknown channel `cal`"),
        ({"policy": "prior:\n  call: 70\n"}, "policy.yaml:2 prior of call 70 is out of range"),
        (
            {"policy": RISING.format(0.4, "block")},
            "policy.yaml:4 score 0.4 does not rise",
        ),
        (
            {"policy": RISING.format(0.6, "label")},
            "policy.yaml:4 action `label` does not rise",
        ),
        (
            {"policy": "thresholds: {call: [{score: 1.5, action: warn}]}\n"},
            "policy.yaml:1 score 1.5 is out of range",
        ),
        (
            {"policy": "thresholds: {call: [{score: 0.5, action: 2}]}\n"},
            "policy.yaml:1 `thresholds.call[0].action` cannot be `2`",
        ),
        (
            {"policy": "overrides:\n  - {channel: call, fraud_type: lone, thresholds: []}\n"},
            "policy.yaml:2 unknown fraud type or group `lone` -> did you mean `loan`?",
        ),
        (
            {"signal_groups": "groups: [{id: x, zh: 甲, en: a, cap: 0}]\n"},
            "signal_groups.yaml:1 cap 0 is out of range",
        ),
        (
            {"lists": "lists: [{name: x, zh: 甲, en: a, effect: deny, identifiers: [fone]}]\n"},
            "unknown identifier kind `fone`",
        ),
    ],
)
def test_faults_in_decision_files(tmp_path: Path, files: dict[str, str], fault: str) -> None:
    found = faults(lay(tmp_path, **files))
    assert any(fault in text for text in found), found


def table(measure: str, writers: str = "[call.caller]", rest: str = "") -> str:
    head = f"tables:\n  - name: mine\n    writers: {writers}\n    {rest}\n    measures:\n"
    return f"{head}      - {{zh: 甲, en: a, {measure}}}\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            table("name: x, agg: count", "[call.calle]"),
            "a.yaml:3 call has no field `calle` -> did you mean `caller`?",
        ),
        (table("name: x, agg: count", "[cal.caller]"), "a.yaml:3 unknown channel `cal`"),
        (table("name: x, agg: count", "[caller]"), "a.yaml:3 `caller` is no place"),
        (
            table("name: x, agg: count", "[call.caller, transfer.payer]"),
            "a.yaml:3 the key `transfer.payer` is account",
        ),
        (table("name: x, agg: count", "[call.caller+callee+cell]"), "has 3 fields"),
        (table("name: x, agg: count", "[]"), "no event writes this table"),
        (
            table("name: x, agg: count", rest="readers: [message.sendr]"),
            "a.yaml:4 message has no field `sendr`",
        ),
        (table("name: x, agg: count", rest="idle: 30 days"), "a.yaml:4 `30 days` is no duration"),
        (table("name: x, agg: count, windows: [2h]"), "a.yaml:6 unknown window `2h`"),
        (
            table("name: x, agg: sum, of: durations"),
            "a.yaml:6 call has no field `durations` -> did you mean `duration`?",
        ),
        (table("name: x, agg: sum, of: callee"), "`callee` is identifier, no number"),
        (table("name: x, agg: sum"), "`sum` needs `of`"),
        (table("name: x, agg: count, of: callee"), "`count` takes no `of`"),
        (table("name: x, agg: count, over: y"), "`count` takes no `over`"),
        (table("name: x, agg: ratio, of: y, over: x"), "unknown measure of this table `y`"),
        (table("name: x, agg: count, by: call.callee"), "unknown writer of this table `call.callee`"),
        (table("name: x, agg: absence, then_by: call.cellar"), "call has no field `cellar`"),
        (table("name: x, agg: absence"), "`x` does not say what stays away"),
        (table("name: x, agg: count, at: [call.callee]"), "unknown place of this table `call.callee`"),
        (table("name: X, agg: count"), "`X` is not a proper name"),
        (table("name: x, agg: cuont"), "cannot be `cuont` -> did you mean `count`?"),
        (
            table("name: calls, agg: count, windows: [1h]"),
            "`caller.calls.1h` on call is also read from table `caller`",
        ),
        (
            table("name: x, agg: count}\n      - {name: x, agg: age, zh: 甲, en: a"),
            "a.yaml:7 repeats the measure `x`",
        ),
    ],
)
def test_faults_in_feature_tables(tmp_path: Path, text: str, fault: str) -> None:
    found = faults(lay(tmp_path, features__a=text))
    assert any(fault in line for line in found), found


FIELDS = "  - {name: id, type: code, zh: 甲, en: a}\n  - {name: ts, type: time, zh: 甲, en: a}\n"


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        ("{name: x, type: identifier, zh: 甲, en: a}", "events.yaml:8 unknown identifier kind ``"),
        (
            "{name: x, type: identifier, kind: fone, zh: 甲, en: a}",
            "unknown identifier kind `fone` -> did you mean `phone`?",
        ),
        ("{name: x, type: number, kind: phone, zh: 甲, en: a}", "`x` is no identifier but has a kind"),
        ("{name: x, type: number, values: [a], zh: 甲, en: a}", "`x` is no code but lists values"),
        ("{name: x, type: number, scale: 0, zh: 甲, en: a}", "scale 0 is out of range"),
        ("{name: x, type: text, sensitivity: personal, zh: 甲, en: a}", "`x` is personal but not masked"),
        ("{name: ts, type: number, zh: 甲, en: a}", "`ts` is taken by the field `ts`"),
        (
            "{name: x, type: number, aliases: [extra], zh: 甲, en: a}",
            "`extra` is taken by the column for unknown fields",
        ),
    ],
)
def test_faults_in_event_schemas(tmp_path: Path, field: str, fault: str) -> None:
    head = "name: probe\nplural: probes\nzh: 探针\nen: Probe\nfields:\n"
    priors = "prior: {probe: -7}\nthresholds: {probe: []}\n"
    assert faults(lay(tmp_path, events__events=head + FIELDS, policy=priors)) == []
    found = faults(lay(tmp_path, events__events=f"{head}{FIELDS}  - {field}\n"))
    assert any(fault in text for text in found), found


def test_a_new_channel_needs_an_id_a_time_and_a_policy(tmp_path: Path) -> None:
    schema = "name: probe\nplural: calls\nzh: 探针\nen: Probe\nfields: []\n"
    found = faults(lay(tmp_path, events__probe=schema))
    for fault in (
        "lacks the code field `id`",
        "lacks the time field `ts`",
        "`calls` is taken by",
        "has no prior",
    ):
        assert any(fault in text for text in found), found


KIND = (
    "group: {group}\nkinds:\n  - {{id: {id}, zh: {zh}, en: New, note_zh: 说明, note_en: note,"
    " stages: [{stage}], maps: {{{maps}}}}}\n"
)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"group": "lone"}, "mine.yaml:3 unknown fraud group `lone` -> did you mean `loan`?"),
        ({"id": "gaming.mine"}, "mine.yaml:3 `gaming.mine` is in group `loan` -> call it loan.<name>"),
        ({"stage": "payy"}, "unknown stage `payy` -> did you mean `pay`?"),
        ({"stage": ""}, "`loan.mine` has no stages"),
        ({"maps": "ccl: [loan]"}, "unknown scheme `ccl`"),
        ({"maps": "ccl2023: [lone]"}, "unknown class of ccl2023 `lone` -> did you mean `loan`?"),
        ({"maps": "ccl2023: [loan, loan]"}, "repeats the class `loan`"),
        ({"zh": "套路贷"}, "has the same name as `loan.debt_trap`"),
    ],
)
def test_faults_in_fraud_kinds(tmp_path: Path, change: dict[str, str], fault: str) -> None:
    sound = {"group": "loan", "id": "loan.mine", "zh": "新", "stage": "pay", "maps": "ccl2023: [loan]"}
    assert faults(lay(tmp_path / "sound", fraud_types__mine=KIND.format(**sound))) == []
    found = faults(lay(tmp_path / "faulty", fraud_types__mine=KIND.format(**{**sound, **change})))
    assert any(fault in text for text in found), found


def test_an_overlay_must_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(XiezhiError, match="is not a folder"):
        load_knowledge(tmp_path / "none")


def test_a_copy_of_the_shipped_folder_is_a_sound_overlay(tmp_path: Path, shipped: Knowledge) -> None:
    shutil.copytree(data_folder(), tmp_path / "copy")
    copy = load_knowledge(tmp_path / "copy")
    assert copy.policy == shipped.policy and copy.rules == shipped.rules and copy.schemas == shipped.schemas
    assert copy.taxonomy == shipped.taxonomy


def test_our_reading_agrees_with_a_plain_yaml_reader() -> None:
    path = data_folder() / "fraud_types" / "schemes.yaml"
    plain = yaml.safe_load(path.read_text(encoding="utf-8"))["schemes"]
    ours = load_knowledge().taxonomy.schemes
    assert {scheme["id"]: {k: tuple(v) for k, v in scheme["classes"].items()} for scheme in plain} == {
        name: scheme.classes for name, scheme in ours.items()
    }
