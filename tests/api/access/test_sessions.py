"""Logging in, staying logged in and being logged out, through the door that browsers use."""

from __future__ import annotations

import logging
from pathlib import Path

import httpx
import pytest

from tests.api.access.worlds import World, password_of


def told(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["detail"] and problem["status"] == answer.status_code
    return answer.status_code, problem["title"]


def attempt(client: httpx.Client, name: str, password: str) -> httpx.Response:
    return client.post("/v1/session", json={"name": name, "password": password})


def test_a_log_in_gives_a_guarded_cookie_and_says_who_one_is(world: World) -> None:
    client = world.client()
    answer = attempt(client, "  Analyst ", password_of("analyst"))
    session = answer.json()
    assert answer.status_code == 200 and session["user"] == {
        "name": "analyst",
        "role": "analyst",
        "display": "Analyst",
    }
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Secure" not in cookie
    assert client.get("/v1/session").json() == session
    assert "unmask" in session["permissions"] and "lists.write" not in session["permissions"]


def test_behind_https_the_cookie_is_for_https_alone(tmp_path: Path) -> None:
    world = World(tmp_path, ("viewer",), https=True)
    assert "Secure" in attempt(world.client(), "viewer", password_of("viewer")).headers["set-cookie"]


def test_wrong_password_unknown_and_disabled_user_are_told_the_same(world: World) -> None:
    world.access.accounts.change("viewer", disabled=True)
    answers = [
        attempt(world.client(), "analyst", "not the password"),
        attempt(world.client(), "nobody", "not the password"),
        attempt(world.client(), "viewer", password_of("viewer")),
    ]
    assert {told(each) for each in answers} == {(401, "the user name or the password is wrong")}
    assert len({each.text for each in answers}) == 1
    assert not any("set-cookie" in each.headers for each in answers)


def test_an_unknown_user_costs_as_much_work_as_a_known_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[bool] = []
    passwords = world.access._hashing()
    verify = passwords._hasher.verify

    def counted(stored: str, password: str) -> bool:
        checked.append(stored.startswith("$argon2id$"))
        return verify(stored, password)

    monkeypatch.setattr(passwords, "_hasher", type("H", (), {"verify": staticmethod(counted)})())
    for name in ("analyst", "nobody"):
        assert attempt(world.client(), name, "not the password").status_code == 401
    assert checked == [True, True]


@pytest.mark.parametrize("name", ["analyst", "nobody"])
def test_guessing_is_slowed_down_for_known_and_unknown_names_alike(world: World, name: str) -> None:
    addresses = [f"10.0.0.{at}" for at in range(1, 9)]
    statuses = [attempt(world.client(each), name, "wrong guess").status_code for each in addresses]
    assert statuses == [401] * 5 + [429] * 3
    refused = attempt(world.client("10.0.1.1"), name, password_of(name))
    assert told(refused) == (429, "too many failed log-ins") and int(refused.headers["retry-after"]) >= 1
    world.now += 1.1
    assert attempt(world.client("10.0.1.1"), name, "wrong guess").status_code == 401
    world.now += 1.1  # the wait has doubled
    assert attempt(world.client("10.0.1.1"), name, "wrong guess").status_code == 429
    world.now += 3600
    assert attempt(world.client("10.0.1.1"), name, "wrong guess").status_code == 401


def test_an_owner_is_not_locked_out_by_others_guessing(world: World) -> None:
    world.logged_in("analyst", "10.1.1.1")
    for at in range(8):
        attempt(world.client(f"10.2.2.{at}"), "analyst", "wrong guess")
    assert attempt(world.client("10.2.2.99"), "analyst", password_of("analyst")).status_code == 429
    assert attempt(world.client("10.1.1.1"), "analyst", password_of("analyst")).status_code == 200


def test_guessing_across_accounts_is_slowed_down_by_address(world: World) -> None:
    names = [f"name{at}" for at in range(24)]
    statuses = [attempt(world.client("2001:db8::1"), name, "wrong guess").status_code for name in names[:20]]
    assert statuses == [401] * 20
    # Another address of the same network is no way around.
    assert attempt(world.client("2001:db8::2"), names[21], "wrong guess").status_code == 429
    assert attempt(world.client("2001:db8:1::2"), names[22], "wrong guess").status_code == 401


@pytest.mark.parametrize(
    ("headers", "title"),
    [
        ({"x-csrf-token": ""}, "does not come from the console"),
        ({"x-csrf-token": "AAAA"}, "does not come from the console"),
        ({"x-csrf-token": "\xff"}, "does not come from the console"),
        ({"origin": "http://evil.example"}, "a page of another site"),
        ({"origin": "null"}, "a page of another site"),
        ({"origin": "http://127.0.0.1:9999"}, "a page of another site"),
        ({"sec-fetch-site": "cross-site"}, "a page of another site"),
    ],
)
def test_a_forged_request_is_refused(world: World, headers: dict[str, str], title: str) -> None:
    client = world.logged_in("administrator")
    raw = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    answer = client.post("/v1/keys", json={"name": "k", "scopes": ["unmask"]}, headers=raw)
    assert told(answer)[0] == 403 and title in told(answer)[1]
    assert client.get("/v1/keys").json()["items"] == []


def test_a_csrf_token_of_another_session_does_not_do(world: World) -> None:
    mine, other = world.logged_in("administrator"), world.logged_in("administrator")
    forged = {"x-csrf-token": other.headers["x-csrf-token"]}
    assert mine.delete("/v1/session", headers=forged).status_code == 403
    assert mine.delete("/v1/session", headers={"origin": "http://127.0.0.1:8420"}).status_code == 204


def test_a_page_that_settings_name_may_send_requests(tmp_path: Path) -> None:
    world = World(tmp_path, ("viewer",), origins=frozenset({"https://console.example"}))
    client = world.logged_in("viewer")
    assert client.delete("/v1/session", headers={"origin": "https://other.example"}).status_code == 403
    assert client.delete("/v1/session", headers={"origin": "https://console.example"}).status_code == 204


def test_another_sites_page_cannot_log_somebody_in(world: World) -> None:
    body = {"name": "viewer", "password": password_of("viewer")}
    answer = world.client().post("/v1/session", json=body, headers={"origin": "http://evil.example"})
    assert answer.status_code == 403 and "set-cookie" not in answer.headers


def test_every_log_in_has_a_new_token_and_ends_the_one_before(world: World) -> None:
    client = world.logged_in("viewer")
    first = client.cookies["xiezhi_session"]
    attempt(client, "viewer", password_of("viewer"))
    assert client.cookies["xiezhi_session"] != first
    old = world.client(cookies={"xiezhi_session": first})
    assert told(old.get("/v1/session")) == (401, "the session has ended")


def test_a_log_out_ends_the_session(world: World) -> None:
    client = world.logged_in("viewer")
    token = client.cookies["xiezhi_session"]
    assert client.delete("/v1/session").status_code == 204
    assert world.client(cookies={"xiezhi_session": token}).get("/v1/session").status_code == 401


def test_a_session_ends_when_left_alone_and_at_its_end(world: World) -> None:
    idle, busy = world.logged_in("viewer"), world.logged_in("viewer")
    for _ in range(13):
        world.now += 3000
        assert busy.get("/v1/session").status_code == 200
    assert idle.get("/v1/session").status_code == 401
    for _ in range(2):
        world.now += 3000
        last = busy.get("/v1/session").status_code
    assert last == 401


def test_use_is_remembered_by_the_next_server(world: World) -> None:
    client = world.logged_in("viewer")
    for _ in range(3):
        world.now += 3000
        assert client.get("/v1/session").status_code == 200
    world.access.close()
    world.app.state.house.access = world.open()
    world.now += 3000
    assert client.get("/v1/session").status_code == 200


@pytest.mark.parametrize(
    "change", [{"password": "another long password"}, {"disabled": True}, {"role": "viewer"}]
)
def test_a_change_of_the_account_ends_its_sessions(world: World, change: dict[str, object]) -> None:
    victims = [world.logged_in("analyst"), world.logged_in("analyst")]
    bystander, chief = world.logged_in("operator"), world.logged_in("administrator")
    assert chief.patch("/v1/users/analyst", json=change).status_code == 200
    assert [each.get("/v1/session").status_code for each in victims] == [401, 401]
    assert bystander.get("/v1/session").status_code == 200


def test_a_changed_name_to_show_ends_no_session(world: World) -> None:
    client = world.logged_in("analyst")
    chief = world.logged_in("administrator")
    assert chief.patch("/v1/users/analyst", json={"display": "李娜"}).json()["display"] == "李娜"
    assert client.get("/v1/session").json()["user"]["display"] == "李娜"


def test_somebody_changes_their_own_password(world: World) -> None:
    client, other = world.logged_in("viewer"), world.logged_in("viewer")
    new = "eleven herons by the lake"
    wrong = client.put("/v1/session/password", json={"old": "not it at all", "new": new})
    assert told(wrong) == (403, "the old password is wrong")
    weak = client.put("/v1/session/password", json={"old": password_of("viewer"), "new": "password123"})
    assert weak.status_code == 422
    right = client.put("/v1/session/password", json={"old": password_of("viewer"), "new": new})
    assert right.status_code == 204
    assert client.get("/v1/session").status_code == other.get("/v1/session").status_code == 401
    assert attempt(world.client(), "viewer", new).status_code == 200
    assert attempt(world.client(), "viewer", password_of("viewer")).status_code == 401


def test_guessing_the_old_password_is_slowed_down(world: World) -> None:
    client = world.logged_in("viewer", "10.9.9.9")
    body = {"old": "a wrong guess", "new": "eleven herons by the lake"}
    statuses = [client.put("/v1/session/password", json=body).status_code for _ in range(22)]
    assert statuses[:5] == [403] * 5 and statuses[-1] == 429


def test_a_password_is_hashed_anew_when_the_parameters_change(world: World) -> None:
    before = world.access.accounts.password_of("viewer")
    world.access.close()
    world.access = world.app.state.house.access = world.open(hash_rounds=2)
    world.logged_in("viewer")
    after = world.access.accounts.password_of("viewer")
    assert before is not None and after is not None
    assert "t=1" in before[0] and "t=2" in after[0] and after[0].startswith("$argon2id$")
    world.logged_in("viewer")


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "operatorrr9"[:9],
        "Password123!",
        "1234567890",
        "qwertyuiop",
        "aaaaaaaaaaaa",
        "new.person",
        "NEW.PERSON",
        "new.person99",
    ],
)
def test_a_weak_password_is_refused(world: World, password: str) -> None:
    chief = world.logged_in("administrator")
    body = {"name": "new.person", "role": "viewer", "password": password}
    assert told(chief.post("/v1/users", json=body))[0] == 422


