"""The staff's pages: what the library holds, a file looked at before it is published, and the way back.

Plain forms, like the document pages: they work by keyboard, with a screen reader and without script.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from html import escape
from typing import Any
from urllib.parse import quote as url_quote

import anyio.to_thread
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from assistant.assistant import Assistant
from assistant.staff import Door, Shelf, Waiting
from assistant.staff.door import COOKIE
from assistant.ui.documents import page
from assistant.ui.outline import outline_html
from corpus.add import Given
from corpus.types import CorpusError, Document
from index.types import IndexProblem

_KINDS = {"": "按标题判断", "plan": "规划", "law": "法律", "regulation": "条例、办法", "notice": "通知"}
_MOST_SHOWN = 60  # changed clauses shown in full


def add_staff(app: FastAPI, assistant: Assistant, door: Door, shelf: Shelf) -> None:
    """Add the staff's addresses to a site."""

    def admitted(request: Request) -> bool:
        host = request.client.host if request.client else ""
        return door.admits(host, request.headers, request.cookies.get(COOKIE))

    async def form_of(request: Request) -> Mapping[str, Any] | Response:
        """The form of a request that may change something; else what is answered instead."""
        if not door.is_own(request.headers):
            return _said("这个表单不是从本网站的页面发来的，没有处理。请回到页面重新操作。", 403)
        if not admitted(request):
            return _closed(door)
        return await request.form()

    async def done(work: Callable[[], Any], to: Callable[[Any], str]) -> Response:
        try:
            return RedirectResponse(to(await anyio.to_thread.run_sync(work)), status_code=303)
        except (CorpusError, IndexProblem) as error:
            return _said(str(error), 422)

    @app.get("/staff", response_class=HTMLResponse)
    def desk(request: Request, done: str = "") -> Response:
        if not admitted(request):
            return _closed(door)
        return HTMLResponse(page("工作人员", _desk(assistant, shelf, done[:200], door.has_password)))

    @app.post("/staff/login")
    async def login(request: Request) -> Response:
        form = await request.form() if door.is_own(request.headers) else {}
        host = request.client.host if request.client else ""
        if door.locked(host):
            return _said("密码错了太多次，请十五分钟以后再试。", 429)
        password = str(form.get("password", ""))[:200]
        token = await anyio.to_thread.run_sync(lambda: door.open(host, password))
        if token is None:
            return _closed(door, "密码不对，请再试一次。")
        response = RedirectResponse("/staff", status_code=303)
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/staff")
        return response

    @app.post("/staff/logout")
    async def logout(request: Request) -> Response:
        if door.is_own(request.headers):
            door.close(request.cookies.get(COOKIE))
        return RedirectResponse("/", status_code=303)

    @app.post("/staff/upload")
    async def upload(request: Request) -> Response:
        form = await form_of(request)
        if isinstance(form, Response):
            return form
        file = form.get("file")
        if file is None or isinstance(file, str) or not file.filename:
            return _said("没有选文件。请先选一份文件，再按“读取”。", 422)
        data = await file.read()
        try:
            given = _given(form)
        except ValidationError:
            return _said("编号只能用小写字母、数字和短横线；日期写成 2026-01-01 这样。请退回去改。", 422)
        replaces = str(form.get("replaces", "")).strip()
        return await done(
            lambda: shelf.read(data, file.filename, given, replaces), lambda w: f"/staff/waiting/{w.token}"
        )

    @app.get("/staff/waiting/{token}", response_class=HTMLResponse)
    def waiting(request: Request, token: str) -> Response:
        if not admitted(request):
            return _closed(door)
        try:
            return HTMLResponse(page("发布之前看一遍", _preview(shelf.waiting(token))))
        except CorpusError as error:
            return _said(str(error), 404)

    @app.post("/staff/publish/{token}")
    async def publish(request: Request, token: str) -> Response:
        form = await form_of(request)
        if isinstance(form, Response):
            return form
        return await done(lambda: shelf.publish(token), lambda d: _back(f"已发布《{d.title}》，现在就可以提问。"))

    @app.post("/staff/remove/{document_id}")
    async def remove(request: Request, document_id: str) -> Response:
        form = await form_of(request)
        if isinstance(form, Response):
            return form
        return await done(lambda: shelf.remove(document_id), lambda _: _back(f"已移除 {document_id}，可以撤销。"))

    @app.post("/staff/undo/{document_id}")
    async def undo(request: Request, document_id: str) -> Response:
        form = await form_of(request)
        if isinstance(form, Response):
            return form
        return await done(lambda: shelf.undo(document_id), lambda d: _back(f"《{d.title}》已恢复到上一次的内容。"))


