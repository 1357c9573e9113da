"""The one error class of the server: what a caller did that cannot be done, with its HTTP status and a word a program can read."""

from starlette.exceptions import HTTPException


class RequestError(HTTPException):
    """`message` says what, where and how to mend it; `code` is stable; `retry_after_s` when trying again later may work.

    `over_http` is what only helps a caller who speaks HTTP.
    """

    def __init__(
        self, status: int, code: str, message: str, retry_after_s: float | None = None, over_http: str = ""
    ) -> None:
        super().__init__(status, message)
        self.status, self.code, self.message, self.retry_after_s = status, code, message, retry_after_s
        self.over_http = over_http


def not_found(run_id: str) -> RequestError:
    """The same words whether there is no such run or it is somebody else's."""
    return RequestError(
        404, "run_not_found", f"there is no run '{run_id[:64]}'.", over_http="GET /runs lists yours."
    )
