"""What an operator does over REST: sources and their syncs, keys, feedback, the newest evaluation.

Over the same files and functions as the commands. `chatbot/server/access.py` lets in who may `admin`.
"""

from __future__ import annotations

import logging
import shlex
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from fastapi import HTTPException, Query, Request
from fastapi.responses import StreamingResponse

from chatbot import feedback
from chatbot.keys import Keys
from chatbot.render.schema import Json
from chatbot.server import evaluation, operator_schema
from chatbot.server.access import OPERATOR, Caller, caller_of
from chatbot.server.routes import Routes
from chatbot.server.schedule import Schedule
from chatbot.server.served import Chosen, Collections, Served, Unhidden, Whole
from chatbot.server.sites import site
from corpus.read import is_url
from index.stores import create_store, open_store
from index.sync import sources as remembered
from index.sync.journal import catch_up, latest
from index.sync.memory import Memory
from index.sync.standing import Standing, standing
from index.visibility import Sight, group

log = logging.getLogger(__name__)

_PIECE = 256 * 1024
"""Bytes of the feedback's file that are sent at once."""


def add_sources(routes: Routes, schedules: Mapping[str, Schedule]) -> None:
    """The sources of a collection, and its syncs by the `schedules` of their names."""

    @routes.get(
        "/operator/sources",
        summary="List the sources",
        description="What the articles come from, and what the last sync made of each.",
        response_model=operator_schema.Sources,
        response_description="The sources",
    )
    def listed(request: Request, served: Whole) -> Json:
        with closing(open_store(served.bot.collection.where)) as store:
            rows = [_source(one) for one in standing(store)]
        return {"sources": rows, "paths": _sits_here(caller_of(request.scope))}

    @routes.post(
        "/operator/sources",
        status_code=201,
        summary="Add a source",
        description="It is read at the next sync.",
        response_model=operator_schema.Named,
        response_description="Its name",
    )
    def add(request: Request, body: operator_schema.NewSource, served: Whole) -> Json:
        caller, given = caller_of(request.scope), body.source.strip()
        if not is_url(given) and not _sits_here(caller):
            # Else who has a key could read any file of the machine.
            raise HTTPException(
                403,
                "folders and files are added at the server's own machine, with `cuttings sources add`; "
                "here give a URL",
            )
        name = remembered.named(given)
        with closing(create_store(served.bot.collection.where)) as store:
            added = remembered.add(store, [name])
        _note(caller, f"added the source {name}", served)
        return {"source": name, "changed": bool(added)}

    @routes.delete(
        "/operator/sources",
        summary="Remove a source",
        description="Its articles stay.",
        response_model=operator_schema.Named,
        response_description="Its name",
    )
    def remove(request: Request, source: str, served: Whole) -> Json:
        with closing(create_store(served.bot.collection.where)) as store:
            remembered.remove(store, source)
        _note(caller_of(request.scope), f"removed the source {source!r}", served)
        return {"source": source, "changed": True}

    @routes.get(
        "/operator/sync",
        summary="How the sync stands",
        response_model=operator_schema.SyncState,
        response_description="What runs, what came of the last one, when the next begins",
    )
    def state(served: Whole) -> Json:
        return _state(schedules[served.name])

    @routes.post(
        "/operator/sync",
        status_code=202,
        summary="Sync now",
        description="In the background; 409 where a sync runs already.",
        response_model=operator_schema.SyncState,
        response_description="It has begun",
    )
    def begin(request: Request, body: operator_schema.Sync, served: Whole) -> Json:
        if body.remove_gone and body.source is None:
            raise HTTPException(400, "name the source of which so much is to be removed")
        if body.source is not None:
            with closing(open_store(served.bot.collection.where)) as store:
                if body.source not in remembered.remembered(store):
                    raise HTTPException(404, f"{body.source!r:.200} is no source of this collection")
        schedule = schedules[served.name]
        if not schedule.begin([body.source] if body.source else [], body.remove_gone):
            raise HTTPException(409, "a sync of this collection runs already; wait until it is done")
        _note(caller_of(request.scope), f"began a sync of {body.source or 'all sources'}", served)
        return _state(schedule)

    @routes.get(
        "/operator/journal",
        summary="Read the journal",
        description="Which articles came, changed, moved and went.",
        response_model=operator_schema.Journal,
        response_description="Its last entries",
    )
    def journal(served: Whole, limit: Annotated[int, Query(ge=1, le=1000)] = 50) -> Json:
        with closing(open_store(served.bot.collection.where)) as store:
            memory = Memory.open(store.folder)
            try:
                catch_up(store, memory)
                return {"entries": [asdict(entry) for entry in latest(memory, limit)]}
            finally:
                memory.close()


