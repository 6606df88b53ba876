"""The command line's contract, as scripts outside rely on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest


def xiezhi(*arguments: object, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "xiezhi.cli.main", *map(str, arguments)]
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(command, capture_output=True, text=True, timeout=300, input=stdin, env=environment)


def figures(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def store(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "store"
    done = xiezhi("replay", city, "--store", folder)
    assert done.returncode == 0, done.stderr
    found = figures(done)
    assert found["events"] == 20_000 and found["dead"] == 0 and found["verdicts"] > 0
    assert set(found) == {"events", "seconds", "events_per_second", "dead", "verdicts", "actions"}
    assert sum(found["actions"].values()) == 20_000
    return folder


def test_the_same_replay_goes_on_where_it_stopped(city: Path, store: Path) -> None:
    done = xiezhi("replay", city, "--store", store)
    assert done.returncode == 0 and figures(done)["events"] == 0


def test_doctor_and_ledger_agree(store: Path) -> None:
    done = xiezhi("doctor", "--store", store, "--json")
    counts = figures(done)["counts"]
    assert done.returncode == 0 and counts["events"] == 20_000
    verified = xiezhi("ledger", "verify", "--store", store)
    assert verified.returncode == 0 and counts["ledger_head"] in verified.stderr


def test_score_gives_one_line_a_row_in_order(city: Path, tmp_path: Path) -> None:
    done = xiezhi("score", "calls", city / "call.parquet", "-o", tmp_path / "out.jsonl")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    ids = pq.read_table(city / "call.parquet", columns=["id"])["id"].to_pylist()
    assert [line["row"] for line in lines] == list(range(len(ids))) and [line["id"] for line in lines] == ids
    assert all(0 <= line["score"] <= 1 and line["action"] for line in lines)
    signals = [signal for line in lines for signal in line["signals"]]
    assert signals and all(signal["id"] and signal["why"] for signal in signals)


def test_score_reads_standard_input() -> None:
    row = json.dumps({"text": "您的ETC已失效，请点击 http://etc-x.top 认证", "sender": "17000000001"})
    done = xiezhi("score", "messages", "-", "--language", "en", stdin=row + "\n")
    assert done.returncode == 0, done.stderr
    assert figures(done)["row"] == 0


def test_bad_rows_are_rejected_told_kept_and_retried(tmp_path: Path) -> None:
    good, nobody = "1380,1390,2026-01-05 10:00,60", "1380,,2026-01-05 10:01,60"
    rows = ["From,To,When,Secs", good, nobody, "1380,1391,soon,60", "1380,1392"]
    (tmp_path / "cdr.csv").write_text("\n".join([*rows, "1380,1393,2026-01-05 10:02,5"]) + "\n")
    maps = [x for pair in ("caller=From", "callee=To", "ts=When", "duration=Secs") for x in ("--map", pair)]
    scored = xiezhi("score", "calls", tmp_path / "cdr.csv", *maps)
    assert scored.returncode == 1 and [json.loads(line)["row"] for line in scored.stdout.splitlines()] == [
        0,
        4,
    ]
    assert all(f"row {row}" in scored.stderr for row in (1, 2, 3))
    done = xiezhi("replay", tmp_path / "cdr.csv", "--store", tmp_path / "s", *maps)
    assert done.returncode == 1 and figures(done)["dead"] == 3 and figures(done)["events"] == 2
    listed = xiezhi("dead-letters", "list", "--store", tmp_path / "s", "--json")
    letters = [json.loads(line) for line in listed.stdout.splitlines()]
    assert [letter["row"] for letter in letters] == [1, 2, 3] and all(letter["reason"] for letter in letters)
    mended = [
        {**letters[1], "raw": {"caller": "1380", "callee": "1391", "ts": "2026-01-05 10:01", "duration": 60}}
    ]
    (tmp_path / "mended.jsonl").write_text("".join(json.dumps(letter) + "\n" for letter in mended))
    retried = xiezhi("dead-letters", "retry", "--file", tmp_path / "mended.jsonl", "--store", tmp_path / "s")
    assert "1 row(s) taken in" in retried.stderr
    left = xiezhi("dead-letters", "list", "--store", tmp_path / "s", "--json").stdout.splitlines()
    assert len(left) == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("replay", "nowhere.csv"), "nowhere.csv"),
        (("score", "cals", "-"), "cals"),
        (("score", "cases", "x.csv"), "train"),
        (("train", "messages", "--data", "nowhere.csv", "-o", "m"), "nowhere.csv"),
        (("rules", "check", "nowhere.yaml"), "nowhere.yaml"),
        (("lists", "add", "no_list", "1380"), "no_list"),
        (("doctor", "--store", "a-file"), "store"),
    ],
)
def test_mistakes_end_with_two_and_say_what_to_do(
    arguments: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    (tmp_path / "a-file").write_text("")
    found = [tmp_path / argument if argument in ("m", "a-file") else argument for argument in arguments]
    extra = ["--store", tmp_path / "s"] if arguments[0] in ("replay", "lists") else []
    done = xiezhi(*found, *extra)
    assert done.returncode == 2 and told in done.stderr and "Traceback" not in done.stderr


def test_missing_columns_are_named(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("payer,amount\n1,2\n")
    done = xiezhi("score", "transfers", tmp_path / "t.csv")
    assert done.returncode == 2 and "payee" in done.stderr and "--map" in done.stderr


def test_lists_and_rules_live_through_commands(tmp_path: Path, city: Path) -> None:
    store = tmp_path / "s"
    assert (
        xiezhi("lists", "add", "deny_numbers", "170 0000 0001", "--store", store, "--for", "7d").returncode
        == 0
    )
    assert "17000000001" in xiezhi("lists", "show", "--store", store).stderr
    (tmp_path / "mine.yaml").write_text(
        "channel: call\nrules:\n  - {id: my.rule, when: duration >= 600, weight: 9, group: behaviour,"
        " fraud_type: impersonation.police, zh: 通话很长, en: a long call}\n"
    )
    assert xiezhi("rules", "check", tmp_path / "mine.yaml").returncode == 0
    assert xiezhi("rules", "save", tmp_path / "mine.yaml", "--store", store).returncode == 0
    refused = xiezhi("rules", "stage", "my.rule", "live", "--store", store)
    assert refused.returncode == 2 and "shadow" in refused.stderr
    for stage in ("shadow", "live"):
        assert xiezhi("rules", "stage", "my.rule", stage, "--store", store).returncode == 0
    assert "shadow -> live" in xiezhi("rules", "history", "my.rule", "--store", store).stderr
    done = xiezhi("replay", city / "call.parquet", "--store", store)
    assert figures(done)["actions"].get("block", 0) + figures(done)["actions"].get("warn", 0) > 10


def test_a_bad_rule_is_shown_with_a_caret(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(
        "channel: call\nrules:\n  - {id: my.rule, when: durtion >= 600, weight: 9, group: behaviour,"
        " fraud_type: impersonation.police, zh: a, en: b}\n"
    )
    done = xiezhi("rules", "check", tmp_path / "bad.yaml")
    assert done.returncode == 2 and "^^^^^^^" in done.stderr and "duration" in done.stderr


def test_backtest_tells_what_a_rule_would_have_done(tmp_path: Path, city: Path, store: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "channel: transfer\nrules:\n  - {id: my.rule, when: pair.is_new and amount >= 20000, weight: 8, group: money,"
        " fraud_type: investment.fake_platform, zh: 首次大额, en: first and large}\n"
    )
    done = xiezhi("rules", "backtest", tmp_path / "mine.yaml", "--store", store, "--truth", city / "truth")
    assert done.returncode == 0, done.stderr
    report = figures(done)["rules"][0]
    assert report["hits"] > 0 and report["changed"] > 0 and report["identifiers"] > 0
    assert 0 < report["precision"] <= 1 and 0 < report["recall"] < 1 and 0 < report["f1"] < 1


def test_real_files_replay_with_mapped_columns(shared_data: Path, tmp_path: Path) -> None:
    cdr = shared_data / "vast2008-cdr" / "CellPhoneCallRecords.csv"
    maps = [x for pair in ("caller=From", "callee=To", "ts=DateTime") for x in ("--map", pair)]
    done = xiezhi("replay", cdr, "--store", tmp_path / "cdr", *maps)
    assert figures(done)["events"] + figures(done)["dead"] == 9834
    bank = shared_data / "amlsim-samples" / "20K_fanin200" / "transactions.csv"
    names = ("payer=sourceNodeId", "payee=targetNodeId", "amount=value", "ts=time")
    done = xiezhi(
        "replay", bank, "--store", tmp_path / "bank", *[x for pair in names for x in ("--map", pair)]
    )
    assert done.returncode == 0 and figures(done)["events"] == 118_250
    sms = shared_data / "fbs-sms" / "data.csv"
    scored = xiezhi("score", "messages", sms)
    assert scored.returncode == 0 and len(scored.stdout.splitlines()) == 9803