def _back(text: str) -> str:
    return f"/staff?done={url_quote(text)}"


def _said(text: str, status: int) -> HTMLResponse:
    body = f'<h1 tabindex="-1" autofocus>没有完成</h1><p>{escape(text)}</p><p><a href="/staff">回到工作人员页</a></p>'
    return HTMLResponse(page("没有完成", body), status_code=status)


def _closed(door: Door, told: str = "") -> HTMLResponse:
    if not door.has_password:
        text = (
            "工作人员页没有设密码，只能在运行程序的这台机器上用 http://127.0.0.1 打开。"
            "要在别的机器上用，请管理员运行 tiaoju staff password，按提示设置。"
        )
        return _said(text, 403)
    error = f'<p role="alert">{escape(told)}</p>' if told else ""
    body = (
        f'<h1>工作人员登录</h1>{error}<form method="post" action="/staff/login">'
        '<p><label for="password">密码</label></p>'
        '<p><input id="password" name="password" type="password" autocomplete="current-password" required></p>'
        '<button type="submit">登录</button></form>'
    )
    return HTMLResponse(page("工作人员登录", body), status_code=401)


def _given(form: Mapping[str, Any]) -> Given:
    names = ("id", "title", "kind", "number", "issuer", "region")
    said = {name: str(form.get(name, "")).strip() or None for name in names}
    days = {name: _day(str(form.get(name, ""))) for name in ("issued_on", "effective_on", "ends_on")}
    return Given.model_validate(said | days)


def _day(text: str) -> dt.date | str | None:
    return text.strip() or None


def _desk(assistant: Assistant, shelf: Shelf, done: str, has_password: bool) -> str:
    own, undoable = shelf.own, shelf.undoable
    items = "".join(_item(d, d.id in own, d.id in undoable) for d in assistant.library.documents)
    kinds = "".join(f'<option value="{key}">{name}</option>' for key, name in _KINDS.items())
    told = f'<p role="status" tabindex="-1" autofocus class="told">{escape(done)}</p>' if done else ""
    gone = "".join(
        f"<li>{escape(i)} {_button(f'/staff/undo/{i}', '撤销移除', f'撤销移除{i}')}</li>" for i in shelf.removed
    )
    removed = f"<h2>移除了的，可以撤销</h2><ul>{gone}</ul>" if gone else ""
    leave = '<form method="post" action="/staff/logout"><button type="submit">退出登录</button></form>'
    return (
        f"<h1>工作人员：管理文件</h1>{told}"
        '<h2>加一份文件</h2><form method="post" action="/staff/upload" enctype="multipart/form-data">'
        '<p><label for="file">文件（文本、网页、Word、PDF，最大 50 MB）</label></p>'
        '<p><input id="file" name="file" type="file" required></p>'
        "<details><summary>文件里没有写清楚的，可以在这里填（不填按文件读）</summary>"
        f"{_field('id', '编号，如 xmz-2026-3；更新已有的文件就填它的编号')}{_field('title', '标题')}"
        f'<p><label for="kind">文种</label> <select id="kind" name="kind">{kinds}</select></p>'
        f"{_field('number', '发文字号，如 温政发〔2021〕13号')}{_field('issuer', '发文机关')}"
        f"{_field('region', '地区，如 浙江省温州市')}{_field('issued_on', '成文或公布日期，如 2025-12-01')}"
        f"{_field('effective_on', '施行日期，如 2026-01-01')}{_field('ends_on', '失效日期（最后有效的一天）')}"
        f"{_field('replaces', '代替哪一份（填旧文件的编号）')}</details>"
        '<p><button type="submit">读取，先看一遍</button></p></form>'
        f"<h2>收录的文件</h2><ul>{items}</ul>{removed}{leave if has_password else ''}"
    )