def add_keys(routes: Routes, keys: Keys, collections: Collections) -> None:
    """The server's keys, which are the same whichever collection is named."""

    @routes.get(
        "/operator/keys",
        summary="List the keys",
        description="Without their secrets, which are kept nowhere.",
        response_model=operator_schema.Keys,
        response_description="The keys",
    )
    def listed(request: Request, served: Chosen) -> Json:
        caller = _unlimited(request, collections)
        rows = [{**key.told(), "own": caller.name == f"key:{key.name}"} for key in keys.all()]
        return {"keys": rows, "collections": [one.name for one in collections.each()]}

    @routes.post(
        "/operator/keys",
        status_code=201,
        summary="Make a key",
        response_model=operator_schema.Secret,
        response_description="Its secret, which is shown this once",
    )
    def make(request: Request, body: operator_schema.NewKey, served: Chosen) -> Json:
        caller = _unlimited(request, collections)
        there = [one.name for one in collections.each()]
        if unknown := [name for name in body.collections or () if name not in there]:
            raise HTTPException(
                400, f"there is no collection {unknown[0]!r:.80}; there are: {', '.join(there)}"
            )
        only = None if body.collections is None else tuple(dict.fromkeys(body.collections))
        groups = tuple(group(one) for one in dict.fromkeys(body.read))
        _check_sight(caller, groups)
        page = site(body.site) if body.site else None
        secret = keys.add(body.name, tuple(body.may), page, body.expires, groups, only)
        log.info("%s made the key %s", caller.who, body.name)
        return {"name": body.name, "secret": secret}

    @routes.post(
        "/operator/keys/{name}/rotate",
        summary="Give a key a new secret",
        description="The old one holds no longer.",
        response_model=operator_schema.Secret,
        response_description="The new secret, which is shown this once",
    )
    def rotate(request: Request, name: str, served: Chosen) -> Json:
        caller = _unlimited(request, collections)
        # Whoever has the new secret reads what the key may.
        _check_sight(caller, *(key.groups for key in keys.all() if key.name == name))
        secret = keys.rotate(name)
        log.info("%s gave the key %s a new secret", caller.who, name)
        return {"name": name, "secret": secret}

    @routes.delete(
        "/operator/keys/{name}",
        summary="Remove a key",
        description="It holds no longer, nor do sessions that were begun with it.",
        response_model=operator_schema.KeyRemoved,
        response_description="Its name",
    )
    def remove(request: Request, name: str, served: Chosen) -> Json:
        caller = _unlimited(request, collections)
        keys.remove(name)
        log.info("%s removed the key %s", caller.who, name)
        return {"name": name}


def _check_sight(caller: Caller, groups: tuple[str, ...] = ()) -> None:
    """HTTPException (403) where a key for these groups would read more than the caller may."""
    if not caller.sight.covers(Sight(frozenset(groups))):
        raise HTTPException(403, f"{caller.who} may not read all of {', '.join(groups)} itself")


