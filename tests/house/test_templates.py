"""Templates: a title each, includes that point down, and nothing that the Content-Security-Policy forbids."""

import re
from pathlib import Path

import jinja2
import pytest
from jinja2 import meta

from tests.house.places import TEMPLATES, floors

FILES = sorted(str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("*.html"))
PAGES = [name for name in FILES if "/" in name and "/_" not in name and not name.startswith("components/")]
SHELL = {"layout.html", "bare.html", "components", "errors", "keys"}  # templates of no feature

FORBIDDEN = {
    "an inline script": r"<script(?![^>]*(\bsrc=|type=\"application/json\"))",
    "a style element": r"<style\b",
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "an event attribute": r"<[^>]*\son[a-z]+\s*=",
    "hx-on": r"\bhx-on\b",
    "an htmx filter, which needs eval": r"hx-trigger=\"[^\"]*\w\[",
    "a js: value, which needs eval": r"hx-(vals|headers|vars)=['\"]js(cript)?:",
    "a javascript: address": r"javascript:",
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_a_title(name):
    assert has_title((TEMPLATES / name).read_text())


@pytest.mark.parametrize("name", FILES)
def test_what_a_template_uses_lies_below_it(name):
    used = meta.find_referenced_templates(jinja2.Environment().parse((TEMPLATES / name).read_text()))
    assert [each for each in used if each is None or not below(name, each)] == []


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_inline(name):
    assert inline((TEMPLATES / name).read_text()) == []


def test_the_shell_takes_no_name_from_a_page():
    """What a layout sets is seen by its blocks, whatever the route gave them by that name."""
    for name in ("layout.html", "bare.html"):
        names = re.findall(r"{%-?\s*set (\w+)", (TEMPLATES / name).read_text())
        assert [each for each in names if not each.startswith("rail_")] == [], name


def test_every_folder_is_a_feature():
    folders = {place.name for place in TEMPLATES.iterdir() if place.is_dir()}
    assert folders <= SHELL | set(floors())


def has_title(source: str) -> bool:
    return bool(re.search(r"{%-?\s*block title\s*-?%}(?!\s*{%-?\s*endblock)", source))


def below(name: str, used: str) -> bool:
    own, other = Path(name).parts[0], Path(used).parts[0]
    if other in SHELL or own == other:
        return other not in {"layout.html", "bare.html"} or own not in {"components", "keys"}
    return own not in SHELL and floors()[other] < floors()[own]


def inline(source: str) -> list[str]:
    """What the page's policy would refuse."""
    source = re.sub(r"{#.*?#}", "", source, flags=re.DOTALL)
    return [what for what, pattern in FORBIDDEN.items() if re.search(pattern, source, re.IGNORECASE)]


@pytest.mark.parametrize(
    "source",
    [
        "<script>go()</script>",
        '<script type="module">go()</script>',
        "<style>a {}</style>",
        '<p class="a" style="color: red">',
        "<p\n onclick='go()'>",
        '<p hx-on:click="go()">',
        '<p hx-trigger="click[ctrlKey]">',
        """<p hx-vals='js:{a: 1}'>""",
        '<a href="javascript:go()">',
    ],
)
def test_what_is_inline_would_be_found(source):
    assert inline(source)


@pytest.mark.parametrize(
    "source",
    [
        '<script src="/a.js"></script>',
        '<script type="application/json">{}</script>',
        '<p data-on="x" hx-get="/a" hx-trigger="load delay:1s">',
        "{# style=... onclick= #}",
    ],
)
def test_what_is_not_inline_is_left_alone(source):
    assert inline(source) == []


def test_an_upward_include_would_be_found():
    assert not below("datasources/show.html", "runs/_run.html")
    assert not below("components/field.html", "runs/_run.html")
    assert not below("components/field.html", "layout.html")
    assert below("runs/show.html", "queries/_sql.html")
    assert below("runs/show.html", "layout.html")


def test_a_missing_title_would_be_found():
    assert not has_title("{% extends 'layout.html' %}{% block main %}{% endblock %}")
    assert not has_title("{% block title %}{% endblock %}{% block main %}x{% endblock %}")
    assert has_title("{% block title %}Runs{% endblock %}")
