"""Models through HTTP."""

from __future__ import annotations

from tests.api.keeping.worlds import World, problem


def test_models_have_their_cards_caps_and_curves(world: World) -> None:
    found = {each["id"]: each for each in world.caller("viewer").get("/v1/models").json()["items"]}
    transfers = found["model.transfers"]
    assert transfers["active"] and transfers["shipped"] and transfers["weight_cap"] == 3.0
    assert transfers["card"]["scores"]["auc"] > 0.9 and "amount" in transfers["card"]["features"]
    curve = transfers["calibration"]["curve"]
    assert transfers["calibration"]["kind"] == "platt" and len(curve) > 10
    assert curve == sorted(curve) and all(0 < x < 1 and 0 < y < 1 for x, y in curve)
    texts = found["model.messages"]
    assert not texts["active"] and texts["weight_cap"] is None and texts["calibration"]["curve"] == []
    problem(world.caller("viewer", "rules.read").get("/v1/models"), 403, "models.read")
