"""A virtual screen reader: what Chromium's accessibility tree gives to one, line by line, in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_ROLES = {
    "heading": "标题{level}级",
    "link": "链接",
    "button": "按钮",
    "blockquote": "引文",
    "list": "列表，共{items}项",
    "listitem": "列表项",
    "article": "文章",
    "group": "分组",
    "term": "词条",
    "definition": "释义",
    "DescriptionList": "词条列表",
    "mark": "标记",
}
_ENDS = ("blockquote", "article")  # left with a word, as screen readers do


def transcript(page: Any, selector: str) -> list[str]:
    """Everything that is spoken when one reads through the element, in order.

    Args:
        page: a playwright page in Chromium.
        selector: CSS selector of the element, which must have an accessible role or text.
    """
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("Accessibility.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    wanted = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    backend = session.send("DOM.describeNode", {"nodeId": wanted})["node"]["backendNodeId"]
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}
    start = next(node for node in nodes.values() if node.get("backendDOMNodeId") == backend)
    session.detach()
    return list(_spoken(start, nodes))


def _spoken(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> Iterator[str]:
    children = [nodes[key] for key in node.get("childIds", ()) if key in nodes]
    role, name = node.get("role", {}).get("value", ""), node.get("name", {}).get("value", "").strip()
    if node.get("ignored") or role not in _ROLES:
        if role == "StaticText" and name:
            yield name
        elif role != "InlineTextBox":
            for child in children:
                yield from _spoken(child, nodes)
        return
    values = {p["name"]: p["value"].get("value") for p in node.get("properties", ())}
    items = sum(child.get("role", {}).get("value") == "listitem" for child in children)
    said = _ROLES[role].format(level=values.get("level", ""), items=items)
    described = node.get("description", {}).get("value", "")
    pressed = {"true": "已按下", "false": "未按下"}.get(str(values.get("pressed", "")), "")
    leaf = role in ("heading", "link", "button")
    yield "，".join(part for part in (said, name, pressed, described) if part)
    if not leaf:
        for child in children:
            yield from _spoken(child, nodes)
    if role in _ENDS:
        yield f"{said}结束"
