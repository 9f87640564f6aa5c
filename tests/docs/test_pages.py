"""What the pages say is there: links and headings, settings, commands, addresses."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest
from flask import Flask

from app.cli import plumb
from app.core.settings import Settings
from app.local.options import OPTIONS
from tests.docs.pages import DOCS, PAGES, ROOT, anchors, code_of, in_nav, links, name_of, slug

# Of the tests and benches, not of the installation.
OF_TESTS = {"PLUMB_VALUES", "PLUMB_FUZZ"}
_SETTING = re.compile(r"\b(?:PLUMB_[A-Z_]+[A-Z]|SMTP_[A-Z]+)\b")
_COMMAND = re.compile(r"(?:^|[\s/(])plumb((?: [a-z][a-z-]*)+)")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    assert [link for link in links(page) if broken(link.target, link.anchor)] == []


def broken(target: Path, anchor: str) -> bool:
    return not target.exists() or bool(anchor and anchor not in anchors(target))


def test_every_page_is_in_the_navigation():
    index = ROOT / "docs" / "index.md"
    assert in_nav(index) == {page.stem for page in DOCS} - {"index"}


def test_every_setting_that_is_named_exists():
    known = {each.metadata["name"] for each in fields(Settings)} | {each.name for each in OPTIONS} | OF_TESTS
    named = {(name_of(page), name) for page in PAGES for name in _SETTING.findall(page.read_text())}
    assert {each for each in named if each[1] not in known} == set()


def test_every_command_that_is_named_exists():
    found = {(name_of(page), words.strip()) for page in PAGES for words in _COMMAND.findall(code_of(page))}
    assert len(found) > 20
    assert {each for each in found if not is_command(each[1].split())} == set()


def is_command(words: list[str]) -> bool:
    """Whether each word names a command of the one before; behind the last come its arguments."""
    command: click.Command | None = plumb
    for word in words:
        if not isinstance(command, click.Group):
            return True
        command = command.get_command(click.Context(command), word)
        if command is None:
            return False
    return not isinstance(command, click.Group) or command.invoke_without_command


def test_every_address_that_is_named_exists(installed):
    known = {shape(rule.rule) for rule in installed.url_map.iter_rules()}
    named = {(name_of(page), path) for page in DOCS for path in addresses(code_of(page))}
    assert len(named) > 80
    assert {each for each in named if not any(fits(shape(each[1]), rule) for rule in known)} == set()


def addresses(code: str) -> set[str]:
    """Of a line such as `GET /v1/queries/{id}?limit=50`, and of every path that begins with /v1."""
    asked = re.findall(r"(?:GET|POST) (?:https?://[^/\s]+)?(/[^\s`?,;]*)", code)
    return {path.rstrip(".") for path in [*asked, *re.findall(r"(?<!\w)/v1/[\w{}/\-.]+", code)]}


def shape(path: str) -> tuple[str, ...]:
    """Its parts, with `*` for what is filled in."""
    return tuple(
        "*" if re.search(r"[{<]|^[A-Z_]+$|^\d+$", part) else part for part in path.strip("/").split("/")
    )


def fits(asked: tuple[str, ...], rule: tuple[str, ...]) -> bool:
    return len(asked) == len(rule) and all("*" in (a, b) or a == b for a, b in zip(asked, rule, strict=True))


def test_what_is_not_there_would_be_found(installed: Flask):
    assert broken(ROOT / "docs" / "runs.md", "no-such-heading")
    assert broken(ROOT / "docs" / "nothing.md", "")
    assert not is_command(["user", "promote"])
    assert is_command(["evidence", "verify", "run"])
    assert slug("What holds for everybody?") == "what-holds-for-everybody"
    known = {shape(rule.rule) for rule in installed.url_map.iter_rules()}
    assert not any(fits(shape("/v1/nothing/{id}"), rule) for rule in known)
