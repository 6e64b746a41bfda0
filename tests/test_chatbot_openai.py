"""OpenAI's interface, used with its official client against a real server."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openai
import pytest
import yaml
from fastapi.testclient import TestClient
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from chatbot.answer import Answer, Citation, Difference
from chatbot.bot import Chatbot
from chatbot.keys import ASK, READ, Keys
from chatbot.render.linked import escaped, linked, said
from chatbot.render.outline import CLOSEST, NO_ANSWER, POSSIBLY
from chatbot.render.text import one_line
from chatbot.server import api
from chatbot.server.guard import Hosts
from chatbot.server.openai_request import asked
from chatbot.server.openai_tasks import task
from chatbot.server.recognition import Mode
from chatbot.settings import Settings
from chatbot.shelf import Shelf, name_of
from tests.small import serving_app, small_bot, with_settings

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PAGE = "http://localhost:7860/"
QUESTION = "Who opened the bridge?"


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Chatbot:
    return small_bot(tmp_path_factory.mktemp("openai"))


@pytest.fixture(scope="module")
def base(bot: Chatbot) -> Iterator[str]:
    with serving_app(api.app(bot)) as address:
        yield f"{address}/v1"


@pytest.fixture(scope="module")
def client(base: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=base, api_key="none", max_retries=0)


def user(content: Any) -> list[Any]:
    return [{"role": "user", "content": content}]


def ask(client: openai.OpenAI, content: Any = QUESTION, **more: Any) -> Any:
    messages = content if isinstance(content, list) else user(content)
    return client.chat.completions.create(model="collection", messages=messages, **more)


@pytest.mark.slow
def test_the_collection_is_a_model(client: openai.OpenAI) -> None:
    (model,) = client.models.list().data
    assert (model.id, model.owned_by) == ("collection", "cuttings")
    assert client.models.retrieve("collection") == model
    with pytest.raises(openai.NotFoundError, match="there is collection"):
        client.models.retrieve("gpt-5/mini")


def test_the_answer_has_numbered_links_and_says_where_each_stands(
    bot: Chatbot, client: openai.OpenAI, base: str
) -> None:
    (choice,) = ask(client).choices
    content, own = choice.message.content, choice.message.cuttings
    assert choice.finish_reason == "stop" and choice.message.role == "assistant"
    assert own["state"] == "possibly" and content.startswith(f"{POSSIBLY}\n\n> “The mayor opened the new")
    assert len(choice.message.annotations) == len(own["citations"]) == 3
    for annotation, cited in zip(choice.message.annotations, own["citations"], strict=True):
        place = annotation.url_citation
        assert content[place.start_index : place.end_index] == f"[[{cited['number']}]]({place.url})"
        quoted = cited["in_content"]
        assert content[quoted["start"] : quoted["end"]] == cited["quote"]
        article = bot.collection.article(cited["article_id"])
        assert article.text[cited["start"] : cited["end"]] == cited["quote"]
        assert place.title == article.title and place.url == cited["link"]
        address, _, fragment = place.url.partition("/#cite/")
        assert f"{address}/v1" == base
        assert fragment == f"{cited['article_id']}/{cited['start']}/{cited['end']}"


def test_a_stream_is_the_same_answer_in_pieces(client: openai.OpenAI) -> None:
    whole = ask(client)
    chunks = list(ask(client, stream=True, stream_options={"include_usage": True}))
    assert len({chunk.id for chunk in chunks}) == 1 and chunks[0].choices[0].delta.role == "assistant"
    deltas = [chunk.choices[0].delta for chunk in chunks[:-1]]
    assert len([delta for delta in deltas if delta.content]) == 4
    assert "".join(delta.content or "" for delta in deltas) == whole.choices[0].message.content
    (beside,) = (delta for delta in deltas if hasattr(delta, "annotations"))
    assert beside.annotations == [one.model_dump() for one in whole.choices[0].message.annotations]
    assert beside.cuttings["citations"] == whole.choices[0].message.cuttings["citations"]
    assert [chunk.choices[0].finish_reason for chunk in chunks[-2:-1]] == ["stop"]
    assert chunks[-1].choices == [] and chunks[-1].usage == whole.usage
    assert whole.usage.prompt_tokens == 4 and all(chunk.usage is None for chunk in chunks[:-1])
    assert not any(chunk.usage for chunk in ask(client, stream=True))


def test_what_is_for_a_model_that_writes_is_passed_over(client: openai.OpenAI) -> None:
    tool: Any = {"type": "function", "function": {"name": "f", "parameters": {}}}
    plain = ask(client).choices[0].message.content
    full = ask(
        client,
        [
            {"role": "system", "content": "You are a pirate."},
            {"role": "developer", "content": "Only answer in French."},
            *user([{"type": "text", "text": "Who opened"}, {"type": "text", "text": "the bridge?"}]),
        ],
        temperature=0.3,
        max_tokens=5,
        top_p=0.1,
        seed=4,
        stop=["bridge"],
        user="me",
        tools=[tool],
        tool_choice="auto",
        response_format={"type": "text"},
        n=1,
        extra_body={"chat_id": "of a client's own"},
    )
    assert full.choices[0].message.content == plain


REFUSED: list[tuple[dict[str, Any], str | None, str]] = [
    ({"model": "gpt-5"}, "model", "there is no model 'gpt-5'; there is collection"),
    ({"messages": []}, "messages", "messages: "),
    ({"messages": user(5)}, "messages[0].content", "messages[0].content: "),
    ({"messages": [{"role": "cat", "content": "x"}]}, "messages[0].role", "messages[0].role: "),
    ({"messages": [{"role": "system", "content": "x"}]}, "messages", "no message of the user"),
    (
        {"messages": user([{"type": "image_url", "image_url": {"url": "data:,"}}])},
        "messages[0].content",
        "'image_url' cannot be read here; send the question as text only",
    ),
    ({"n": 2}, "n", "n is 2"),
    ({"tool_choice": "required"}, "tool_choice", "none is ever called"),
    ({"response_format": {"type": "json_object"}}, "response_format", "text only"),
    ({"stream_options": {"include_usage": True}}, "stream_options", "set stream to true"),
    ({"modalities": ["audio"]}, "modalities", "no text"),
    ({"messages": user(" ")}, None, "the question is empty"),
    ({"messages": user("a" * 2001)}, None, "at most 2,000 are read"),
]


@pytest.mark.parametrize(("changed", "param", "line"), REFUSED)
def test_what_cannot_be_done_is_refused_as_such_clients_read_it(
    client: openai.OpenAI, changed: dict[str, Any], param: str | None, line: str
) -> None:
    request: dict[str, Any] = {"model": "collection", "messages": user(QUESTION), **changed}
    with pytest.raises(openai.APIStatusError) as raised:
        client.chat.completions.create(**request)
    error = raised.value
    assert error.status_code == (404 if param == "model" else 400) and line in error.message
    assert (error.param, error.type) == (param, "invalid_request_error")
    assert error.code == ("model_not_found" if param == "model" else None)
    assert "\n" not in error.body["message"] and error.request_id


def test_what_is_no_request_of_this_interface(bot: Chatbot) -> None:
    tested = TestClient(api.app(bot, hosts=Hosts(frozenset({"testserver"}))), raise_server_exceptions=False)
    wrong = [
        (tested.post("/v1/chat/completions", content=b"{"), 400, "not valid JSON"),
        (tested.post("/v1/chat/completions", content=b"[1]"), 400, "the body: "),
        (tested.post("/v1/chat/completions", json={"messages": user("x")}), 400, "model: Field required"),
        (tested.post("/v1/embeddings", json={}), 404, "POST /v1/chat/completions"),
        (tested.get("/v1/chat/completions"), 404, "is not served"),
        (tested.post("/v1/chat/completions", content=b" " * 300_000), 413, "over 256 KB"),
        (tested.get("/v1/models", headers={"origin": "https://evil.test"}), 403, "evil.test"),
        (tested.get("/v1/models", headers={"host": "evil.test"}), 421, "this server is testserver"),
    ]
    for response, status, line in wrong:
        assert response.status_code == status and response.headers["content-type"] == "application/json"
        error = response.json()["error"]
        assert line in error["message"] and set(error) == {"message", "type", "param", "code"}


def test_keys_sites_and_limits_are_those_of_the_rest(bot: Chatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Keys(bot.collection.folder)
    may_ask, may_read = kept.add("asker", (ASK,)), kept.add("reader", (READ,))
    friend = "https://chat.example.org"
    with_settings(monkeypatch, bot, key_questions_per_minute=2)
    body = {"model": "collection", "messages": user(QUESTION)}

    def sent(tested: TestClient, secret: str, **headers: str) -> Any:
        shown = {"authorization": f"Bearer {secret}"} if secret else {}
        return tested.post("/v1/chat/completions", json=body, headers={**shown, **headers})

    closed = TestClient(api.app(bot, mode=Mode("keys"), sites=frozenset({friend})))
    for secret, status, code in (
        ("", 401, "invalid_api_key"),
        ("none", 401, "invalid_api_key"),
        (f"{may_ask}x", 401, "invalid_api_key"),
        (may_read, 403, "insufficient_permissions"),
    ):
        refused = sent(closed, secret)
        assert refused.status_code == status and refused.json()["error"]["code"] == code
        assert closed.get("/v1/models", headers={"authorization": f"Bearer {secret}"}).status_code == status
    allowed = sent(closed, may_ask, origin=friend)
    assert allowed.status_code == 200 and allowed.headers["access-control-allow-origin"] == friend
    assert sent(closed, may_ask).status_code == 200
    often = sent(closed, may_ask)
    assert often.status_code == 429 and often.headers["retry-after"]
    assert often.json()["error"]["code"] == "rate_limit_exceeded"
    # Where no key is needed, such clients send any word in its place; one of ours that is wrong stays wrong.
    opened = TestClient(api.app(bot, mode=Mode()))
    assert sent(opened, "sk-none").status_code == 200 and sent(opened, f"{may_ask}x").status_code == 401


def test_links_lead_to_the_address_that_is_set(bot: Chatbot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        bot, "_pipeline", bot.having(Settings(reader="none", public_address="https://c.test/"))._pipeline
    )
    tested = TestClient(api.app(bot))
    answer = tested.post("/v1/chat/completions", json={"model": "collection", "messages": user(QUESTION)})
    own = answer.json()["choices"][0]["message"]["cuttings"]
    shown = own["citations"] or own["closest"]
    assert all(one["link"].startswith("https://c.test/#cite/") for one in shown)


# What is made of an answer


def citation(rank: int, quote: str, **more: Any) -> Citation:
    return Citation(rank, quote, f"a/{rank} )", f"Title [{rank}]", "a.md", 5, 5 + len(quote), 0.9, **more)


def answer(*citations: Citation, **more: Any) -> Answer:
    state = more.pop("state", "answer")
    return Answer("q", "q", "", state, 0.9, citations, (), **more)


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1).filter(str.strip)


@given(TEXTS)
def test_a_quotation_comes_back_from_the_conversation_as_it_was(quote: str) -> None:
    shown = linked(answer(citation(1, quote)), PAGE)
    one_line = html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped(quote)))
    assert said(shown.content) == one_line
    (link,) = shown.links
    assert shown.content[link.start : link.end] == f"[[1]]({link.url})"
    assert link.quote and shown.content[slice(*link.quote)] == escaped(quote)
    assert unquote(link.url.split("/")[-3]) == "a/1 )" and ")" not in link.url


@given(TEXTS | st.text("*_`~#|<>[]()!\\&;$@:/w. -+1=x\t\u2028“”"), st.text("[]()<>*&\\` \n#x1.-+=~"))
@example("x", "1. A list")
@example("x", "- Another")
@example("- x", "# A heading")
def test_a_reader_of_markdown_sees_the_quotation_as_it_stands(quote: str, title: str) -> None:
    shown = linked(answer(replace(citation(1, quote or "x"), title=title)), PAGE).content
    inline = [token for token in MARKDOWN.parse(shown) if token.type == "inline"]
    assert [token.type for token in MARKDOWN.parse(shown)].count("blockquote_open") == 1
    first, *rest = inline
    assert "".join(part.content for part in first.children or ()) == f"“{one_line(quote or 'x')}” [1]"
    assert [part.type for part in first.children or ()][-3:] == ["link_open", "text", "link_close"]
    assert "".join(part.content for token in rest for part in token.children or ()) == one_line(title)


def test_nothing_of_an_article_is_markup() -> None:
    hostile = (
        "<b>x</b> [a](javascript:x) ![i](http://e.test) **b** `c` $$d$$ \\(e\\) www.e.test a@e.test ~~f~~ # |"
    )
    shown = escaped(hostile)
    for begins in ("<", ">", "[", "]", "$", "\\(", "http://", "www.e"):
        assert begins not in shown
    assert not re.search(r"(?<!\\)[*_`~@|!]", shown)
    ours = citation(1, "A (b).", url="https://e.test/a(b)\\c", publisher="P*")
    (_, source) = linked(answer(ours), PAGE).content.split("\n>\n> ")
    assert source == "[Title &#91;1&#93;, P\\*](https://e.test/a%28b%29%5Cc)"
    assert "](" not in linked(answer(citation(1, "A.", url="javascript:x")), PAGE).content.split("\n")[-1]


def test_what_else_says_so_what_differs_and_what_only_comes_close() -> None:
    one = citation(1, "It cost 9.", also=(citation(2, "It cost nine."),), sources=2)
    other = citation(3, "It cost 8.")
    shown = linked(answer(one, other, differ=(Difference((one, other)),)), PAGE)
    assert [link.number for link in shown.links] == ["1", "1b", "2"]
    assert shown.links[1].quote is None and "Also in [[1b]](" in shown.content
    assert "(2 independent sources)" in shown.content and "**Sources differ**" in shown.content
    for link in shown.links:
        assert shown.content[link.start : link.end] == f"[[{link.number}]]({link.url})"
    none = linked(answer(one, state="none"), PAGE).content
    assert none.startswith(f"{NO_ANSWER}\n\n{CLOSEST}:\n\n> “") and said(none).strip() == NO_ANSWER


def test_what_does_not_answer_has_no_annotation(
    bot: Chatbot, client: openai.OpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_settings(monkeypatch, bot, threshold=1.0, sure_threshold=1.0)
    message = ask(client).choices[0].message
    assert message.content.startswith(NO_ANSWER) and message.annotations == []
    own = message.cuttings
    assert own["state"] == "none" and own["citations"] == [] and own["closest"]
    hello = ask(client, "hello").choices[0].message
    assert hello.content == own["notice"] or hello.content == hello.cuttings["notice"]


@pytest.mark.model
def test_a_follow_up_is_completed_from_the_messages(bundled: Chatbot) -> None:
    name = name_of(bundled.collection.where)
    question = "What share of clinical directors intend to quit in the next year?"
    with serving_app(api.app(bundled)) as address:
        client = openai.OpenAI(base_url=f"{address}/v1", api_key="none")
        first = client.chat.completions.create(model=name, messages=user(question)).choices[0].message
        messages: list[Any] = [*user(question), {"role": "assistant", "content": first.content}]
        follow = client.chat.completions.create(model=name, messages=[*messages, *user("and why do they?")])
        own = follow.choices[0].message.model_dump()["cuttings"]
        assert "quit" in own["standalone_question"]
        assert f"Searched for: {own['standalone_question']}" in (follow.choices[0].message.content or "")
        prompt = OPEN_WEBUI["follow_ups"] + history(question, first.content or "")
        text = client.chat.completions.create(model=name, messages=user(prompt)).choices[0].message.content
        assert json.loads(text or "") == {"follow_ups": list(bundled.ask(question).suggestions)}


# What clients ask beside

OPEN_WEBUI = {
    "follow_ups": '### Task:\nSuggest questions.\n### Output:\nJSON format: { "follow_ups": ["?"] }\n',
    "title": '### Task:\nWrite a title.\n### Output:\nJSON format: { "title": "your title" }\n',
    "tags": '### Task:\nGenerate broad tags.\n### Output:\nJSON format: { "tags": ["tag1"] }\n',
    "queries": '### Task:\nAre search queries needed?\n- respond in the format: { "queries": ["q"] }\n',
    "text": '### Task:\nYou are an autocompletion system.\n### Output:\n{ "text": "..." }\n',
}
"""How Open WebUI's prompts begin, shortened and in words of our own."""


