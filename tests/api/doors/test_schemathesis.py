"""Every operation against its own description: what it answers is documented, and nothing makes the server fail."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig

from tests.api.doors.worlds import World

EXAMPLES = int(os.environ.get("XIEZHI_SCHEMATHESIS_EXAMPLES", "6"))
"""Examples an operation; more may be asked for where there is time."""

ENDLESS = frozenset({"follow_stream"})
"""Operations whose answer has no end; tests of their own read them."""

ACCEPTED = ["2xx", "401", "403", "404", "409", "413", "422", "429"]
"""What a request of the right shape may get: 422 also says that what it names does not exist, such as a channel."""

load_all_checks()


@pytest.fixture(scope="module")
def schema(world: World) -> Iterator[Any]:
    config = SchemathesisConfig.from_dict(
        {"checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}}}
    )
    found = schemathesis.openapi.from_asgi("/v1/openapi.json", world.app, config=config)

    @found.auth()
    class Administrator:
        def get(self, case: Any, context: Any) -> str:
            return world.key("administrator")

        def set(self, case: Any, key: str, context: Any) -> None:
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {key}"}

    yield found


def operations(schema: Any) -> list[Any]:
    return [
        result.ok()
        for result in schema.get_all_operations()
        if result.ok().definition.raw.get("operationId") not in ENDLESS
    ]


def test_every_operation_is_described_with_an_example_and_its_refusals(world: World) -> None:
    document = world.get("/v1/openapi.json")
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation.get("operationId") and operation.get("summary"), (method, path)
            assert "422" in operation["responses"] or not operation.get("parameters"), (method, path)


def test_all_checks_hold_for_every_operation(world: World, schema: Any) -> None:
    faults: list[str] = []
    tried = 0
    for operation in operations(schema):
        tried += 1
        strategy = operation.as_strategy()

        @hypothesis.settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(case=strategy)
        def conform(case: Any) -> None:
            case.call_and_validate()

        try:
            conform()
        except (Exception, BaseExceptionGroup) as error:
            told = [str(each) for each in getattr(error, "exceptions", [error])]
            faults.append(f"{operation.method.upper()} {operation.path}: {error} {told}")
    assert tried > 50 and not faults, "\n\n".join(faults)
