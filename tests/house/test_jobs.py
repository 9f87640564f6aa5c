"""Jobs: a name that is enqueued is a function in jobs/, and such a function is one line."""

import ast
import re
from importlib import import_module

from tests.house.places import APP, JOBS, python_files

NAME = re.compile(r"jobs(\.\w+){2,}")


def test_every_job_name_resolves():
    names = all_names()
    assert names, "no job is enqueued by its name"
    assert [name for name in sorted(names) if not resolves(name)] == []


def test_every_job_is_one_line():
    modules = {name.split(".")[1] for name in all_names()}
    assert [long for module in modules for long in long_jobs((JOBS / f"{module}.py").read_text())] == []


def all_names() -> set[str]:
    return {name for file in python_files(APP, JOBS) for name in job_names(file.read_text())}


def job_names(source: str) -> set[str]:
    """The job names among the strings of Python source."""
    texts = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return {text for text in texts if isinstance(text, str) and NAME.fullmatch(text)}


def resolves(name: str) -> bool:
    module, _, function = name.rpartition(".")
    try:
        return callable(getattr(import_module(module), function, None))
    except ModuleNotFoundError:
        return False


def long_jobs(source: str) -> list[str]:
    """Functions that do more than call one other, a docstring aside."""
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return [each.name for each in functions if not _is_one_call(each)]


def _is_one_call(function: ast.FunctionDef) -> bool:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (
        len(body) == 1 and isinstance(body[0], ast.Expr | ast.Return) and isinstance(body[0].value, ast.Call)
    )


def test_a_dangling_name_would_be_found():
    found = job_names('enqueue("jobs.runs.no_such_job", 1)\n"""About jobs.runs.x."""')
    assert found == {"jobs.runs.no_such_job"}
    assert not resolves("jobs.runs.no_such_job")
    assert not resolves("jobs.nowhere.run")
    assert resolves("jobs.runs.execute_run")


def test_a_long_job_would_be_found():
    assert long_jobs("def a(id):\n    '''Why.'''\n    run(id)\ndef b(id):\n    x = 1\n    run(x)\n") == ["b"]