def history(question: str, said: str) -> str:
    return f"### Chat History:\n<chat_history>\nUSER: {question}\nASSISTANT: {said}\n</chat_history>"


def test_titles_tags_and_the_like_are_no_questions_to_the_articles(client: openai.OpenAI) -> None:
    long = "What did the council say about the tunnel under the river, and when was it said?"
    wanted: dict[str, Any] = {
        "follow_ups": [],  # of a collection that has no suggestions
        "title": "What did the council say about the tunnel under…",
        "tags": [],
        "queries": [],
        "text": "",
    }
    for key, prompt in OPEN_WEBUI.items():
        message = ask(client, prompt + history(long, "> “x”"), max_tokens=1000).choices[0].message
        assert json.loads(message.content) == {key: wanted[key]}
        assert not hasattr(message, "cuttings") and message.annotations is None
    words = "### Task:\nGenerate a concise title for this.\n" + history("Who opened the bridge?", "x")
    assert ask(client, words).choices[0].message.content == '{"title": "Who opened the bridge"}'
    convo = "\n\nConversation:\nUser: Who opened the bridge?\nAI: > “The mayor.”"
    libre = f"Provide a concise, 5-word-or-less title for the conversation, in its language.{convo}"
    assert ask(client, libre).choices[0].message.content == "Who opened the bridge"
    structured = f"Analyze this conversation and provide:\n1. The language\n2. A title{convo}"
    form: Any = {"type": "json_schema", "json_schema": {"name": "title", "schema": {}}}
    titled = ask(client, structured, response_format=form).choices[0].message.content
    assert json.loads(titled) == {"title": "Who opened the bridge"}
    assert task("### Task: what was the task of the mayor?", "text") is None
    follow = task(OPEN_WEBUI["follow_ups"] + history("Who?", "x"), "text")
    assert follow and json.loads(follow.done(("Why?",))) == {"follow_ups": ["Why?"]}
    unknown = task("### Task:\nDo something else.\n" + history("a?", "b"), "text")
    assert unknown and unknown.done() == ""


