"""The operations of access, put together."""

from __future__ import annotations

from fastapi import APIRouter

from xiezhi.api.access import routes_audit, routes_keys, routes_session, routes_users

router = APIRouter()
for part in (routes_session, routes_users, routes_keys, routes_audit):
    router.include_router(part.router)
