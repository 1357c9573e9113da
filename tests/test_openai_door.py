"""The OpenAI-compatible API, by OpenAI's own client and by LangChain's."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from openai_server import OpenAIServer, Reply, sound
from serving import Serving
from test_engine import env

BRIEF = "Predict which of our 52,000 library members stop borrowing next month; 4 % stop each month. A weekly list goes to 3 people. 5 years of history in Postgres."  # fmt: skip


@pytest.fixture
def client(serving: Serving) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{serving.url}/v1", api_key="none", max_retries=0) as client:
        yield client


def said(text: str) -> list[Any]:
    return [{"role": "user", "content": text}]


def fresh() -> str:
    return f"{BRIEF} Our code name is {uuid.uuid4().hex[:8]}."


def test_skills_are_models(client: openai.OpenAI) -> None:
    names = [model.id for model in client.models.list()]
    assert names[:2] == ["briefwright", "ml-workflow"]
    assert client.models.retrieve("ml-workflow").id == "ml-workflow"


def test_a_message_becomes_a_document_streamed_or_whole(client: openai.OpenAI) -> None:
    brief = fresh()
    content, reasoning, finish, usage = "", "", "", None
    for chunk in client.chat.completions.create(model="ml-workflow", messages=said(brief), stream=True, stream_options={"include_usage": True}):  # fmt: skip
        usage = chunk.usage or usage
        for choice in chunk.choices:
            content += choice.delta.content or ""
            reasoning += (choice.delta.model_extra or {}).get("reasoning_content") or ""
            finish = choice.finish_reason or finish
    whole = client.chat.completions.create(model="ml-workflow", messages=said(brief))
    document = whole.choices[0].message.content or ""
    assert finish == "stop" and usage is not None and whole.usage is not None
    assert "problem: C1 passed" in reasoning
    assert document.startswith("# ML Workflow:")
    heads = [line for line in document.splitlines() if line.startswith("## ")]
    assert [line for line in content.splitlines() if line.startswith("## ")] == heads, (
        "in the document's order, each once"
    )
    assert sorted(content.split()) == sorted([*document.split(), "---"]), (
        "streamed or whole, the words are the same"
    )


def test_the_responses_api_streams_the_same(client: openai.OpenAI) -> None:
    with client.responses.stream(model="ml-workflow", input=fresh()) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_response()
    assert kinds[0] == "response.created" and kinds[-1] == "response.completed"
    assert "response.reasoning_summary_text.delta" in kinds
    assert "## Problem Definition" in final.output_text
    again = client.responses.create(model="ml-workflow", input="Labels arrive after 45 days.", previous_response_id=final.id)  # fmt: skip
    assert "45 days" in again.output_text and again.id != final.id


def test_words_in_between_do_not_lose_the_document(client: openai.OpenAI) -> None:
    first = client.responses.create(model="ml-workflow", input=fresh())
    unclear = client.responses.create(
        model="ml-workflow", input="make it nicer", previous_response_id=first.id
    )
    assert unclear.output_text.startswith("Nothing was changed")
    third = client.responses.create(model="ml-workflow", input="Labels arrive after 45 days.", previous_response_id=unclear.id)  # fmt: skip
    assert "45 days" in third.output_text
    with pytest.raises(openai.NotFoundError):
        client.responses.create(model="ml-workflow", input="Labels arrive after 45 days.", previous_response_id="resp_gone")  # fmt: skip


def test_a_named_run_is_revised_by_the_next_turn(client: openai.OpenAI) -> None:
    name = f"named-{uuid.uuid4().hex}"
    brief = fresh()
    first = client.chat.completions.create(
        model="ml-workflow", messages=said(brief), metadata={"run_id": name}
    )
    assert first.id == f"chatcmpl-{name}"
    turns: list[Any] = [
        *said(brief),
        {"role": "assistant", "content": "…"},
        *said("Labels arrive after 45 days."),
    ]
    second = client.chat.completions.create(model="ml-workflow", messages=turns, metadata={"run_id": name})
    assert "45 days" in (second.choices[0].message.content or "") and second.id != first.id


def test_a_conversation_goes_on_with_its_document(client: openai.OpenAI) -> None:
    brief = fresh()
    first = (
        client.chat.completions.create(model="ml-workflow", messages=said(brief)).choices[0].message.content
    )
    turns: list[Any] = [
        *said(brief),
        {"role": "assistant", "content": first},
        *said("Labels arrive after 45 days"),
    ]
    second = client.chat.completions.create(model="ml-workflow", messages=turns)
    assert "45 days" in (second.choices[0].message.content or "")
    unclear: list[Any] = [*said(brief), {"role": "assistant", "content": first}, *said("thank you!")]
    answer = (
        client.chat.completions.create(model="ml-workflow", messages=unclear).choices[0].message.content or ""
    )
    assert answer.startswith("Nothing was changed")


@pytest.mark.parametrize("call", ["/ml-workflow", "Use the ML workflow skill:"])
def test_a_skill_called_by_name_begins_anew(client: openai.OpenAI, call: str) -> None:
    brief = fresh()
    client.chat.completions.create(model="ml-workflow", messages=said(brief))
    turns: list[Any] = [*said(brief), {"role": "assistant", "content": "…"}, *said(f"{call} predict prices of 9,000 houses")]  # fmt: skip
    document = client.chat.completions.create(model="ml-workflow", messages=turns).choices[0].message.content
    assert document and document.startswith("# ML Workflow:") and "52,000" not in document
    bare = [*turns[:-1], *said(call)]
    answer = client.chat.completions.create(model="ml-workflow", messages=bare).choices[0].message.content
    assert answer and answer.startswith("Nothing was started"), "a name alone is no brief"


def test_what_is_said_is_never_dropped_in_silence(client: openai.OpenAI, serving: Serving) -> None:
    brief, name = fresh(), f"asked-{uuid.uuid4().hex}"
    client.chat.completions.create(model="ml-workflow", messages=said(brief), metadata={"run_id": name})
    with pytest.raises(openai.ConflictError):
        client.chat.completions.create(model="ml-workflow", messages=said("Forecast daily sales of 300 shops, 4 years of data."), metadata={"run_id": name})  # fmt: skip
    client.chat.completions.create(model="ml-workflow", messages=said(brief))
    turns: list[Any] = [
        *said(brief),
        {"role": "assistant", "content": "…"},
        *said("What is the weather in Rome?"),
    ]
    before = serving.http.get("/runs").json()["runs"][0]["id"]
    answer = (
        client.chat.completions.create(model="ml-workflow", messages=turns).choices[0].message.content or ""
    )
    assert answer.startswith("Nothing was changed: this is a question")
    assert serving.http.get("/runs").json()["runs"][0]["id"] == before


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ("Could you make the split stricter?", "Asked for and not done in training"),
        ("Would you please make the split stricter?", "Asked for and not done in training"),
        ("Labels arrive after 45 days, can you change that?", "45 days"),
        ("Labels arrive after 45 days. Could you work that in?", "45 days"),
        ("Could you explain why the split is by time?", "this is a question"),
        ("Why would you split by time? ", "this is a question"),
        ("Would it matter if labels came after 45 days?", "this is a question"),
    ],
)
def test_a_polite_request_is_a_wish_and_a_question_is_none(client: openai.OpenAI, wish: str, found: str) -> None:  # fmt: skip
    brief = f"{BRIEF} Our code name is polite."
    client.chat.completions.create(model="ml-workflow", messages=said(brief))
    turns: list[Any] = [*said(brief), {"role": "assistant", "content": "…"}, *said(wish)]
    answer = client.chat.completions.create(model="ml-workflow", messages=turns).choices[0].message.content
    assert found in (answer or "")


def test_a_message_for_no_skill_gets_a_sentence_and_starts_nothing(
    client: openai.OpenAI, serving: Serving
) -> None:
    before = len(serving.http.get("/runs", params={"limit": 200}).json()["runs"])
    answer = client.chat.completions.create(
        model="briefwright", messages=said("What is the weather in Lisbon?")
    )
    assert "nothing was started" in (answer.choices[0].message.content or "")
    assert len(serving.http.get("/runs", params={"limit": 200}).json()["runs"]) == before


HISTORY = "### Chat History:\n<chat_history>\nUSER: # Which **members** leave\n{brief}\n</chat_history>"


@pytest.mark.parametrize(
    ("chore", "answer"),
    [
        (
            '### Task:\nGenerate a concise, 3-5 word title with an emoji summarizing the chat history.\n### Output:\nJSON format: { "title": "your title" }\n'
            + HISTORY,
            {"title": "Which members leave"},
        ),
        (
            '### Task:\nGenerate 1-3 broad tags categorizing the main themes of the chat history. JSON format: { "tags": ["tag1"] }\n'
            + HISTORY,
            {"tags": ["General"]},
        ),
        (
            '### Task:\nSuggest 3-5 relevant follow-up questions that the user might ask next in this conversation. { "follow_ups": ["q"] }\n'
            + HISTORY,
            {"follow_ups": []},
        ),
        (
            '### Task:\nAnalyze the chat history to determine the necessity of generating search queries. { "queries": ["query1"] }\n'
            + HISTORY,
            {"queries": []},
        ),
        (
            '### Task:\nGenerate a detailed prompt for am image generation task based on the given language and context. { "prompt": "Your prompt." }\n'
            + HISTORY,
            {"prompt": ""},
        ),
        (
            '### Task:\nYou are an autocompletion system. Respond only in JSON format: `{ "text": "<your_completion>" }`.\n'
            + HISTORY
            + "\n<type>General</type>\n<text>Predict which</text>\n#### Output:\n",
            {"text": ""},
        ),
        (
            "Your task is to reflect the speaker's likely facial expression through a fitting emoji. Interpret emotions.\n\nMessage: ```{brief}```",
            "🙂",
        ),
        (
            "Provide a concise, 5-word-or-less title for the conversation, using its same language.\n\nConversation:\nUser: Which members leave\nAI: …",
            "Which members leave",
        ),
        (
            "Analyze this conversation and provide:\n1. The detected language of the conversation\n2. A concise title in the detected language\n\nUser: Which members leave\nAI: …",
            "Which members leave",
        ),
    ],
)
def test_a_chat_programs_chores_start_no_run(client: openai.OpenAI, serving: Serving, chore: str, answer: Any) -> None:  # fmt: skip
    before = serving.http.get("/runs").json()["runs"][:1]
    text = client.chat.completions.create(model="ml-workflow", messages=said(chore.replace("{brief}", BRIEF))).choices[0].message.content  # fmt: skip
    assert (json.loads(text or "") if isinstance(answer, dict) else text) == answer
    assert serving.http.get("/runs").json()["runs"][:1] == before


def test_a_chat_program_that_offers_tools_is_told_none(client: openai.OpenAI, serving: Serving) -> None:
    before = serving.http.get("/runs").json()["runs"][:1]
    system = "Available Tools: [{'name': 'weather'}]\n\nYour task is to choose and return the correct tool(s) from the list of available tools based on the query."
    turns: list[Any] = [
        {"role": "system", "content": system},
        *said(f'Query: History:\nUSER: """{BRIEF}"""\nQuery: {BRIEF}'),
    ]
    text = client.chat.completions.create(model="ml-workflow", messages=turns).choices[0].message.content
    assert json.loads(text or "") == {"tool_calls": []}
    assert serving.http.get("/runs").json()["runs"][:1] == before


@pytest.mark.parametrize(
    ("system", "more"),
    [
        ("Give follow-up questions at the end of this conversation.", ""),
        ("### Task: Suggest a title at the end of this conversation.", ""),
        ("", " We suggest tags automatically when the conversation ends."),
        ("", " It will also suggest search queries from the chat history."),
    ],
)
def test_words_about_titles_and_tags_make_no_chore(client: openai.OpenAI, system: str, more: str) -> None:
    turns: list[Any] = [{"role": "system", "content": system}, *said(fresh() + more)]
    answer = client.chat.completions.create(model="ml-workflow", messages=turns)
    assert (answer.choices[0].message.content or "").startswith("# ML Workflow:")
    wish = "Write the MLflow tags of every run, as in the above chat: labels arrive after 45 days."
    after = client.chat.completions.create(model="ml-workflow", messages=[*turns, {"role": "assistant", "content": "…"}, *said(wish)])  # fmt: skip
    assert "45 days" in (after.choices[0].message.content or "")


@pytest.mark.parametrize("query", ["\n<user_query>\n{}\n</user_query>", "\n{}"])
def test_documents_beside_a_message_are_part_of_the_brief(client: openai.OpenAI, query: str) -> None:
    def wrapped(message: str) -> list[Any]:
        guide = '### Task:\nRespond to the user query using the provided context, incorporating inline citations **only when the <source> tag includes an id** (e.g., <source id="1">).\n\n### Guidelines:\n- If uncertain, suggest a title for this conversation.\n\n'
        document = f'<source id="1" name="brief.docx">{brief}</source>\n<source id="2">Labels arrive after 30 days.</source>'
        return said(f"{guide}<context>\n{document}\n</context>\n{query.format(message)}")

    brief, ask = fresh(), "Design the ML workflow for the attached brief"
    first = client.chat.completions.create(model="ml-workflow", messages=wrapped(ask))
    document = first.choices[0].message.content or ""
    assert document.startswith("# ML Workflow:") and "30 days" in document and "52,000" in document
    assert "source" not in document.split("\n")[0] and "citations" not in document
    turns = [*said(ask), {"role": "assistant", "content": document}, *wrapped("Labels arrive after 45 days.")]
    after = client.chat.completions.create(model="ml-workflow", messages=turns).choices[0].message.content
    assert "45 days" in (after or ""), "the next message comes with the documents, the first one without"
    assert after != document


def test_a_brief_about_titles_is_a_brief(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model="ml-workflow", messages=said("Train a model to suggest tags for our 2 million support tickets; 400,000 of them were tagged by people. Batch, nightly. Build the ML workflow."))  # fmt: skip
    assert (answer.choices[0].message.content or "").startswith("# ML Workflow:")


def test_faults_are_typed(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as missing:
        client.chat.completions.create(model="gpt-5", messages=said(BRIEF))
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(model="ml-workflow", messages=[])
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(model="ml-workflow", messages=said(BRIEF), n=3)
    for kind in ("json_object", "json_schema"):
        with pytest.raises(openai.BadRequestError) as formed:
            client.chat.completions.create(
                model="ml-workflow", messages=said(BRIEF), response_format={"type": kind}
            )  # type: ignore[call-overload]
        assert formed.value.code == "unsupported_parameter"
        with pytest.raises(openai.BadRequestError):
            client.responses.create(model="ml-workflow", input=BRIEF, text={"format": {"type": kind}})  # type: ignore[call-overload]
    with pytest.raises(openai.BadRequestError) as later:
        client.responses.create(model="ml-workflow", input=BRIEF, background=True)
    assert later.value.code == "unsupported_parameter"
    with pytest.raises(openai.APIStatusError) as large:
        client.chat.completions.create(model="ml-workflow", messages=said(BRIEF + " words" * 60_000))
    assert large.value.status_code == 413


def test_langchain_reads_it_as_a_model(serving: Serving) -> None:
    from langchain_openai import ChatOpenAI

    model = ChatOpenAI(model="ml-workflow", base_url=f"{serving.url}/v1", api_key="none", timeout=60)  # type: ignore[arg-type]
    assert str(model.invoke(fresh()).content).startswith("# ML Workflow:")


def test_sending_a_message_again_pays_nothing_again(server: OpenAIServer, tmp_path: Path) -> None:
    server.script = lambda step, n, request: sound(step, request)
    with Serving(tmp_path, **env(server)) as serving, openai.OpenAI(base_url=f"{serving.url}/v1", api_key="none") as client:  # fmt: skip
        stream = client.chat.completions.create(model="ml-workflow", messages=said(BRIEF), stream=True)
        next(iter(stream))
        stream.close()  # the reader goes away; the run does not
        answer = client.chat.completions.create(model="ml-workflow", messages=said(BRIEF))
        assert answer.usage is not None and answer.usage.prompt_tokens == 7 * 1200
    assert len(server.requests) == 7


def test_a_run_that_failed_is_no_answer(server: OpenAIServer, tmp_path: Path) -> None:
    server.script = lambda step, n, request: Reply("no", status=401)
    with Serving(tmp_path, **env(server)) as serving, openai.OpenAI(base_url=f"{serving.url}/v1", api_key="none") as client:  # fmt: skip
        asked = len(server.requests)
        with pytest.raises(openai.APIStatusError) as whole:
            client.chat.completions.create(model="ml-workflow", messages=said(BRIEF))
        assert (whole.value.status_code, whole.value.code) == (502, "run_failed")
        assert "refused the key" in whole.value.message and ".." not in whole.value.message
        first = len(server.requests) - asked
        assert first <= 3, "the client does not resume it by itself"
        with pytest.raises(openai.APIError) as streamed:
            list(client.chat.completions.create(model="ml-workflow", messages=said(BRIEF), stream=True))
        assert "refused the key" in streamed.value.message
        response = client.responses.create(model="ml-workflow", input=BRIEF)
        assert response.status == "failed" and response.error and "refused the key" in response.error.message
        events = list(client.responses.create(model="ml-workflow", input=BRIEF, stream=True))
        assert events[-1].type == "response.failed" and events[-1].response.status == "failed"
        server.script = lambda step, n, request: sound(step, request)
        assert client.responses.create(model="ml-workflow", input=BRIEF).status == "completed"
