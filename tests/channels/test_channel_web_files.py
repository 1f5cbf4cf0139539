"""The files of the web channel, the words in them, and addresses that lead nowhere."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from rest_server import LISTED

from countoff.channels.web.files import MEDIA_TYPES, STATIC, fill, load_files
from countoff.channels.web.listen import read_listen
from countoff.channels.web.slim import slim
from countoff.channels.web.words import MOST_LISTED, load_web_words
from countoff.errors import KnowledgeError
from countoff.nlu.safety import check
from countoff.nlu.safety_lexicon import Lexicon
from countoff.settings import PROJECT

URL = "/webhooks/web"
FILES = sorted(
    path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.suffix in MEDIA_TYPES and path.is_file()
)
MODULES = [name for name in FILES if name != "index.html"]
LARGEST_BYTES = 40_000
"""All scripts and styles together, compressed."""


def sent_of(name):
    body = (STATIC / name).read_bytes()
    return slim(body) if name.endswith(".js") else body


class TestPage:
    def test_its_policy_lets_nothing_in_that_is_not_ours(self, client, stage):
        reply = client.get(f"{URL}/")
        policy = dict(part.split(" ", 1) for part in reply.headers["content-security-policy"].split("; "))
        assert (reply.status_code, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert policy["default-src"] == "'none'"
        assert {policy["script-src"], policy["style-src"], policy["connect-src"]} == {"'self'"}
        assert policy["frame-ancestors"] == " ".join(["'self'", *LISTED])
        assert "unsafe" not in reply.headers["content-security-policy"]
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "same-origin"
        assert "microphone=(self)" in reply.headers["permissions-policy"]

    def test_every_blank_is_filled(self, client, stage):
        page = client.get(f"{URL}/").text
        assert "{{" not in page
        assert load_web_words().words["page"]["tagline"] in page

    def test_nothing_in_it_is_inline(self, client, stage):
        page = client.get(f"{URL}/").text
        assert " style=" not in page
        assert "<style" not in page
        assert not re.search(r"<[^>]* on\w+=", page)
        assert page.count("<script") == page.count('<script type="module" src=')

    def test_a_word_cannot_become_markup(self):
        words = {"a": "<b>\"'&", "list": ["<i>", "two"]}
        assert fill("{{a}}|{{list}}", words, "en") == "&lt;b&gt;&quot;&#x27;&amp;|<li>&lt;i&gt;</li><li>two</li>"

    def test_a_blank_without_a_word_ends_the_start(self):
        with pytest.raises(KnowledgeError, match=r"page\.lost"):
            fill("{{lost}}", {}, "en")

    def test_without_its_slash_it_leads_there(self, client, stage):
        reply = client.get(URL)
        assert (reply.status_code, reply.headers["location"]) == (308, "web/")
        assert client.get(URL, follow_redirects=True).status_code == 200


class TestFiles:
    @pytest.mark.parametrize("name", MODULES)
    def test_a_file_is_sent_to_every_page(self, client, stage, name):
        reply = client.get(f"{URL}/{name}", headers={"Origin": "https://anybody.example"})
        assert (reply.status_code, reply.content) == (200, sent_of(name))
        assert reply.headers["content-type"] == MEDIA_TYPES[Path(name).suffix]
        assert reply.headers["access-control-allow-origin"] == "*"
        assert reply.headers["cross-origin-resource-policy"] == "cross-origin"
        assert (reply.headers["cache-control"], reply.headers["x-content-type-options"]) == ("no-cache", "nosniff")

    @pytest.mark.parametrize("name", ["", "page.js", "words.json"])
    def test_what_a_client_has_is_not_sent_again(self, client, stage, name):
        first = client.get(f"{URL}/{name}")
        for known in (first.headers["etag"], f"W/{first.headers['etag']}", f'"x", {first.headers["etag"]}', "*"):
            again = client.get(f"{URL}/{name}", headers={"If-None-Match": known})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]
        plain = client.get(
            f"{URL}/{name}", headers={"If-None-Match": first.headers["etag"], "Accept-Encoding": "identity"}
        )
        assert plain.status_code == 304
        other = client.get(f"{URL}/{name}", headers={"If-None-Match": '"x"'})
        assert (other.status_code, other.content) == (200, first.content)

    @pytest.mark.parametrize("name", ["", "page.js", "words.json", "health"])
    def test_a_head_is_all_but_the_body(self, client, stage, name):
        whole, head = client.get(f"{URL}/{name}"), client.head(f"{URL}/{name}")
        assert (head.status_code, head.content) == (200, b"")
        for header in ("content-type", "content-length", "etag", "cache-control"):
            assert head.headers.get(header) == whole.headers.get(header)

    @pytest.mark.parametrize(
        ("accepted", "is_packed"),
        [
            ("gzip", True), ("gzip, deflate, br, zstd", True), ("br;q=1.0, GZIP;q=0.8", True), ("gzip;q=0", False),
            ("gzip;q=0.0, br", False), ("identity", False), ("xgzip", False), ("", False),
        ],
    )  # fmt: skip
    def test_it_is_compressed_for_who_takes_that(self, client, stage, accepted, is_packed):
        reply = client.get(f"{URL}/page.css", headers={"Accept-Encoding": accepted})
        plain = (STATIC / "page.css").read_bytes()
        assert (reply.content, reply.headers["vary"]) == (plain, "Accept-Encoding")
        assert reply.headers.get("content-encoding") == ("gzip" if is_packed else None)
        assert (int(reply.headers["content-length"]) < len(plain)) is is_packed

    def test_all_of_it_is_small(self):
        shipped = [sent_of(name) for name in FILES if name.endswith((".js", ".css"))]
        assert sum(len(gzip.compress(body, 9)) for body in shipped) < LARGEST_BYTES

    def test_a_change_of_the_policy_is_a_change_of_the_page(self):
        words = load_web_words()
        assert load_files(words)[""].etag != load_files(words, LISTED)[""].etag

    def test_other_files_of_the_folder_are_not_served(self, tmp_path):
        shutil.copy(STATIC / "index.html", tmp_path)
        for name in ("notes.txt", ".secret", "module.js.orig"):
            (tmp_path / name).write_text("x", encoding="utf-8")
        (tmp_path / "deep").mkdir()
        (tmp_path / "deep" / "module.js").write_text("x", encoding="utf-8")
        assert set(load_files(load_web_words(), folder=tmp_path)) == {"", "words.json", "deep/module.js"}


NOWHERE = [
    "index.html", "nothing.js", "player", "player/", "page.js/", "PAGE.JS", "page.js%00", "%00", "a" * 3_000,
    "words.json/x", "../credentials.yml", "..%2f..%2f..%2fcredentials.yml", "%2e%2e/%2e%2e/channel.py",
    "..%5c..%5cchannel.py", "player/../../channel.py", "/etc/passwd", "//etc/passwd", "%2fetc%2fpasswd",
    "static/page.js", "message", "conversations/", "%ff%fe", "page.js;x",
]  # fmt: skip


@pytest.mark.parametrize("path", NOWHERE)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_of_nothing_is_not_found(rest_stage, stage, method, path):
    # By hand, as a client of good manners would tidy the address up.
    status, body = by_hand(rest_stage[1], f"{method} {URL}/{path}")
    assert status == 404
    assert json.loads(body)["error"] if body.startswith(b"{") else b"Traceback" not in body


def by_hand(address, line):
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(f"{line} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body


class TestWords:
    def test_every_page_gets_them(self, client, stage):
        reply = client.get(f"{URL}/words.json", headers={"Origin": "https://anybody.example"})
        body = reply.json()
        assert reply.headers["content-type"] == "application/json"
        assert reply.headers["access-control-allow-origin"] == "*"
        assert set(body) == {"language", "words", "listen"}
        assert set(body["words"]) == {"page", "chat", "player"}
        assert set(body["listen"]) == {"stop", "pause", "exclamations", "pain", "phonetic", "resume"}

    def test_the_words_to_listen_for_are_those_of_the_safety_net(self):
        listen, lexicon = load_web_words().listen, Lexicon.load(PROJECT / "knowledge" / "safety" / "en.yml")
        assert set(listen["stop"]) == lexicon.stop["words"]
        assert set(listen["exclamations"]) == lexicon.exclamations
        assert {name: frozenset(words) for name, words in listen["phonetic"].items()} == lexicon.phonetic

    @pytest.mark.parametrize(("kind", "found"), [("stop", "stop"), ("exclamations", "pain"), ("pain", "pain")])
    def test_what_a_browser_stops_on_the_server_stops_on(self, kind, found):
        lexicon = Lexicon.load(PROJECT / "knowledge" / "safety" / "en.yml")
        missed = [word for word in load_web_words().listen[kind] if check(word, lexicon).kind != found]
        assert missed == []

    def test_a_pause_is_never_also_a_word_to_go_on(self):
        listen = load_web_words().listen
        halting = {*listen["stop"], *listen["pause"], *listen["exclamations"], *listen["pain"]}
        assert halting.isdisjoint(listen["resume"])


@pytest.fixture
def knowledge_copy(tmp_path):
    for name in ("web", "safety"):
        shutil.copytree(PROJECT / "knowledge" / name, tmp_path / name)
    return tmp_path


def change(root, name, make):
    path = root / name
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    make(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(lambda data: data.pop("chat"), "needs exactly the keys", id="a section is missing"),
        pytest.param(lambda data: data.update(more={}), "needs exactly the keys", id="a section too many"),
        pytest.param(lambda data: data.update(chat=[]), "chat must be a mapping", id="a section is a list"),
        pytest.param(lambda data: data["page"].update(a=""), r"page\.a must be", id="empty"),
        pytest.param(lambda data: data["page"].update(a=5), r"page\.a must be", id="a number"),
        pytest.param(lambda data: data["page"].update(a=True), r"page\.a must be", id="yes without quotation marks"),
        pytest.param(lambda data: data["page"].update({True: "x"}), r"page\.True must be", id="yes as a key"),
        pytest.param(lambda data: data["page"].update(a=[]), r"page\.a must be", id="an empty list"),
        pytest.param(lambda data: data["page"].update(a=["x", 1]), r"page\.a must be", id="a number in a list"),
        pytest.param(lambda data: data["page"].update(a=["x"] * (MOST_LISTED + 1)), "at most", id="a long list"),
        pytest.param(lambda data: data["player"].update(a={"b": "c"}), r"player\.a must be", id="deeper"),
        pytest.param(lambda data: data.update(listen={}), "exactly resume", id="nothing to listen for"),
        pytest.param(lambda data: data["listen"].update(resume=[]), "list of words", id="no word to go on"),
    ],
)
def test_words_that_are_wrong_are_refused(knowledge_copy, make, said):
    change(knowledge_copy, "web/en.yml", make)
    with pytest.raises(KnowledgeError, match=said):
        load_web_words(knowledge_copy)


@pytest.mark.parametrize("text", ["a: [", None], ids=["no YAML", "no file"])
def test_a_file_that_cannot_be_read_is_named(knowledge_copy, text):
    path = knowledge_copy / "web" / "en.yml"
    path.write_text(text, encoding="utf-8") if text else path.unlink()
    with pytest.raises(KnowledgeError, match=r"web/en\.yml: cannot be read"):
        load_web_words(knowledge_copy)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(lambda data: data["stop"].pop("words"), r"stop\.words must be a list", id="missing"),
        pytest.param(lambda data: data.update(pain="ow"), r"pain\.words must be a list", id="a text"),
        pytest.param(lambda data: data["pause"].append("{lead}* pause"), "plain words", id="a phrase"),
        pytest.param(lambda data: data["pause"].append(False), "plain words", id="no without quotation marks"),
        pytest.param(lambda data: data["phonetic"].pop("never"), r"phonetic\.never", id="a guard is missing"),
    ],
)
def test_a_lexicon_without_what_a_browser_needs_is_refused(knowledge_copy, make, said):
    change(knowledge_copy, "safety/en.yml", make)
    with pytest.raises(KnowledgeError, match=said):
        read_listen(knowledge_copy)
