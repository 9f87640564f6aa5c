"""The writer takes values without waiting: nothing taken is lost, and what was dropped is counted."""

import os
import threading
import time

from app.telemetry.writer import Away, Writer


class Store:
    """Keeps what it is given, unless it is away."""

    def __init__(self) -> None:
        self.kept: list[object] = []
        self.dropped = 0
        self.is_away = False
        self.is_broken = False
        self.stored = threading.Event()

    def __call__(self, entries: list[tuple[object]], dropped: int) -> None:
        if self.is_away:
            raise Away("nobody is there")
        if self.is_broken:
            raise ValueError("this cannot be stored")
        self.kept += [each for (each,) in entries]
        self.dropped += dropped
        self.stored.set()


def test_there_is_no_thread_before_the_first_value():
    before = threading.active_count()
    writer = Writer(Store(), width=1, every_s=60)
    assert threading.active_count() == before
    writer.put((1,))
    assert threading.active_count() == before + 1
    writer.shutdown()


def test_a_full_batch_is_stored_in_the_background():
    store = Store()
    writer = Writer(store, width=1, batch=10, every_s=60)
    for number in range(25):
        writer.put((number,))
    assert store.stored.wait(10)
    assert writer.shutdown()
    assert store.kept == list(range(25))


def test_time_alone_stores_too():
    store = Store()
    writer = Writer(store, width=1, every_s=0.01)
    writer.put(("alone",))
    assert store.stored.wait(10)
    writer.shutdown()


def test_while_the_store_is_away_the_queue_fills_and_every_drop_is_counted():
    store = Store()
    store.is_away = True
    writer = Writer(store, width=1, bound=100, batch=30, every_s=60)
    taken = sum(writer.put((number,)) for number in range(250))
    assert not writer.flush(0.2)
    taken += sum(writer.put((number,)) for number in range(50))
    store.is_away = False
    assert writer.flush()
    assert (taken, len(store.kept), store.dropped) == (100, 100, 200)
    assert store.kept == list(range(100)), "in the order in which they came"
    writer.shutdown()


def test_drops_of_many_threads_are_counted_exactly():
    store = Store()
    store.is_away = True
    writer = Writer(store, width=1, bound=10, batch=100_000, every_s=60)

    def offer() -> None:
        for number in range(5_000):
            writer.put((number,))

    threads = [threading.Thread(target=offer) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    store.is_away = False
    assert writer.flush()
    assert len(store.kept) + store.dropped == 40_000
    writer.shutdown()


def test_what_cannot_be_stored_counts_as_dropped_and_stands_in_nobodys_way():
    store = Store()
    store.is_broken = True
    writer = Writer(store, width=1, every_s=60)
    writer.put(("bad",))
    writer.flush()
    store.is_broken = False
    writer.put(("good",))
    assert writer.flush()
    assert (store.kept, store.dropped) == (["good"], 1)
    writer.shutdown()


def test_a_fork_begins_anew_and_stores_its_own():
    store = Store()
    store.is_away = True
    writer = Writer(store, width=1, bound=2, every_s=60)
    for number in range(3):
        writer.put((number,))
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        store.is_away = False
        writer.put(("of the child",))
        well = writer.shutdown() and store.kept == ["of the child"] and store.dropped == 0
        os.write(write, b"1" if well else b"0")
        os._exit(0)
    os.waitpid(pid, 0)
    assert os.read(read, 1) == b"1"
    store.is_away = False
    assert writer.shutdown()
    assert (store.kept, store.dropped) == ([0, 1], 1)


def test_shutdown_gives_up_in_time():
    store = Store()
    store.is_away = True
    writer = Writer(store, width=1, every_s=60)
    writer.put(("late",))
    began = time.monotonic()
    assert not writer.shutdown(0.1)
    assert time.monotonic() - began < 5


def test_fields_of_one_entry_stay_together_whoever_offers_and_whatever_fails():
    kept: list[tuple[object, ...]] = []
    tries = iter([Away("not yet"), Away("not yet")])

    def store(entries: list[tuple[object, ...]], dropped: int) -> None:
        for error in tries:
            raise error
        kept.extend(entries)

    writer = Writer(store, width=3, batch=2, every_s=60)
    threads = [
        threading.Thread(target=lambda of=of: [writer.put((of, n, -n)) for n in range(2_000)])
        for of in range(4)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    while not writer.shutdown():
        pass
    assert sorted(kept) == [(of, n, -n) for of in range(4) for n in range(2_000)]
