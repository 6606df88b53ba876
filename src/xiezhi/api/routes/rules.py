"""Rules: what there is, what each has done, and its way from draft to live and back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from xiezhi.api.access.guard import Caller, need
from xiezhi.api.context import House, house
from xiezhi.api.controls import book_of, carry_out
from xiezhi.api.paging import After, Limit, Page, cursor, parts_of
from xiezhi.api.problems import Refusal, answers
from xiezhi.api.routes.jobs import Job
from xiezhi.api.routes.jobs import shown as job_shown
from xiezhi.api.rules.checks import Checker
from xiezhi.api.rules.differences import difference
from xiezhi.api.rules.figures import RuleFigures
from xiezhi.api.rules.shapes import (
    BacktestAsked,
    Difference,
    GroupShown,
    RollbackAsked,
    RuleAsked,
    RuleLifeShown,
    RuleShown,
    RuleText,
    StageAsked,
    StageName,
    Validation,
)
from xiezhi.api.rules.shown import Shower
from xiezhi.api.rules.trials import submit
from xiezhi.decide.versions import NEXT, RuleLife
from xiezhi.domain.errors import XiezhiError
from xiezhi.domain.rules import Rule

router = APIRouter(prefix="/v1", tags=["rules"], responses=answers(400, 413, 503))

Reader = Annotated[Caller, Depends(need("rules.read"))]
Drafter = Annotated[Caller, Depends(need("rules.draft"))]
Publisher = Annotated[Caller, Depends(need("rules.publish"))]
Tester = Annotated[Caller, Depends(need("rules.backtest"))]
TheHouse = Annotated[House, Depends(house)]
RuleId = Annotated[
    str, Path(min_length=1, max_length=120, description="the rule's id", examples=["call.burst_dialling"])
]
Version = Annotated[int, Query(ge=1, le=1_000_000)]


async def _figures(request: Request) -> RuleFigures:
    """The figures of the application's house, kept beside it."""
    state, demo = request.app.state, request.app.state.house.demo
    if not hasattr(state, "rule_figures"):
        state.rule_figures = RuleFigures(state.house.database, None if demo is None else demo.since)
    found: RuleFigures = state.rule_figures
    return found


TheFigures = Annotated[RuleFigures, Depends(_figures)]


@router.get("/rules", operation_id="list_rules", summary="All rules, each by its newest version")
def list_rules(
    caller: Reader,
    house: TheHouse,
    figures: TheFigures,
    channel: Annotated[str | None, Query(max_length=60, examples=["transfer"])] = None,
    stage: Annotated[StageName | None, Query(description="with any version in this stage")] = None,
    q: Annotated[
        str | None,
        Query(max_length=200, description="part of the id, a text or the condition", examples=["burst"]),
    ] = None,
    limit: Limit = 50,
    after: After = None,
) -> Page[RuleShown]:
    """By id."""
    place = parts_of(after, str)
    lives = sorted(dict(book_of(house).lives).items())
    found = [
        life
        for id, life in lives
        if (place is None or id > place[0])
        and channel in (None, life.newest.channel)
        and (stage is None or any(rule.stage == stage for rule in life.versions))
        and (q is None or _speaks_of(life, q.casefold()))
    ]
    shower = Shower(house.desk.engine.totals, figures.all())
    next = cursor(found[limit - 1].newest.id) if len(found) > limit else None
    return Page(items=[shower.newest(life) for life in found[:limit]], next=next)


@router.get("/rules/{id}", operation_id="read_rule", summary="One rule", responses=answers(404))
def read_rule(caller: Reader, house: TheHouse, figures: TheFigures, id: RuleId) -> RuleLifeShown:
    """With all its versions, what was done to it, and where it may go next."""
    return _shown(house, figures, id)


@router.get(
    "/rules/{id}/difference",
    operation_id="compare_rule_versions",
    summary="What changed between two versions",
    responses=answers(404),
)
def compare_versions(
    caller: Reader, house: TheHouse, id: RuleId, before: Version, after: Version
) -> Difference:
    """Field by field, texts word by word."""
    life = _life(house, id)
    try:
        return difference(life.version(before), life.version(after))
    except XiezhiError as error:
        raise Refusal(404, error.message, error.cure) from error


@router.post("/rules/validate", operation_id="validate_rule", summary="Check a rule without saving it")
def validate_rule(
    caller: Annotated[Caller, Depends(need("rules.draft", noted=False))], house: TheHouse, asked: RuleAsked
) -> Validation:
    """Everything that is wrong with it, each fault with its place."""
    return _checker(house).check(asked.rule)


@router.post(
    "/rules",
    status_code=201,
    operation_id="save_rule",
    summary="Save a rule as a draft",
    responses=answers(409),
)
def save_rule(caller: Drafter, house: TheHouse, figures: TheFigures, asked: RuleAsked) -> RuleLifeShown:
    """A known id gets a new version. A draft does nothing until it is moved to shadow."""
    _refuse_faults(house, [("body.rule", asked.rule)])
    rule = asked.rule.rule()
    fields = ("id", "channel", "when", "weight", "group", "fraud_type", "zh", "en", "stage", "source")
    written = {name: getattr(rule, name) for name in fields}
    carry_out(house, caller, {"kind": "rule.save", "rule": written}, 409)
    shown = _shown(house, figures, rule.id)
    house.access.note(caller, "save_rule", rule.id, {"version": shown.version})
    return shown


