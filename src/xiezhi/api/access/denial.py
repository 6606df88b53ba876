"""Why a request is not let in, before it is known whether an exception or a bare answer is wanted."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from xiezhi.api.access.limits import retry_after
from xiezhi.api.problems import Refusal, problem


@dataclass(frozen=True, slots=True)
class Denial:
    """A refusal: `wait` are the seconds after which trying again makes sense, 0.0 if it does not."""

    status: int
    title: str
    cure: str
    wait: float = 0.0

    @property
    def headers(self) -> dict[str, str]:
        """Headers that go with the status."""
        if self.status == 401:
            return {"www-authenticate": "Bearer"}
        return {"retry-after": str(retry_after(self.wait))} if self.wait else {}

    def refusal(self) -> Refusal:
        """To be raised in a route."""
        return Refusal(self.status, self.title, self.cure, headers=self.headers)

    def response(self) -> Response:
        """To be sent where there are no routes."""
        return problem(self.status, self.title, self.cure, headers=self.headers)


NOT_LOGGED_IN = Denial(
    401, "you are not logged in", "log in, or send `Authorization: Bearer xz_…` with a key"
)
BAD_KEY = Denial(401, "the key is not valid", "see that it is sent whole, and that it has not been revoked")
OLD_KEY = Denial(401, "the key has expired", "have a new one made")
ENDED = Denial(401, "the session has ended", "log in again")
FORGED = Denial(
    403,
    "the request does not come from the console",
    "send the header `X-CSRF-Token` with `csrf` of the session",
)
FOREIGN = Denial(
    403, "the request comes from a page of another site", "use the console at the server's own address"
)
WRONG = Denial(401, "the user name or the password is wrong", "check both, capital letters too")
BUSY = Denial(429, "too many people log in at this moment", "try again in a few seconds", 3.0)


def too_many(what: str, wait: float) -> Denial:
    """Above a rate limit."""
    cure = f"send less; try again after {retry_after(wait)} s"
    return Denial(429, f"too many requests {what}", cure, max(wait, 0.001))


def too_often(wait: float) -> Denial:
    """Too many failed log-ins."""
    cure = f"try again after {retry_after(wait)} s; an administrator can give you a new password"
    return Denial(429, "too many failed log-ins", cure, max(wait, 0.001))
