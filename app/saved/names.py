"""Names and descriptions of saved things."""

from app.core.text import unstorable

LONGEST_NAME = 200
LONGEST_DESCRIPTION = 2_000


def name_problems(one: str, name: str, description: str) -> dict[str, str]:
    """Field -> sentence, of what is wrong with them; `one` is what the thing is called: `query`."""
    problems = {}
    if not name:
        problems["name"] = f"Give the {one} a name."
    elif problem := _text_problem(name, LONGEST_NAME):
        problems["name"] = problem
    if problem := _text_problem(description, LONGEST_DESCRIPTION):
        problems["description"] = problem
    return problems


def _text_problem(text: str, longest: int) -> str | None:
    if len(text) > longest:
        return f"This has {len(text):,} characters; at most {longest:,} are possible."
    return unstorable(text)
