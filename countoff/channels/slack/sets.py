"""A set in Slack: a recording, begun by a button, with one message that shows where it is."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aiohttp import ClientError
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from countoff.channels.output import Message
from countoff.channels.refusal import RefusalError
from countoff.channels.slack import progress
from countoff.channels.slack.answering import answer, direct, is_owners, show, tell_privately
from countoff.channels.slack.parse import place_of_button, value_of
from countoff.channels.slack.parts import Parts, Place, Player
from countoff.channels.slack.playback import NAME, Playback, Status
from countoff.channels.slack.progress import SET
from countoff.channels.slack.quiet import is_quiet
from countoff.channels.slack.render import Block, rendered
from countoff.channels.slack.work import in_thread, is_passing, now_ms
from countoff.errors import CountoffError, StoreError
from countoff.speech.track_id import spec_from_session

BEGINS = frozenset({"start", "resume"})
TICK_S = 0.5
EDIT_EVERY_S = 2.0
"""One message is edited no more often."""
EDITS_A_MINUTE = 45
"""Of all messages together: Slack allows some fifty a minute in a workspace (``chat.update``, tier 3)."""
EDIT_TIMEOUT_S = 5
FILE = "countoff-set.mp3"

logger = logging.getLogger(__name__)


class SlackPlayer(Player):
    """What a user's recordings are doing.

    Args:
        parts: of the channel.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._edits = AsyncWebClient(parts.settings.slack_bot_token, parts.settings.slack_api, EDIT_TIMEOUT_S)
        self._shown: dict[str, tuple[Playback, str, float]] = {}
        self._edits_from_s = 0.0
        self._awake = asyncio.Event()

    async def position(self, user: str) -> dict[str, Any] | None:
        """Where the recording is."""
        playing = await self._load(user)
        return None if playing is None else playing.report(playing.place_ms(now_ms()))

    async def before(self, user: str, place: Place, session: dict[str, Any]) -> tuple[list[Message], list[Block]]:
        """That a recording must be stopped, since nothing but the user's hand can; and the question for the number."""
        words, said = self._parts.words, []
        playing = await self._load(user)
        if playing is not None and playing.status == "playing":
            if not playing.is_over(now_ms()):
                said.append({"text": words.set_stop_it})
            # Held before anything is posted, so that no button comes before its time.
            if _can_go_on(session):
                playing = await self._hold(playing, session)
        if session.get("action") in BEGINS and place.response_url is not None:
            said.append({"text": words.set_in_direct})
        is_held = playing is not None and playing.status == "held" and _can_go_on(session)
        return said, progress.numbers(playing, words) if playing and is_held else []

    async def after(self, user: str, place: Place, session: dict[str, Any]) -> None:
        """Carry out the command."""
        action = session.get("action")
        playing = await self._load(user)
        if action in BEGINS:
            await self._begin(user, place, session, playing)
        elif playing is not None and _can_go_on(session):
            if action == "replan":
                report = playing.report(playing.at_ms, "paused")
                await self._parts.turn(playing.user, "", {"session": report})
            await self._edit(playing, *progress.ended(self._parts.words.set_paused))
        elif playing is not None and action == "stop":
            await self._drop(user)
            await self._edit(playing, *progress.ended(self._parts.words.set_over))

    async def _hold(self, playing: Playback, session: dict[str, Any]) -> Playback | None:
        # A recording cannot change: another follows once the last number is known.
        newest = spec_from_session(session) if session.get("action") == "replan" else None

        def held(now: Playback) -> Playback:
            changed = now.changed(session, newest) if newest else now
            return changed.held(now.place_ms(now_ms()))

        return await self._change(playing, "playing", held)

    async def _begin(self, user: str, place: Place, session: dict[str, Any], before: Playback | None) -> None:
        is_sent = before is not None and (before.id, before.rev) == (session["id"], session["rev"])
        if before is not None and is_sent and before.ts:
            return
        if before is not None and before.status != "held":
            await self._edit(before, *progress.ended(self._parts.words.set_over))
        try:
            playing = before if before is not None and is_sent else await self._upload(user, place, session)
            # Nothing is counted until play is pressed, however late that is.
            await self._parts.turn(user, "", {"session": playing.report(0, "paused")})
            await self._parts.post.show(playing.place, playing.file, self._parts.words.set_file, is_again=is_sent)
            ts = await self._parts.post(playing.place, *progress.waiting(playing, self._parts.words))
            # Its buttons are there before Slack has told us so: they may have been pressed by now.
            if await self._change(playing, "waiting", lambda now: replace(now, ts=ts)) is None:
                now = await self._load(user)
                if now is None or now.ts != ts:
                    await self.close(replace(playing, ts=ts))
        except (SlackApiError, SlackRequestError, RefusalError) as error:
            if is_passing(error):
                raise
            logger.warning("A recording cannot be sent: %s", type(error).__name__)
            await self._drop(user)
            await self._parts.turn(user, self._parts.words.say_stop)
            await self._parts.post(place, self._parts.words.set_no_file)

    async def _upload(self, user: str, place: Place, session: dict[str, Any]) -> Playback:
        spec = spec_from_session(session)
        if spec is None:
            raise RefusalError(503, "The plan has no track.")
        # No file can go where one person alone sees an answer.
        where = place if place.response_url is None else await direct(self._parts, user)
        file = await self._parts.post.upload(FILE, await self._parts.record(spec))
        # Kept before anybody sees it: a request that is taken up again sends no second file.
        id_, rev = session["id"], session["rev"]
        return await self._keep(Playback(user, where.channel, where.thread, "", id_, rev, spec, file=file))

    async def play(self, playing: Playback) -> None:
        """The user has pressed play."""
        started = await self._change(playing, "waiting", lambda now: replace(now, ts=playing.ts).started(now_ms()))
        if started is not None:
            await self._parts.turn(playing.user, "", {"session": playing.report(0, "resumed", "started")})
            self._watch(started)

    async def heard(self, playing: Playback, value: str) -> str | None:
        """The user has said which number was the last; what it is called, or None where there is no such number."""
        found = progress.heard(playing, value, self._parts.words)
        if found is None:
            return None
        place_ms, name = found
        if await self._change(playing, "held", lambda now: now.held(place_ms)) is None:
            return None
        await self._parts.turn(playing.user, "", {"session": playing.report(place_ms, "paused")})
        return name

    async def finish(self, playing: Playback, *events: str) -> list[Message] | None:
        """The recording is over; ``finished`` where the user says so. None where it was over before."""
        if playing.status == "waiting":
            events = ("resumed", *events)
        if not await self._drop(playing.user):
            return None
        return await self._parts.turn(
            playing.user, "", {"session": playing.report(playing.heard.grid.duration_ms, *events)}
        )

    async def close(self, playing: Playback) -> None:
        """Take the buttons from the message of a recording that is over."""
        await self._edit(playing, *progress.ended(self._parts.words.set_over))

    async def current(self, body: dict[str, Any], action: dict[str, Any]) -> Playback | None:
        """The recording that a button belongs to; None where there is another by now."""
        playing = await self._load(body["user"]["id"])
        if playing is None or action["block_id"] != progress.block_id(playing):
            return None
        return playing if playing.ts else replace(playing, ts=body["container"].get("message_ts", ""))

    async def run(self) -> None:
        """Show where the sets are, until cancelled; those that played before a restart too."""
        try:
            notes = await in_thread(self._parts.notes.under, NAME)
        except StoreError as error:
            logger.warning("Sets that played before cannot be shown: %s", error)
            notes = {}
        for note in notes.values():
            playing = Playback.from_json(note, self._parts.secret)
            if playing is not None and playing.status == "playing":
                self._watch(playing)
        while True:
            if not self._shown:
                self._awake.clear()
                await self._awake.wait()
            await asyncio.gather(*(self._look(user) for user in list(self._shown)))
            await asyncio.sleep(TICK_S)

    def _watch(self, playing: Playback) -> None:
        self._shown[playing.user] = (playing, "", 0.0)
        self._awake.set()

    async def _look(self, user: str) -> None:
        watched = self._shown[user]
        was, shown, edited_s = watched
        try:
            playing = await self._read(user)
            is_here = playing is not None and (playing.status, playing.ts) == ("playing", was.ts)
            if playing is None or not is_here or playing.is_over(now_ms()):
                # Meanwhile the user may have begun another.
                if self._shown.get(user) is watched:
                    del self._shown[user]
                if playing is None:
                    await self._edit(was, *progress.ended(self._parts.words.set_over))
                elif is_here:
                    await self._ask_how_it_was(playing)
                return
            text, blocks = progress.counting(playing, now_ms(), self._parts.words)
            now_s = asyncio.get_running_loop().time()
            every_s = max(EDIT_EVERY_S, len(self._shown) * 60 / EDITS_A_MINUTE)
            is_due = now_s >= max(edited_s + every_s, self._edits_from_s)
            if text != shown and is_due and self._shown.get(user) is watched:
                self._shown[user] = (playing, text, now_s)
                await self._edit(playing, text, blocks)
        except (CountoffError, SlackApiError, ClientError, TimeoutError) as error:
            # Nobody else's set may stop being shown for it.
            logger.warning("A set cannot be shown: %s", type(error).__name__)

    async def _ask_how_it_was(self, playing: Playback) -> None:
        """The question after a set; where nobody is to be disturbed it stands in the message that is there already."""
        replies = await self.finish(playing)
        if replies is None:
            return
        text, blocks = rendered(replies, playing.user, self._parts.words)
        if await is_quiet(self._parts.client, playing.user, now_ms()):
            await self._edit(playing, text, blocks)
            return
        await self._edit(playing, *progress.ended(self._parts.words.set_over))
        await self._parts.post(playing.place, text, blocks)

    async def _edit(self, playing: Playback, text: str, blocks: list[Block]) -> None:
        if not playing.ts:
            return
        try:
            await self._edits.chat_update(channel=playing.channel, ts=playing.ts, text=text, blocks=blocks)
        except SlackApiError as error:
            if error.response.status_code == 429:
                wait_s = float(error.response.headers.get("Retry-After", "1"))
                self._edits_from_s = asyncio.get_running_loop().time() + wait_s
            logger.warning("The message of a set cannot be edited: %s", error.response.get("error"))
        except (ClientError, TimeoutError) as error:
            logger.warning("The message of a set cannot be edited: %s", type(error).__name__)

    def _name(self, user: str) -> str:
        return f"{NAME}{self._parts.conversation_id(user)}"

    async def _load(self, user: str) -> Playback | None:
        """The recording of a user; None too where it cannot be read: "it hurts" must be answered."""
        try:
            return await self._read(user)
        except StoreError as error:
            logger.warning("A set cannot be read: %s", error)
            return None

    async def _read(self, user: str) -> Playback | None:
        note = await in_thread(self._parts.notes.get, self._name(user))
        return None if note is None else Playback.from_json(note, self._parts.secret)

    async def _keep(self, playing: Playback) -> Playback:
        name, key = self._name(playing.user), self._parts.conversation_id(playing.user)
        await in_thread(self._parts.notes.put, name, key, playing.to_json(self._parts.secret), now_ms())
        return playing

    async def _change(
        self, playing: Playback, status: Status, changed: Callable[[Playback], Playback]
    ) -> Playback | None:
        """Change what is kept about a recording, as it is by now; None where it is over, or of another status."""
        found: list[Playback] = []

        def change(note: dict[str, Any]) -> dict[str, Any] | None:
            now = Playback.from_json(note, self._parts.secret)
            if now is None or (now.id, now.rev, now.status) != (playing.id, playing.rev, status):
                return None
            found.append(changed(now))
            return found[0].to_json(self._parts.secret)

        await in_thread(self._parts.notes.change, self._name(playing.user), change, now_ms())
        return found[0] if found else None

    async def _drop(self, user: str) -> bool:
        return await in_thread(self._parts.notes.drop, self._name(user))


