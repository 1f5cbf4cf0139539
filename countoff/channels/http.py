"""HTTP as the channels with a web address need it."""

from __future__ import annotations

from collections.abc import Mapping

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from countoff.channels.refusal import RefusalError

MAX_BODY_BYTES = 1024 * 1024
"""Room for a message far too long, so that it can be answered kindly instead of refused."""


async def read_body(request: Request, limit: int = MAX_BODY_BYTES) -> bytes:
    """Read a request's body in a handler declared with ``stream=True``, and no more of it than ``limit`` bytes.

    Raises:
        RefusalError: the body is longer (413).
    """
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    body = bytearray()
    while (chunk := await request.stream.read()) is not None:
        body += chunk
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def is_known(headers: Mapping[str, str], *etags: str) -> bool:
    """Whether the client has this very file already (RFC 9110, section 13.1.2).

    Args:
        headers: of the request, names in lower case.
        etags: the tags of the file in each of its forms, with their quotation marks.
    """
    known = {tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")}
    return not known.isdisjoint({*etags, "*"})


def refusal(refused: RefusalError) -> HTTPResponse:
    """The answer to a request that is turned away."""
    headers = {} if refused.retry_after_s is None else {"Retry-After": str(refused.retry_after_s)}
    return response.json(refused.to_json(), status=refused.status, headers=headers)


def _too_large(limit: int) -> RefusalError:
    return RefusalError(413, f"The body is larger than {limit} bytes.")