@router.post(
    "/rules/{id}/stage",
    operation_id="stage_rule",
    summary="Move a rule to another stage",
    responses=answers(404, 409),
)
def stage_rule(
    caller: Publisher, house: TheHouse, figures: TheFigures, id: RuleId, asked: StageAsked
) -> RuleLifeShown:
    """From the next event on. A version that moves on retires those that are no further than it has come."""
    life = _life(house, id)
    if asked.share is not None and asked.stage != "share":
        raise Refusal(
            422, f"a rule in stage {asked.stage} has no share", "give `share` with stage share only"
        )
    version = life.newest if asked.version is None else _version(life, asked.version)
    if asked.stage not in NEXT[version.stage]:
        cure = f"from {version.stage} it can go to {', '.join(NEXT[version.stage])}"
        raise Refusal(409, f"version {version.version} cannot go from {version.stage} to {asked.stage}", cure)
    share = (asked.share or 0.1) if asked.stage == "share" else 1.0
    record = {
        "kind": "rule.stage",
        "id": id,
        "stage": asked.stage,
        "share": share,
        "version": version.version,
    }
    carry_out(house, caller, record, 409)
    detail = {"from": version.stage, "to": asked.stage, "version": version.version, "note": asked.note or ""}
    house.access.note(caller, "stage_rule", id, detail | ({"share": share} if asked.stage == "share" else {}))
    return _shown(house, figures, id)


@router.post(
    "/rules/{id}/rollback",
    operation_id="roll_back_rule",
    summary="Go back to an earlier version",
    responses=answers(404, 409),
)
def roll_back_rule(
    caller: Publisher, house: TheHouse, figures: TheFigures, id: RuleId, asked: RollbackAsked
) -> RuleLifeShown:
    """Newer versions are retired, and the earlier one takes the place of the one that acted."""
    _version(_life(house, id), asked.version)
    carry_out(house, caller, {"kind": "rule.rollback", "id": id, "version": asked.version}, 409)
    house.access.note(caller, "roll_back_rule", id, {"version": asked.version})
    return _shown(house, figures, id)


@router.post(
    "/rules/backtest", status_code=202, operation_id="backtest_rules", summary="Try rules on the past"
)
def backtest_rules(caller: Tester, house: TheHouse, asked: BacktestAsked) -> Job:
    """As a job. Each rule is tried alone, as if it had been live, against the rules that were live at the time. The
    result names hits, identifiers hit, decisions that would change and, with a truth, precision, recall and F1."""
    if asked.truth == "demo" and house.demo is None:
        raise Refusal(
            422, "there is no demo city here, and so no truth of one", "take people's labels as truth"
        )
    _refuse_faults(house, [(f"body.rules.{place}", rule) for place, rule in enumerate(asked.rules)])
    return job_shown(submit(house, "backtest", caller.name, asked.rules, asked.hours, asked.truth))


@router.post(
    "/rules/dry-run", status_code=202, operation_id="dry_run_rule", summary="Try a rule on the last hour"
)
def dry_run_rule(caller: Tester, house: TheHouse, asked: RuleAsked) -> Job:
    """As a job, with the result of a backtest."""
    _refuse_faults(house, [("body.rule", asked.rule)])
    return job_shown(submit(house, "dry-run", caller.name, [asked.rule], 1, None))


@router.get("/groups", operation_id="list_groups", summary="Signal groups")
def list_groups(caller: Reader, house: TheHouse) -> Page[GroupShown]:
    """However many signals of a group are found, together they add at most its cap."""
    groups = house.knowledge.groups.values()
    items = [GroupShown(id=each.id, zh=each.zh, en=each.en, cap=each.cap) for each in groups]
    return Page(items=items, next=None)


def _speaks_of(life: RuleLife, words: str) -> bool:
    rule = life.newest
    return any(words in text.casefold() for text in (rule.id, rule.zh, rule.en, rule.when, rule.fraud_type))


def _checker(house: House) -> Checker:
    core = house.desk.engine.core
    return Checker(house.knowledge, core.vocabularies, book_of(house).lives)


def _refuse_faults(house: House, rules: list[tuple[str, RuleText]]) -> None:
    checker = _checker(house)
    errors = [
        {**error.model_dump(exclude_none=True), "where": f"{place}.{error.where}"}
        for place, rule in rules
        for error in checker.check(rule).errors
    ]
    if errors:
        title = f"{errors[0]['where']}: {errors[0]['message']}"
        cure = errors[0].get("cure", "mend what `errors` names")
        raise Refusal(422, title, cure, errors)


def _life(house: House, id: str) -> RuleLife:
    try:
        return book_of(house).life(id)
    except XiezhiError as error:
        raise Refusal(404, error.message, error.cure or "see /v1/rules for those there are") from error


def _version(life: RuleLife, number: int) -> Rule:
    try:
        return life.version(number)
    except XiezhiError as error:
        raise Refusal(404, error.message, error.cure) from error


def _shown(house: House, figures: RuleFigures, id: str) -> RuleLifeShown:
    return Shower(house.desk.engine.totals, figures.all()).life(_life(house, id))
