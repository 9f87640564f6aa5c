"""What a run waits for, as a person reads it."""

from app.runs.slots.place import Place

ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]


def waiting_for(place: Place, *, yours: bool) -> str:
    """Such as "2 of 2 slots used, you are third"."""
    who = "you are" if yours else "this run is"
    rank = f"{who} {ordinal(place.place)}" if place.place else f"{who} far behind"
    slots = "slot" if place.slots == 1 else "slots"
    match place.held_up_by:
        case "datasource":
            return f"{place.used} of {place.slots} {slots} used, {rank}"
        case "workers":
            return f"the workers run {place.used} of {place.slots}, {rank}"
        case "no_worker":
            return f"no worker is running, {rank}"
    return f"the queue does not answer; what waits runs when it is back, {rank}"


def ordinal(number: int) -> str:
    """first to tenth, then 11th."""
    if number <= len(ORDINALS):
        return ORDINALS[number - 1]
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return f"{number:,}{ending}"
