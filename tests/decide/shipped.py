"""The rules of the house over event fields, window features and what detectors add."""

from __future__ import annotations

from functools import cache

from xiezhi.decide.book import RuleBook
from xiezhi.decide.language import Vocabulary, vocabulary_of
from xiezhi.detect.registry import variables_for
from xiezhi.domain.columns import Variable, VariableType
from xiezhi.domain.schema import EventSchema
from xiezhi.knowledge.base import Knowledge, load_knowledge

AGREED: dict[str, dict[str, VariableType]] = {
    # What detectors add, by the agreement between the rooms `detect` and `decide`.
    "call": {"caller.form": "text", "callee.form": "text", "caller.imitates": "flag", "ts.hour": "number"},
    "message": {
        "sender.form": "text",
        "ts.hour": "number",
        "text.length": "number",
        "text.has_url": "flag",
        "text.has_contact": "flag",
        "text.fraud_probability": "number",
        "text.illegal_probability": "number",
        "text.advert_probability": "number",
        "text.class": "text",
    },
    "visit": {
        "domain.length": "number",
        "domain.digit_share": "number",
        "domain.cheap_suffix": "flag",
        "domain.brand_imitation": "flag",
        "ts.hour": "number",
    },
    "install": {"source.sideloaded": "flag", "package.random": "flag"},
    "transfer": {
        "amount.round": "flag",
        "amount.below_limit": "flag",
        "balance.drained": "number",
        "ts.hour": "number",
    },
    "account": {"ts.hour": "number"},
}

FLAGS = ("is_new", "sequence", "absence")


@cache
def knowledge() -> Knowledge:
    return load_knowledge()


def vocabulary(schema: EventSchema) -> Vocabulary:
    features = knowledge().features.by_channel.get(schema.name, {}).values()
    windows = [
        Variable(each.name, "flag" if each.measure.agg in FLAGS else "number", each.zh, each.en, each.unit)
        for each in features
    ]
    agreed = [Variable(name, kind, name, name) for name, kind in AGREED.get(schema.name, {}).items()]
    return vocabulary_of(schema, [*windows, *agreed, *variables_for(schema.name).values()], knowledge().lists)


def new_book() -> RuleBook:
    known = knowledge()
    vocabularies = {channel: vocabulary(schema) for channel, schema in known.schemas.items()}
    return RuleBook(known.rules, vocabularies, known.groups, known.lists, known.taxonomy.kinds)
