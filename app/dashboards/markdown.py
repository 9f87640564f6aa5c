"""Markdown as HTML that is safe to show: tags are shown as text, pictures and dangerous links stay text.

`{{ name }}` becomes a value of the dashboard after the Markdown was read, so that no value is ever Markdown.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline

_PLACEHOLDER = re.compile(r"\{\{ *([A-Za-z_][A-Za-z0-9_]*(?:\.(?:start|end))?) *\}\}", re.ASCII)


def as_html(text: str, said: Mapping[str, str] | None = None) -> str:
    """With `said` for each `{{ name }}` outside of code; one that is unknown stays, and is marked.

    Headings start at the third level: a page has one first, a section the second.
    """
    reader = _reader()
    tokens = reader.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
        for child in token.children or ():
            if child.type == "placeholder":
                child.meta = {"said": (said or {}).get(child.content)}
    html: str = reader.renderer.render(tokens, reader.options, {})
    return html


@lru_cache
def _reader() -> MarkdownIt:
    """CommonMark, tables and struck-out words. Its link check refuses javascript:, vbscript:, data:."""
    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
    reader.inline.ruler.before("escape", "placeholder", _placeholder)
    reader.add_render_rule("placeholder", _value)
    return reader


def _placeholder(state: StateInline, silent: bool) -> bool:
    found = _PLACEHOLDER.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("placeholder", "", 0).content = found[1]
    state.pos = found.end()
    return True


def _value(self: RendererHTML, tokens: list, index: int, options: object, env: object) -> str:  # type: ignore[type-arg]
    name, said = tokens[index].content, tokens[index].meta["said"]
    if said is None:
        return f'<mark class="tile-unknown" title="This dashboard has no such value.">{{{{ {name} }}}}</mark>'
    return f'<span class="tile-value">{escapeHtml(said)}</span>'
