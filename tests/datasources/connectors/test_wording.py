"""Where a statement ends, by Postgres' own lexical rules."""

import pytest

from app.datasources.connectors.wording import first_word, without_final_semicolon


@pytest.mark.parametrize(
    ("sql", "kept"),
    [
        ("select 1", "select 1"),
        (" select 1 ; ", " select 1"),
        ("select 1; -- done; here", "select 1"),
        ("select 1 /* ; */ ; /* a /* b */ ; */", "select 1"),
        ("select ';' ; ;", "select ';'"),
        ("select 'it''s; ' ;", "select 'it''s; '"),
        ("select E'\\'; ' ;", "select E'\\'; '"),
        ("select 'a\\' ;", "select 'a\\'"),
        ("select namee'x' ;", "select namee'x'"),
        ('select ";" ;', 'select ";"'),
        ("select $$;$$ ;", "select $$;$$"),
        ("select $a$;$b$;$a$ ;", "select $a$;$b$;$a$"),
        ("select a$b$;", "select a$b$"),
        ("select $1;", "select $1"),
        ("select 'ü東🦉';", "select 'ü東🦉'"),
        ("select 1; select 2;", "select 1; select 2"),
        ("select 1 /* open ;", "select 1 /* open ;"),
        ("select 'open ;", "select 'open ;"),
        ("select E'a'\n '\\';' ;", "select E'a'\n '\\';'"),
        ("", ""),
        (" ; -- ;", ""),
    ],
)
def test_what_is_kept_of_a_statement(sql: str, kept: str) -> None:
    assert without_final_semicolon(sql) == kept


@pytest.mark.parametrize(
    ("sql", "word"),
    [("SELECT 1", "select"), ("-- x\n /* y */ (Values (1))", "values"), ("1", ""), ("", ""), ("'a'", "")],
)
def test_the_first_word_of_a_statement(sql: str, word: str) -> None:
    assert first_word(sql) == word
