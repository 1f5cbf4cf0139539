"""The talk with the coach in a page: what is said, what is kept, and what happens when something goes wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.browser import Faults
from tests.browser.conftest import OpenPage, Site
from tests.browser.visitor import KEPT, WORDS, Visitor, finish_a_set, in_turn, reply, says, without_player, word
from tests.e2e.coach import is_response, response_of

MOST_KEPT = 200
LARGEST = 40_000
"""Bytes of all scripts and styles of the widget together, as they are sent."""


@pytest.fixture
def open_chat(site: Site, open_page: OpenPage) -> Callable[..., Visitor]:
    """Opens the demo page with the chat, the player's place taken by a stub."""

    def open_one(url: str | None = None, script: str = "", **options: Any) -> Visitor:
        page = without_player(open_page("about:blank", **options))
        if script:
            page.add_init_script(script)
        page.goto(url or site.url)
        visitor = Visitor(page)
        expect(visitor.field).to_be_visible()
        return visitor

    return open_one


@pytest.fixture
def visitor(open_chat: Callable[..., Visitor]) -> Visitor:
    return open_chat()


# ------------------------------------------------------------------------------------------------------------- talking
QUESTIONS = {
    "Which band should I use?": ["yellow", "light"],
    "How many reps should I do?": ["eight"],
    "Where does the band go?": ["feet"],
}


def test_a_visitor_asks_three_questions_and_gets_the_facts_and_their_source(visitor: Visitor) -> None:
    for place, (question, facts) in enumerate(QUESTIONS.items()):
        answer = visitor.ask(question).lower()
        assert all(fact in answer for fact in facts), answer
        assert "source:" in answer
        expect(visitor.own.nth(place)).to_contain_text(question)


def test_the_first_view_says_what_to_ask(visitor: Visitor) -> None:
    expect(visitor.coach).to_have_count(1)
    expect(visitor.coach).to_contain_text(word("greeting"))
    assert [button.inner_text() for button in visitor.suggestions.all()] == WORDS["starters"]


@pytest.mark.parametrize("starter", WORDS["starters"])
def test_the_coach_understands_what_the_first_view_suggests(site: Site, starter: str) -> None:
    said = site.coach.talk().say(starter)
    assert said.answer.get("facts") or any(name.startswith("offer_start") for name in said.responses), said.texts


def test_a_suggestion_sends_its_payload_and_the_next_ones_take_its_place(visitor: Visitor) -> None:
    visitor.ask("start")
    go = visitor.suggestions.filter(has_text=re.compile("^Go$"))
    expect(go).to_be_visible()
    go.click()
    expect(visitor.own.last).to_contain_text("Yes, go.")
    expect(visitor.coach.last).to_contain_text("Here we go")
    expect(go).to_have_count(0)
    assert visitor.did("command") == [["start", 1]], "the set begins before its words are shown"
    assert visitor.did("unlock")[-1] == [True], "in the gesture, or there is no sound"


def test_a_screen_reader_hears_who_says_what_and_each_thing_once(visitor: Visitor) -> None:
    with visitor.server(says(reply("First line.\n\nAfter a blank line."))):
        visitor.ask("hello")
    assert visitor.own.text_content() == f"{word('you')} hello"
    assert visitor.coach.text_content() == f"{word('coach')} First line.\n\nAfter a blank line."
    assert visitor.coach.inner_text().endswith("First line.\n\nAfter a blank line.")
    expect(visitor.log).to_have_attribute("aria-live", "polite")
    first = visitor.own.element_handle()
    with visitor.server(says(reply("Hello again."))):
        visitor.ask("hello again")
    assert first is not None
    assert first.is_visible(), "what was there is not drawn anew"
    assert visitor.page.locator("countoff-coach .typing").get_attribute("aria-hidden") == "true"


def test_the_keyboard_is_enough(visitor: Visitor) -> None:
    visitor.suggestions.first.focus()
    with visitor.server(says(reply("Yes.", buttons=[{"title": "More", "payload": "more"}]))):
        visitor.page.keyboard.press("Enter")
        expect(visitor.coach).to_contain_text("Yes.")
        expect(visitor.field).to_be_focused()
        visitor.page.keyboard.press("Shift+Tab")
        expect(visitor.suggestions.first).to_be_focused()
        visitor.page.keyboard.press("Space")
    expect(visitor.own.last).to_contain_text("more")