def _can_go_on(session: dict[str, Any]) -> bool:
    """Whether a set is interrupted for a while."""
    return session.get("action") in ("pause", "replan") or bool(session.get("hurt"))


def register(app: AsyncApp, parts: Parts) -> None:
    """Play sets, and answer the buttons of theirs."""
    player = parts.player = SlackPlayer(parts)

    async def press(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        user, name = body["user"]["id"], action["action_id"]
        if not await is_owners(parts, body, action):
            return
        place = place_of_button(body)
        if name in said:
            await answer(parts, user, place, said[name])
            return
        playing = await player.current(body, action)
        if playing is None or not await _do(parts, player, playing, place, action):
            await tell_privately(parts, body, parts.words.no_longer)

    # These are heeded whichever recording the button belongs to.
    said = {
        progress.PAUSE: parts.words.say_pause,
        progress.SLOWER: parts.words.say_slower,
        progress.HURTS: parts.words.say_hurts,
    }
    app.action({"action_id": re.compile(rf"{SET}\..+"), "block_id": re.compile(rf"{SET}\..+")})(press)


async def _do(parts: Parts, player: SlackPlayer, playing: Playback, place: Place, action: dict[str, Any]) -> bool:
    """Carry out what was pressed; False where it is out of place by now."""
    name, status, words = action["action_id"], playing.status, parts.words
    if name == progress.PLAY and status != "held":
        if status == "waiting":
            await player.play(playing)
    elif (name == progress.ALL and status == "waiting") or (name == progress.DONE and playing.is_nearly_over(now_ms())):
        replies = await player.finish(playing, "finished")
        if replies is None:
            return False
        await show(parts, playing.user, place, replies)
        await player.close(playing)
    elif (name == progress.DROP and status == "waiting") or (name == progress.DONE and status == "playing"):
        await answer(parts, playing.user, place, words.say_stop)
    elif name.startswith(progress.HEARD) and status == "held":
        called = await player.heard(playing, value_of(action))
        if called is None:
            return False
        await parts.post(place, words.set_heard_it.format(number=called))
        if playing.newest is not None:
            await answer(parts, playing.user, place, words.say_go_on)
    else:
        return False
    return True
