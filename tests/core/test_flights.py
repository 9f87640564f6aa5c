"""Many who ask the same at one moment."""

import threading

from app.core.flights import Flights

PATIENCE_S = 30


class Key:
    """Equal to all others, and tells each time when it is found to be."""

    def __init__(self, found: threading.Semaphore) -> None:
        self.found = found

    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        self.found.release()
        return True


class Answers:
    """Numbers its answers from `first`, and makes each only when it is let; the third fails."""

    def __init__(self, first: int = 1) -> None:
        self.flights: Flights[Key, int] = Flights()
        self.next = first
        self.begun = threading.Semaphore(0)
        self.let = threading.Semaphore(0)
        self.found = threading.Semaphore(0)
        self.got: list[object] = []

    def make(self) -> int:
        number, self.next = self.next, self.next + 1
        self.begun.release()
        assert self.let.acquire(timeout=PATIENCE_S)
        if number == 3:
            raise ValueError("the third fails")
        return number

    def ask(self) -> threading.Thread:
        thread = threading.Thread(target=self._ask)
        thread.start()
        return thread

    def _ask(self) -> None:
        try:
            self.got.append(self.flights.share(Key(self.found), self.make))
        except ValueError as error:
            self.got.append(str(error))


def ask_many_during_one(answers: Answers) -> list[threading.Thread]:
    threads = [answers.ask()]
    assert answers.begun.acquire(timeout=PATIENCE_S)
    for looks in (1, 2, 2, 2, 2):  # for the one under way, and from the second on for the next
        threads.append(answers.ask())
        for _ in range(looks):
            assert answers.found.acquire(timeout=PATIENCE_S)
    return threads


def test_who_comes_during_one_answer_shares_the_next_and_not_this() -> None:
    answers = Answers()
    threads = ask_many_during_one(answers)
    answers.let.release(2)
    for thread in threads:
        thread.join(PATIENCE_S)
    assert sorted(map(str, answers.got)) == ["1", "2", "2", "2", "2", "2"]


def test_what_one_raises_all_who_share_it_are_told_and_the_next_who_asks_gets_an_answer() -> None:
    answers = Answers(first=2)
    threads = ask_many_during_one(answers)
    answers.let.release(3)
    for thread in threads:
        thread.join(PATIENCE_S)
    assert sorted(map(str, answers.got)) == ["2", *["the third fails"] * 5]
    answers.ask().join(PATIENCE_S)
    assert answers.got[-1] == 4


def test_other_questions_do_not_wait() -> None:
    flights: Flights[str, int] = Flights()
    assert flights.share("one", lambda: flights.share("another", lambda: 7)) == 7