def test_shift_and_enter_write_on(visitor: Visitor) -> None:
    visitor.field.fill("one")
    visitor.field.press("Shift+Enter")
    visitor.field.press_sequentially("two")
    assert visitor.field.input_value() == "one\ntwo"
    expect(visitor.own).to_have_count(0)


# -------------------------------------------------------------------------------------------------- nothing is markup
MARKUP = "<img src=x onerror='window.ran = 1'><script>window.ran = 1</script>"


def test_script_in_a_message_stays_text(visitor: Visitor) -> None:
    source = f"{MARKUP} javascript:alert(1) https://example.org/a?b=1."
    custom = {"v": 1, "answer": {"source": source}}
    with visitor.server(says(reply(MARKUP, custom=custom, buttons=[{"title": MARKUP, "payload": "x"}]))):
        visitor.ask(MARKUP)
    for shown in (visitor.own, visitor.coach, visitor.suggestions.first):
        expect(shown).to_contain_text(MARKUP)
    links = visitor.coach.get_by_role("link")
    expect(links).to_have_count(1)
    expect(links).to_have_attribute("href", "https://example.org/a?b=1")
    expect(links).to_have_attribute("rel", re.compile("noopener"))
    visitor.page.wait_for_timeout(100)
    assert visitor.page.evaluate("window.ran") is None


# ------------------------------------------------------------------------------------------------------------- keeping
def test_the_chat_is_there_after_a_reload_and_goes_on(visitor: Visitor) -> None:
    visitor.ask("start")
    visitor.page.reload()
    expect(visitor.own).to_contain_text("start")
    expect(visitor.suggestions.first).to_have_text("Go")
    visitor.say("yes")
    expect(visitor.coach.last).to_contain_text("Here we go")


def test_two_tabs_share_the_chat(visitor: Visitor, faults: Faults, site: Site) -> None:
    other = Visitor(without_player(faults.watch(visitor.page.context.new_page())))
    other.page.goto(site.url)
    expect(other.coach).to_contain_text(word("greeting"))
    visitor.ask("start")
    expect(other.own).to_contain_text("start")
    other.say("yes")
    expect(other.coach.last).to_contain_text("Here we go")
    expect(visitor.coach.last).to_contain_text("Here we go")
    assert len(visitor.did("command")) == 0, "the set runs in the tab that began it"


def test_a_stop_in_one_tab_stops_the_set_of_the_other(visitor: Visitor, faults: Faults, site: Site) -> None:
    other = Visitor(without_player(faults.watch(visitor.page.context.new_page())))
    other.page.goto(site.url)
    visitor.ask("start 8 reps without a band")
    expect(visitor.coach.last).to_contain_text("Here we go")
    other.say("stop")
    visitor.page.wait_for_function("() => !player.isOpen")
    assert [call[0] for call in visitor.did("command")] == ["start", "stop"]


