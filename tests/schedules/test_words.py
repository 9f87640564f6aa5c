"""Cron expressions in words: all that they say, or none."""

import pytest

from app.schedules.cron_words import cron_in_words


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 6 * * *", "Every day at 06:00"),
        ("0 6 * * 1-5", "Every weekday at 06:00"),
        ("30 6,18 * * MON-FRI", "Every weekday at 06:30 and 18:30"),
        ("0 6 * * 0,6", "Every Saturday and Sunday at 06:00"),
        ("0 6 * * 7", "Every Sunday at 06:00"),
        ("0 6 1,15 * *", "The 1st and 15th of every month at 06:00"),
        ("*/15 * * * *", "Every 15 minutes"),
        ("5 */6 * * *", "Every 6 hours from 00:05"),
        ("10 * * * 1", "Every Monday, every hour at minute 10"),
        ("*/30 9-17 * * 1-5", "Every weekday, every 30 minutes from 09:00 to 17:30"),
    ],
)
def test_common_crons_are_said_as_a_person_would(cron, words):
    assert cron_in_words(cron) == words


@pytest.mark.parametrize(
    ("cron", "why"),
    [
        ("0 6 1 * 1", "either the day or the weekday"),
        ("0 6 31 * *", "not in every month"),
        ("*/7 * * * *", "a shorter step at the hour"),
        ("0 6 * 1 *", "some months"),
        ("0 0 * * 5#2", "the second Friday"),
        ("0 22-6 * * *", "over midnight"),
        ("0 6 L * *", "the last day"),
        ("1,2 * * * *", "two times an hour"),
        ("0 1,2,3,4,5 * * *", "a long list"),
    ],
)
def test_what_plain_words_would_get_wrong_is_left_as_it_was_written(cron, why):
    assert cron_in_words(cron) is None, why
