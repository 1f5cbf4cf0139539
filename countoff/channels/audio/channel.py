"""The audio channel: it takes no messages and sends sound."""

from __future__ import annotations

import re
from typing import Any

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from countoff.channels.audio.http import A_DAY, FOREVER, LOOK_AGAIN, OPEN, Part, part_of
from countoff.channels.audio.shelf import EXTENSIONS, Shelf
from countoff.channels.audio.studio import Kept, Studio, check_length
from countoff.channels.base import OnNewMessage
from countoff.channels.http import is_known, refusal
from countoff.channels.refusal import RefusalError
from countoff.errors import TrackIdError
from countoff.exercises.cues import load_cue_book
from countoff.settings import settings
from countoff.speech.cache import audio_cache
from countoff.speech.clips import find_pack
from countoff.speech.encode import FORMATS
from countoff.speech.track import Clips
from countoff.speech.track_id import TrackSpec, read_track_id

READ = ["GET", "HEAD"]


class CoachAudioInput(InputChannel):
    """``GET /webhooks/audio/…``: ``clips.json``, ``clips/<hash>.<extension>`` and ``tracks/<id>.<extension>``.

    Args:
        clips: recordings of the cues; None for tones.
        kept: where tracks are kept.
        secret: signs the ids of tracks; by default that of the settings.
    """

    def __init__(self, clips: Clips | None, kept: Kept, secret: str | None = None) -> None:
        self._shelf = Shelf(clips, load_cue_book())
        self._studio = Studio(clips, self._shelf.edition, kept)
        self._secret = secret

    @classmethod
    def name(cls) -> str:
        """The channel's name, and its part of the address."""
        return "audio"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> CoachAudioInput:
        """Make the channel; it has no credentials of its own."""
        return cls(find_pack(), audio_cache())

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes of this channel."""
        routes = Blueprint("coach_audio")

        @routes.route("/", methods=READ)
        async def health(request: Request) -> HTTPResponse:
            voice = "tones" if self._shelf.is_empty else "clips"
            return response.json({"status": "ok", "voice": voice}, headers=OPEN)

        @routes.route("/clips.json", methods=READ)
        async def clips(request: Request) -> HTTPResponse:
            return _file(request, self._shelf.listing, "application/json", f'"{self._shelf.edition}"', LOOK_AGAIN)

        @routes.route("/clips/<name:str>", methods=READ)
        async def clip(request: Request, name: str) -> HTTPResponse:
            try:
                digest, extension = _clip_name(name)
                found = self._shelf.file(digest, extension)
                if found is None:
                    raise RefusalError(404, "There is no clip of this name; see clips.json.", "name")
            except RefusalError as refused:
                return _refusal(refused)
            return _file(request, found, FORMATS[EXTENSIONS[extension]].media_type, f'"{name}"', FOREVER)

        @routes.route("/tracks/<name:str>", methods=READ)
        async def track(request: Request, name: str) -> HTTPResponse | None:
            try:
                spec = self._spec(name)
                check_length(spec)
                return await self._track(request, spec)
            except RefusalError as refused:
                return _refusal(refused)

        return routes

    def _spec(self, name: str) -> TrackSpec:
        """What a file name asks for.

        Raises:
            RefusalError: it names no track of ours (404).
        """
        text, _, extension = name.rpartition(".")
        try:
            spec = read_track_id(text, self._secret or settings().secret)
        except TrackIdError as error:
            raise RefusalError(404, f"There is no such track: {error}.", "id") from error
        if FORMATS[spec.format].extension != extension:
            raise RefusalError(404, f"This track is a .{FORMATS[spec.format].extension} file.", "id")
        return spec

    async def _track(self, request: Request, spec: TrackSpec) -> HTTPResponse | None:
        """Send a track; the answer is None where it was sent in pieces."""
        etag = f'"{self._studio.key(spec)}"'
        media_type = FORMATS[spec.format].media_type
        headers = _headers(etag, A_DAY)
        if is_known(request.headers, etag):
            return HTTPResponse(status=304, headers=headers)
        recording = self._studio.record(spec)
        size = await recording.size()
        if size is None:
            raise RefusalError(503, "The track could not be made. Try again shortly.", None, 2)
        part = part_of(size, request.headers, etag)
        if request.method == "HEAD" or part.status == 416:
            return _bare(part, headers, media_type)
        sending = await request.respond(
            status=part.status, headers={**headers, **part.headers}, content_type=media_type
        )
        async for piece in recording.part(part.start, part.stop):
            await sending.send(piece)
        await sending.eof()
        return None


def _clip_name(name: str) -> tuple[str, str]:
    found = re.fullmatch(r"([0-9a-f]{64})\.([a-z0-9]{1,5})", name)
    if found is None:
        raise RefusalError(404, "A clip has a name of 64 hexadecimal digits and an extension.", "name")
    return found[1], found[2]


def _headers(etag: str, caching: str) -> dict[str, str]:
    return {**OPEN, "ETag": etag, "Cache-Control": caching, "Accept-Ranges": "bytes"}


def _file(request: Request, data: bytes, media_type: str, etag: str, caching: str) -> HTTPResponse:
    headers = _headers(etag, caching)
    if is_known(request.headers, etag):
        return HTTPResponse(status=304, headers=headers)
    part = part_of(len(data), request.headers, etag)
    if request.method == "HEAD" or part.status == 416:
        return _bare(part, headers, media_type)
    body = data[part.start : part.stop]
    return HTTPResponse(body, status=part.status, headers={**headers, **part.headers}, content_type=media_type)


def _bare(part: Part, headers: dict[str, str], media_type: str) -> HTTPResponse:
    """The head of an answer."""
    return HTTPResponse(status=part.status, headers={**headers, **part.headers}, content_type=media_type)


def _refusal(refused: RefusalError) -> HTTPResponse:
    answer = refusal(refused)
    answer.headers.update({**OPEN, "Cache-Control": "no-store"})
    return answer
