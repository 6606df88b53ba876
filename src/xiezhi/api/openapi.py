"""Completes the OpenAPI document with what the framework can't know."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from xiezhi.api.problems import Problem


def complete(app: FastAPI) -> None:
    """Have the document describe problems as they are sent."""
    make = app.openapi

    def made() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = make()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= problem.pop("$defs", {})
            schemas["Problem"] = problem
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = made  # type: ignore[method-assign]