def test_only_so_many_sessions_of_one_user(world: World) -> None:
    clients = []
    for _ in range(22):
        world.now += 1
        clients.append(world.logged_in("viewer"))
    alive = [each.get("/v1/session").status_code for each in clients]
    assert alive == [401] * 2 + [200] * 20


def test_tokens_and_passwords_are_stored_nowhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = world.logged_in("administrator")
    made = client.post("/v1/keys", json={"name": "k", "scopes": ["unmask"]}).json()
    client.put("/v1/session/password", json={"old": "wrong old password", "new": "wrong new password"})
    attempt(client, "my secret typed as a name", "x")
    world.access.close()
    secrets = [
        client.cookies["xiezhi_session"],
        client.headers["x-csrf-token"],
        made["secret"],
        password_of("administrator"),
        "wrong old password",
        "wrong new password",
        "my secret typed as a name",
    ]
    stored = b"".join(path.read_bytes() for path in world.folder.iterdir())
    assert b"administrator" in stored
    assert [each for each in secrets if each.encode() in stored or each in caplog.text] == []


def test_a_long_answer_ends_with_its_session_or_key(world: World) -> None:
    client, program = (
        world.logged_in("viewer"),
        world.with_key("now.read", expires_at=int(world.now * 1000) + 60_000),
    )
    cookie = {"cookie": f"xiezhi_session={client.cookies['xiezhi_session']}"}
    callers = [
        world.access.identify(
            {
                "type": "http",
                "method": "GET",
                "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
                "client": ("127.0.0.1", 1),
            }
        )
        for headers in (cookie, {"authorization": program.headers["authorization"]})
    ]
    assert [world.access.still(each, "now.read") for each in callers] == [True, True]
    assert not any(world.access.still(each, "users.manage") for each in callers)
    world.now += 61
    assert [world.access.still(each, "now.read") for each in callers] == [True, False]
    world.now += 3590  # looking on is no use of the session
    assert not world.access.still(callers[0], "now.read")
