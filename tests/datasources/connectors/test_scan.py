import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.datasources.connectors.scan import TokenKind, scan

LETTERS = {
    TokenKind.CODE: ".",
    TokenKind.STRING: "s",
    TokenKind.IDENTIFIER: "i",
    TokenKind.COMMENT: "c",
    TokenKind.NUMBERED: "n",
}


def shape(sql: str) -> str:
    """One letter a character: . code, s string, i identifier, c comment, n numbered."""
    return "".join(LETTERS[token.kind] * (token.end - token.start) for token in scan(sql))


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("a'b'c", ".sss."),
        ("'a''b'c", "ssssss."),
        (r"'a\'b", r"ssss."),
        (r"E'a\'b'c", "sssssss."),
        (r"e'\\'c", "sssss."),
        (r"nameE'\'c", "....." + "sss" + "."),
        (r"B'1'c", ".sss."),
        (r"N'\'c", ".sss."),
        (r"U&'\0061'c", "..sssssss."),
        ('U&"a"c', "..iii."),
        ('"a""b"c', "iiiiii."),
        ("\"a'b\"c'd'", "iiiii.sss"),
        ("$$a'b$$c", "sssssss."),
        ("$t$a$$b$t$c", "ssssssssss."),
        ("$1", "nn"),
        ("$1$$a$$", "nnsssss"),
        ("a$$b$$", "......"),
        ("a$t$'b'", "....sss"),
        ("1$$a$$", ".sssss"),
        ("$1a$b", "nn..."),
        ("$t a$t$b", "........"),
        ("a--b\nc", ".ccc.."),
        ("a-b", "..."),
        ("a->>'b'", "....sss"),
        ("+--'b", ".cccc"),
        ("a/*b*/c", ".ccccc."),
        ("/*a/*b*/c*/d", "ccccccccccc."),
        ("/*a/*b*/c", "ccccccccc"),
        ("/**/a", "cccc."),
        ("/*/a*/b", "cccccc."),
        ("/*'*/a'b'", "ccccc.sss"),
        ("--'\ra'b'", "ccc..sss"),
        ("'--'a", "ssss."),
        ("'/*'a", "ssss."),
        ("'a", "ss"),
        ('"a', "ii"),
        ("$$a", "sss"),
        ("E'a\\", "ssss"),
        ("é$a$'b'", "....sss"),
        ("E'a'\n'\\'b'c", "ssssssssss."),
        ("E'a' --x\n\t'\\'b'c", "s" * 15 + "."),
        ("E'a' '\\'b", "ssss.sss."),
        ("'a'\n'\\'b", "sss.sss."),
        ("1E'\\'a'b", ".ssssss."),
        ("", ""),
    ],
)
def test_kinds_of_tricky_statements(sql: str, expected: str) -> None:
    assert shape(sql) == expected


@given(st.text(alphabet="'\"$-/*\\eE a1\n{}té", max_size=60))
def test_tokens_cover_any_text_without_gaps(sql: str) -> None:
    at = 0
    for token in scan(sql):
        assert token.start == at < token.end
        at = token.end
    assert at == len(sql)


@given(st.text(max_size=40))
def test_quoted_text_is_one_string(text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    assert [token.kind for token in scan(quoted)] == [TokenKind.STRING]


@pytest.mark.parametrize(
    "piece",
    [
        "'",
        '"',
        "$a",
        "$",
        "/*",
        "*/",
        "E'\\'",
        "E''\n",
        "''\"\"",
        "E'' -- x",
        "-- -",
        "{{ ",
        "$a$b",
        "E''--",
        "a",
    ],
)
def test_a_hostile_megabyte_takes_linear_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    started = time.process_time()
    scan(text)
    assert time.process_time() - started < 5
