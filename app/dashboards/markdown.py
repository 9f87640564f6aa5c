"""Markdown as HTML that is safe to show: tags are shown as text, pictures and dangerous links stay text."""

from functools import lru_cache

from markdown_it import MarkdownIt


@lru_cache
def _reader() -> MarkdownIt:
    """CommonMark, tables and struck-out words. Its link check refuses javascript:, vbscript:, data:."""
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")


@lru_cache(maxsize=256)
def as_html(text: str) -> str:
    """Headings start at the third level: a page has one first, a section the second."""
    tokens = _reader().parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
    html: str = _reader().renderer.render(tokens, _reader().options, {})
    return html