def add_judgements(routes: Routes) -> None:
    """What people and the evaluation say of the answers."""

    @routes.get(
        "/operator/feedback",
        summary="Read the feedback",
        response_model=operator_schema.Judgements,
        response_description="A page of it, newest first",
    )
    def said(
        served: Unhidden,
        verdict: Literal["up", "down"] | None = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 50,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> Json:
        found, damaged = feedback.stored(served.bot.collection.folder)
        up = sum(one.verdict == "up" for one in found)
        chosen = [one for one in reversed(found) if verdict in (None, one.verdict)]
        rows = [
            {**asdict(one), "cuttings": str(one.versions.get("cuttings", ""))}
            for one in chosen[offset : offset + limit]
        ]
        return {
            "up": up,
            "down": len(found) - up,
            "damaged": len(damaged),
            "entries": rows,
            "total": len(chosen),
            "command": "" if served.is_all else _command("gold from-feedback --out gold.jsonl", served),
        }

    @routes.get(
        "/operator/feedback.jsonl",
        summary="Download the feedback",
        description="The file as it is, a line of JSON each.",
        response_class=StreamingResponse,
        responses={200: {"content": {_JSONL: {"schema": {"type": "string"}}}, "description": "The file"}},
    )
    def download(served: Unhidden) -> StreamingResponse:
        file = served.bot.collection.folder / feedback.FILE
        name = f"feedback-{served.name}.jsonl"
        disposition = {"content-disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(_pieces(file), media_type=_JSONL, headers=disposition)

    @routes.get(
        "/operator/evaluation",
        summary="The figures of the newest evaluation",
        response_model=operator_schema.Evaluation,
        response_description="Shares of the questions, as counts",
    )
    def figures(served: Whole) -> Json:
        folder = served.bot.collection.folder
        found = evaluation.newest(folder)
        return {
            "report": evaluation.report_of(folder).is_file(),
            "figures": asdict(found) if found else None,
            "command": _command("eval GOLD.jsonl", served),
        }


_JSONL = "application/jsonl"


def _pieces(file: Path) -> Iterator[bytes]:
    """The file as far as it goes now; nothing where there is none."""
    try:
        with file.open("rb") as content:
            left = file.stat().st_size
            while left > 0 and (piece := content.read(min(left, _PIECE))):
                left -= len(piece)
                yield piece
    except FileNotFoundError:
        return


def _sits_here(caller: Caller) -> bool:
    """Whether only the server's own machine reaches it, and so does this caller."""
    return caller == OPERATOR


def _unlimited(request: Request, collections: Collections) -> Caller:
    """The caller. HTTPException (403) where it is for some of what there is only, and could make itself a key
    for all."""
    caller = caller_of(request.scope)
    if any(one.hides for one in collections.open_to(caller)):
        raise HTTPException(403, f"{caller.who} may not read every group, and the keys are of all")
    if caller.collections is not None:
        raise HTTPException(403, f"{caller.name} is for some collections only, and the keys are of all")
    return caller


def _note(caller: Caller, what: str, served: Served) -> None:
    log.info("%s %s, of %s", caller.who, what, served.name)


def _command(words: str, served: Served) -> str:
    return f"cuttings {words} --collection {shlex.quote(str(served.bot.collection.where))}"


def _source(one: Standing) -> Json:
    last = asdict(one.last) if one.last else None
    if last:
        last["reasons"] = [{"source": source, "reason": reason} for source, reason in last["reasons"]]
    return {
        "source": one.source,
        "articles": one.articles,
        "columns": dict(one.reading.columns) if one.reading else {},
        "ocr": bool(one.reading and one.reading.ocr),
        "last": last,
    }


def _state(schedule: Schedule) -> Json:
    now, last = schedule.now, schedule.last
    return {
        "now": now and {**asdict(now), "since": _moment(now.since)},
        "last": last and {**asdict(last), "time": _moment(last.at)},
        "next": schedule.next and _moment(schedule.next),
        "every": schedule.every,
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