def test_texts_that_a_client_puts_before_the_question_are_passed_over() -> None:
    before = (
        "### Task:\nRespond to the user query using the provided context.\n<context>\nFile\n</context>\n\n"
    )
    for content in (f"{before}{QUESTION}", f"{before}<user_query>\n{QUESTION}\n</user_query>\n"):
        body = json.dumps({"model": "m", "messages": user(content)}).encode()
        assert asked(body).message == QUESTION


def test_no_message_takes_long_to_read() -> None:
    began = time.process_time()
    for piece in (
        "<chat_history>",
        "USER: ",
        "<user_query>",
        "#cite/",
        "” [[1]](",
        "\n> “a” [[1]](#cite/",
        "\\",
    ):
        for before in ("### Task:\n", "### Task:\nRespond to the user query", "> “", ""):
            long = before + piece * (200_000 // len(piece))
            turns: list[Any] = [{"role": "assistant", "content": long}, *user(long)]
            read = asked(json.dumps({"model": "m", "messages": turns}).encode())
            task(read.message, read.form)
    assert time.process_time() - began < 5  # 0.6 s; what is quadratic takes minutes


def test_each_collection_is_a_model_and_links_lead_to_it(
    bot: Chatbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = small_bot(tmp_path)
    with_settings(monkeypatch, bot, threshold=0.0)
    key = Keys(bot.collection.folder).add("news_only", (ASK,), collections=("news",))
    tested = TestClient(api.app(Shelf({"news": bot, "reports": other}), mode=Mode()))

    def shown(model: str, **headers: str) -> Any:
        body = {"model": model, "messages": user(QUESTION)}
        return tested.post("/v1/chat/completions", json=body, headers=headers)

    names = [model["id"] for model in tested.get("/v1/models").json()["data"]]
    assert names == ["news", "reports", "all"]
    for model, page in (("news", "/#cite/bridge/"), ("reports", "/?collection=reports#cite/bridge/")):
        own = shown(model).json()["choices"][0]["message"]["cuttings"]
        assert own["citations"][0]["link"].startswith(f"http://testserver{page}")
    together = shown("all").json()["choices"][0]["message"]["cuttings"]["citations"][0]
    assert together["collection"] in ("news", "reports") and "/?collection=all#cite/" in together["link"]
    held = {"authorization": f"Bearer {key}"}
    assert [one["id"] for one in tested.get("/v1/models", headers=held).json()["data"]] == ["news"]
    assert shown("news", **held).status_code == 200
    for hidden in ("reports", "all", "none", ""):
        error = shown(hidden, **held).json()["error"]
        assert error["code"] == "model_not_found" and error["message"].endswith("there is news")


def test_the_example_of_the_page_about_it_runs(base: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = (Path(__file__).parent.parent / "docs" / "openai.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert "http://localhost:7860/v1" in example
    exec(example.replace("http://localhost:7860/v1", base), {})
    assert f"]({base.removesuffix('/v1')}/#cite/" in capsys.readouterr().out
    (described,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (endpoint,) = yaml.safe_load(described)["endpoints"]["custom"]
    assert endpoint["baseURL"].endswith(":7860/v1") and endpoint["titleMethod"] == "completion"