def _field(name: str, label: str) -> str:
    return (
        f'<p><label for="{name}">{label}</label></p>'
        f'<p><input id="{name}" name="{name}" type="text" maxlength="120" autocomplete="off"></p>'
    )


def _item(document: Document, own: bool, undoable: bool) -> str:
    name = f'<a href="/document/{url_quote(document.id)}">《{escape(document.title)}》</a> 编号 {escape(document.id)}'
    key, title = url_quote(document.id), escape(document.title)
    forms = _button(f"/staff/remove/{key}", "移除", f"移除《{title}》")
    if undoable:
        forms += _button(f"/staff/undo/{key}", "撤销上一次改动", f"撤销对《{title}》的上一次改动")
    state = {"repealed": "，已经废止", "superseded": f"，已被 {escape(document.superseded_by or '')} 代替"}
    told = f"，{len(document.clauses)}条{state.get(document.status, '')}"
    return f"<li>{name}{told}{forms if own else '（自带）'}</li>"


def _button(action: str, text: str, name: str) -> str:
    return f'<form method="post" action="{action}"><button type="submit" aria-label="{name}">{text}</button></form>'


def _preview(waiting: Waiting) -> str:
    document, warnings = waiting.added.document, waiting.added.warnings
    facts = (
        ("编号", document.id),
        ("文种", _KINDS[document.kind.value]),
        ("发文字号", document.number),
        ("发文机关", document.issuer),
        ("地区", document.region),
        ("公布", document.issued_on),
        ("施行", document.effective_on),
        ("有效到", document.ends_on),
        ("代替", waiting.replaces and f"《{waiting.replaces.title}》（编号 {waiting.replaces.id}）"),
        ("条款", f"{len(document.clauses)}条"),
    )
    missing = {"代替": "没有填"}
    told = "".join(
        f"<dt>{name}</dt><dd>{escape(str(value or missing.get(name, '没有读到')))}</dd>" for name, value in facts
    )
    ends = tuple(
        f"文件写明《{d.title}》废止或失效。库里有它：发布之前退回去，在“代替哪一份”里填 {d.id}，回答就会说它已被代替。"
        for d in waiting.ends
    )
    look = "".join(f"<li>{escape(warning)}</li>" for warning in (*warnings, *ends))
    whole = "".join(
        f'<section id="{escape(c.id)}"><h3>{escape(c.label)}</h3><p>{escape(c.text)}</p></section>'
        for c in document.clauses
    )
    return (
        f"<h1>发布之前看一遍：《{escape(document.title)}》</h1>"
        f"<h2>请看</h2>{f'<ul>{look}</ul>' if look else '<p>没有发现问题。</p>'}<dl>{told}</dl>{_changes(waiting)}"
        f'<form method="post" action="/staff/publish/{waiting.token}"><button type="submit">发布</button></form>'
        '<p><a href="/staff">不发布，回到工作人员页</a></p>'
        f'<nav aria-labelledby="tree"><h2 id="tree">读出的目录</h2>{outline_html(document)}</nav>'
        f"<h2>读出的全文</h2>{whole}"
    )


def _changes(waiting: Waiting) -> str:
    if waiting.old is None:
        return ""
    items = []
    for change in waiting.changes[:_MOST_SHOWN]:
        label = " → ".join(dict.fromkeys(c.label for c in (change.old, change.new) if c is not None))
        words = "".join(
            escape(a) if a == b else f"<del>{escape(a)}</del>" * bool(a) + f"<ins>{escape(b)}</ins>" * bool(b)
            for a, b in change.parts
        )
        name = {"added": "增加", "removed": "删去", "changed": "修改", "moved": "换了编号"}[change.change]
        items.append(f"<li>{name}：{escape(label)}{f'<p>{words}</p>' if words else ''}</li>")
    link = f'<a href="/document/{url_quote(waiting.old.id)}">现在的内容</a>'
    return f"<h2>与现在的内容比较：{len(waiting.changes)}处不同</h2><p>{link}</p><ul>{''.join(items)}</ul>"