BROKEN = {
    "no JSON": "'{'",
    "another version": "JSON.stringify({v: 99, entries: [{}]})",
    "entries of another form": "JSON.stringify({v: 1, entries: [1, {}, null, {id: 1}], settings: 5})",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_is_kept_may_be_broken(visitor: Visitor, content: str, site: Site) -> None:
    key = f"countoff.chat {site.origin}/"
    visitor.page.evaluate(f"localStorage.setItem({key!r}, {content})")
    visitor.page.reload()
    expect(visitor.coach).to_contain_text(word("greeting"))
    with visitor.server(says(reply("Fine."))):
        visitor.ask("hello")
    visitor.page.reload()
    expect(visitor.own).to_contain_text("hello")


STORAGES = {
    "forbidden": "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('', 'Security') }})",
    "full": "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }",
}


@pytest.mark.parametrize("script", STORAGES.values(), ids=STORAGES)
def test_a_browser_that_keeps_nothing_still_talks(open_chat: Callable[..., Visitor], script: str) -> None:
    visitor = open_chat(script=script)
    assert "yellow" in visitor.ask("Which band should I use?")
    assert "feet" in visitor.ask("Where does the band go?")


def test_only_so_much_is_kept(visitor: Visitor) -> None:
    with visitor.server(says(reply("Fine."))):
        visitor.ask("hello")
    visitor.page.evaluate(
        f"""() => {{ const [key, text] = {KEPT}[0]; const kept = JSON.parse(text);
        const [one] = kept.entries;
        kept.entries = Array.from({{length: 500}}, (_, n) => ({{...one, id: `${{n}}`, text: `said ${{n}}`}}));
        localStorage.setItem(key, JSON.stringify(kept)); }}"""
    )
    visitor.page.reload()
    expect(visitor.own).to_have_count(MOST_KEPT)
    expect(visitor.own.last).to_contain_text("said 499")


def test_clearing_the_chat_asks_first_and_keeps_the_conversation(visitor: Visitor) -> None:
    visitor.ask("start")
    visitor.button("options").click()
    visitor.button("clear").click()
    visitor.button("clearing_no").click()
    expect(visitor.own).to_have_count(1)
    visitor.button("options").click()
    visitor.button("clear").click()
    expect(visitor.page.get_by_text(word("clearing_text"))).to_be_visible()
    visitor.button("clearing_yes").click()
    expect(visitor.own).to_have_count(0)
    expect(visitor.coach).to_contain_text(word("greeting"))
    visitor.say("yes")
    expect(visitor.coach.last).to_contain_text("Here we go")


def test_forget_me_empties_the_chat_here_too(visitor: Visitor) -> None:
    visitor.ask("my name is Quillfeather")
    before = visitor.page.evaluate(KEPT)
    visitor.say("forget me")
    visitor.suggestions.filter(has_text="erase").click()
    expect(visitor.coach).to_have_count(1)
    expect(visitor.coach).to_contain_text(word("forgotten"))
    expect(visitor.own).to_have_count(0)
    after = visitor.page.evaluate(KEPT)
    assert "Quillfeather" in before[0][1]
    assert "Quillfeather" not in after[0][1]
    assert "token" not in json.loads(after[0][1])


def test_the_widget_knows_what_the_coach_says_after_forgetting() -> None:
    assert is_response("forgotten", word("forgotten"))
    assert response_of(word("forgotten")) == "forgotten"


# ------------------------------------------------------------------------------------------------------------- trouble
def test_a_message_is_not_lost_while_the_server_is_away(visitor: Visitor, faults: Faults) -> None:
    faults.allow("Failed to load resource")
    with visitor.server(lambda route: route.abort()):
        visitor.say("Which band should I use?")
        expect(visitor.own).to_contain_text(word("not_sent"))
        expect(visitor.notes).to_contain_text(word("away"))
        visitor.page.reload()
        expect(visitor.own).to_contain_text(word("not_sent"))
    visitor.button("again").click()
    expect(visitor.coach).to_contain_text("yellow")
    expect(visitor.own).to_have_count(1)
    expect(visitor.own).not_to_contain_text(word("not_sent"))


def test_what_was_on_its_way_when_the_page_went_can_be_sent_again(visitor: Visitor) -> None:
    with visitor.server(lambda route: None):
        visitor.say("hello")
        expect(visitor.page.locator("countoff-coach .typing")).to_be_visible()
        visitor.page.reload()
    expect(visitor.own).to_contain_text(word("not_sent"))


def test_too_fast_waits_and_sends_again(visitor: Visitor, faults: Faults) -> None:
    faults.allow("429")
    answers = [
        says({"error": "slow", "field": None, "retry_after_s": 1}, 429, **{"Retry-After": "1"}),
        says(reply("Here.")),
    ]
    with visitor.server(in_turn(*answers)):
        visitor.say("hello")
        expect(visitor.page.get_by_text(word("wait", seconds=1))).to_be_visible()
        expect(visitor.coach).to_contain_text("Here.")
    expect(visitor.page.get_by_text(word("wait", seconds=1))).to_have_count(0)
    assert visitor.asked == ["hello", "hello"]


def test_a_conversation_that_is_not_known_is_begun_anew_once(visitor: Visitor, faults: Faults, site: Site) -> None:
    faults.allow("403")
    visitor.ask("start")
    visitor.page.evaluate(
        f"""() => {{ const [key, text] = {KEPT}[0];
        localStorage.setItem(key, JSON.stringify({{...JSON.parse(text), token: "forged"}})); }}"""
    )
    visitor.page.reload()
    expect(visitor.own).to_have_count(1)
    assert "yellow" in visitor.ask("Which band should I use?")
    with visitor.server(says({"error": "no", "field": "conversation"}, 403)):
        visitor.say("hello")
        expect(visitor.notes).to_contain_text(word("closed"))
    assert visitor.asked == ["hello", "hello"]


REFUSED = {413: "too_long", 400: "refused"}


@pytest.mark.parametrize(("status", "key"), REFUSED.items())
def test_a_message_that_is_refused_gets_a_kind_sentence(
    visitor: Visitor, faults: Faults, status: int, key: str
) -> None:
    faults.allow(str(status))
    with visitor.server(says({"error": "no", "field": "message"}, status)):
        visitor.say("hello")
        expect(visitor.notes).to_contain_text(word(key))
    expect(visitor.own).to_contain_text(word("not_sent"))
    expect(visitor.button("again")).to_have_count(0)


def test_messages_go_one_at_a_time_and_a_stop_waits_for_none(visitor: Visitor) -> None:
    held: list[Route] = []

    def hold_first(route: Route) -> None:
        if visitor.asked == ["slow"]:
            held.append(route)
        else:
            route.fulfill(json=reply(f"To {visitor.asked[-1]}."))

    with visitor.server(hold_first):
        visitor.say("slow")
        visitor.say("second")
        visitor.player("player.become('counting'); player.ask('stop')")
        expect(visitor.coach).to_contain_text("To stop.")
        assert visitor.asked == ["slow", "stop"]
        held[0].fulfill(json=reply("To slow."))
        expect(visitor.coach.last).to_contain_text("To second.")
    assert visitor.asked == ["slow", "stop", "second"]


def test_a_stop_is_told_when_the_server_is_back(visitor: Visitor, faults: Faults) -> None:
    faults.allow("Failed to load resource")
    visitor.player("player.become('counting')")
    with visitor.server(lambda route: route.abort()):
        visitor.player("player.ask('it hurts')")
        expect(visitor.own).to_contain_text("it hurts")
        visitor.page.wait_for_timeout(300)
    visitor.page.evaluate("dispatchEvent(new Event('online'))")
    expect(visitor.coach.last).to_be_visible()
    expect(visitor.coach.first).to_contain_text("Stop there")


def test_where_the_player_stands_goes_along_and_a_bare_report_shows_nothing(visitor: Visitor) -> None:
    sent: list[Any] = []

    def note(route: Route) -> None:
        sent.append(json.loads(route.request.post_data or "")["metadata"])
        route.fulfill(json=reply("Counting."))

    with visitor.server(note):
        visitor.player("player.current = {id: 'a', rev: 1, position_ms: 5, events: []}; player.ask('')")
        visitor.ask("how many left")
    assert sent == [{"surface": "screen", "session": {"id": "a", "rev": 1, "position_ms": 5, "events": []}}] * 2
    expect(visitor.coach).to_have_count(1)
    assert len(visitor.did("delivered")) == 2


TYPED = {
    "stop": [["stop"]],
    "Ow!": [["pain"]],
    "pause": [["pause"]],
    "my hip hurts": [["pain"]],
    "when should I stop?": [],
    "how many are left": [],
}


@pytest.mark.parametrize("text", TYPED)
def test_a_command_that_is_typed_during_a_set_acts_at_once(visitor: Visitor, text: str) -> None:
    visitor.player("player.become('counting')")
    with visitor.server(says(reply("Fine."))):
        visitor.say(text)
        expect(visitor.coach.first).to_contain_text("Fine.")
    assert visitor.did("heard") == TYPED[text]
    assert visitor.own.first.is_visible()
    assert text in visitor.asked or len(visitor.asked) == 1


def test_a_command_that_the_player_has_no_use_for_still_reaches_the_coach(visitor: Visitor) -> None:
    visitor.player("player.become('counting'); player.answersHeard = false")
    with visitor.server(says(reply("Fine."))):
        visitor.ask("stop")
    assert visitor.asked == ["stop"]


# --------------------------------------------------------------------------------------------------------- the history
def test_the_past_is_shown_as_a_chart_and_as_a_table(visitor: Visitor, site: Site) -> None:
    visitor.button("history").click()
    expect(visitor.page.get_by_text(word("chart_empty"))).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(visitor.button("history")).to_be_focused()
    visitor.ask("hello")
    token = json.loads(visitor.page.evaluate(KEPT)[0][1])["token"]
    for effort in ("easy", "hard"):
        finish_a_set(site, token, effort)
    visitor.button("history").click()
    expect(visitor.page.locator("countoff-coach rect.bar")).to_have_count(2)
    expect(visitor.page.locator("countoff-coach rect.bar.hard")).to_have_count(1)
    rows = visitor.page.get_by_role("table", name=word("history")).get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text(word("effort_easy"))
    expect(rows.nth(2)).to_contain_text(word("effort_hard"))
    visitor.page.keyboard.press("Escape")
    assert "Sessions" in visitor.ask("how am I doing?")
    expect(visitor.page.locator("countoff-coach rect.bar")).to_have_count(2)
    assert "█" not in visitor.log.inner_text()


def test_after_a_set_the_coach_asks_how_hard_it_was_and_the_chart_opens(visitor: Visitor) -> None:
    visitor.ask("start 2 reps without a band")
    how_hard = reply("How hard was that?", buttons=[{"title": "Easy", "payload": "It was easy."}])
    with visitor.server(says(how_hard)):
        visitor.player("player.become('done'); player.ask('')")
        expect(visitor.coach.last).to_contain_text("How hard was that?")
    expect(visitor.suggestions).to_have_text(["Easy"])
    expect(visitor.page.get_by_role("heading", name=word("history"))).to_be_visible()


# ----------------------------------------------------------------------------------------------------- on other's pages
def test_the_widget_works_on_a_page_of_a_listed_origin(site: Site, open_chat: Callable[..., Visitor]) -> None:
    visitor = open_chat(site.hosts.listed)
    assert "yellow" in visitor.ask("Which band should I use?")
    background = visitor.own.evaluate("entry => getComputedStyle(entry).backgroundColor")
    assert background not in ("rgba(0, 0, 0, 0)", ""), "its style came along"


def test_the_widget_says_where_it_may_not_be(site: Site, open_chat: Callable[..., Visitor], faults: Faults) -> None:
    faults.allow("CORS policy|Failed to load resource")
    visitor = open_chat(site.hosts.unlisted)
    visitor.say("hello")
    expect(visitor.notes).to_contain_text(word("away"))
    expect(visitor.own).to_contain_text(word("not_sent"))


def test_a_page_may_give_it_other_colours(visitor: Visitor) -> None:
    visitor.page.evaluate(
        "document.querySelector('countoff-coach').style.setProperty('--coach-accent', 'rgb(1, 2, 3)')"
    )
    with visitor.server(says(reply("Fine."))):
        visitor.ask("hello")
    assert visitor.own.evaluate("entry => getComputedStyle(entry).backgroundColor") == "rgb(1, 2, 3)"


def test_it_may_be_taken_out_and_put_in_again(visitor: Visitor) -> None:
    with visitor.server(says(reply("Fine."))):
        visitor.ask("hello")
    visitor.page.evaluate(
        """() => { const coach = document.querySelector('countoff-coach'); const home = coach.parentElement;
        coach.remove(); return new Promise(done => setTimeout(() => { home.prepend(coach); done() }, 50)) }"""
    )
    expect(visitor.own).to_contain_text("hello")
    expect(visitor.field).to_have_count(1)


def test_without_the_player_the_coach_still_answers(open_page: OpenPage, faults: Faults, site: Site) -> None:
    faults.allow("player")
    page = open_page("about:blank")
    page.route("**/player/**", lambda route: route.abort())
    page.goto(site.url)
    assert "yellow" in Visitor(page).ask("Which band should I use?")


def test_the_widget_is_small(page: Page) -> None:
    expect(Visitor(page).field).to_be_visible()
    loaded = """() => performance.getEntriesByType('resource').filter(({name}) => /\\.(js|css)$/.test(name))
      .map(({name, encodedBodySize}) => [name.split('/webhooks/web/')[1], encodedBodySize])"""
    sizes = {name: size for name, size in page.evaluate(loaded) if not name.startswith("page.")}
    assert {"widget.js", "widget.css", "player/player.js", "player/player.css"} <= set(sizes)
    assert 0 < sum(sizes.values()) < LARGEST, sizes
