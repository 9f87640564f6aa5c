"""What a view of `/v1` says of itself: the body it reads, its arguments, the states it answers with.

It is read from the view's own code, so that nothing is said twice and nothing can be forgotten.
"""

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import FunctionType
from typing import Any

from pydantic import BaseModel

INTEGER, TEXT = {"type": "integer"}, {"type": "string"}


@dataclass(slots=True)
class Said:
    """`body` is a pydantic model, `arguments` maps names of the address to JSON schemas.

    Of the `states` with which it answers, those in `empty` have no body.
    """

    summary: str = ""
    body: type[BaseModel] | None = None
    arguments: dict[str, dict[str, Any]] = field(default_factory=dict)
    states: set[int] = field(default_factory=set)
    empty: set[int] = field(default_factory=set)


def read_view(view: Callable[..., Any]) -> Said:
    """Of the view and of the functions of its own module that it calls."""
    first = inspect.unwrap(view)
    assert isinstance(first, FunctionType)
    said = Said((inspect.getdoc(first) or "").split("\n\n")[0].replace("\n", " "))
    seen: set[FunctionType] = set()
    waiting = [first]
    while waiting:
        function = waiting.pop()
        if function in seen:
            continue
        seen.add(function)
        scope = inspect.getclosurevars(function)
        names = {**scope.globals, **scope.nonlocals}
        for node in _nodes(function):
            _read(node, names, said)
            called = names.get(node.func.id) if isinstance(node.func, ast.Name) else None
            if isinstance(called, FunctionType) and called.__module__ == first.__module__:
                waiting.append(inspect.unwrap(called))
        if function is first:
            said.states = set(_states(function)) or {200}
    return said


def _read(call: ast.Call, names: dict[str, Any], said: Said) -> None:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name == "Response" and not call.args:
        given = (each.value for each in call.keywords if each.arg == "status")
        said.empty |= {
            each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, int)
        }
    elif name == "read_json" and call.args and isinstance(call.args[0], ast.Name):
        said.body = names[call.args[0].id]
    elif call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str):
        if name in ("integer", "_number", "_whole"):
            said.arguments[call.args[0].value] = INTEGER
        elif ast.unparse(call.func) in ("request.args.get", "args.get"):
            said.arguments.setdefault(call.args[0].value, TEXT)
        elif ast.unparse(call.func) in ("request.args.getlist", "args.getlist"):
            said.arguments[call.args[0].value] = {"type": "array", "items": TEXT}


def _nodes(function: FunctionType) -> Iterator[ast.Call]:
    return (node for node in ast.walk(_tree(function)) if isinstance(node, ast.Call))


def _states(function: FunctionType) -> Iterator[int]:
    for node in ast.walk(_tree(function)):
        if isinstance(node, ast.Constant) and type(node.value) is int and 200 <= node.value < 300:
            yield node.value


def _tree(function: FunctionType) -> ast.AST:
    return _functions(function.__code__.co_filename)[function.__code__.co_firstlineno]


@lru_cache(maxsize=1)
def _functions(file: str) -> dict[int, ast.AST]:
    """Of a module, by their first line; views come module by module."""
    found: dict[int, ast.AST] = {}
    for node in ast.walk(ast.parse(Path(file).read_text())):
        if isinstance(node, ast.FunctionDef):
            found[min([node.lineno, *(each.lineno for each in node.decorator_list)])] = node
    return found
