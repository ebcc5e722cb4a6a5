"""When files are finished: decided from what is seen and when, without a clock."""

from hedgehog_gitops.git import FileState, Sort
from hedgehog_gitops.identity import RepoPath
from hedgehog_gitops.workflows.settling import Settling, settled

A, B = RepoPath('raw/a.yaml'), RepoPath('raw/b.yaml')
GONE = FileState(Sort.ABSENT)


def size(number: int) -> FileState:
    return FileState(Sort.FILE, number, number, 1)


def test_a_file_is_ready_after_it_was_quiet() -> None:
    first = settled(Settling(), {A: size(1)}, 10.0, 2.0)
    assert first.ready == () and first.look_again == 2.0
    grown = settled(first.state, {A: size(2)}, 11.5, 2.0)
    assert grown.ready == () and grown.look_again == 2.0
    quiet = settled(grown.state, {A: size(2)}, 13.0, 2.0)
    assert quiet.ready == () and quiet.look_again == 0.5
    assert settled(quiet.state, {A: size(2)}, 13.5, 2.0).ready == (A,)


def test_a_removal_settles_too_so_that_a_rename_into_place_is_no_removal() -> None:
    state = settled(Settling(), {A: size(1)}, 0.0, 1.0).state
    state = settled(state, {A: GONE}, 1.0, 1.0).state
    back = settled(state, {A: size(3)}, 1.5, 1.0)
    assert back.ready == () and back.look_again == 1.0
    assert settled(back.state, {A: GONE}, 2.25, 1.0).ready == ()


def test_a_burst_goes_together_but_a_slow_file_is_not_waited_for_for_ever() -> None:
    state = settled(Settling(), {A: size(1)}, 0.0, 1.0).state
    both = settled(state, {A: size(1), B: size(1)}, 1.0, 1.0)
    assert both.ready == () and both.look_again == 1.0
    assert settled(both.state, {A: size(1), B: size(1)}, 2.0, 1.0).ready == (A, B)
    moment, state = 2.0, both.state
    while not (late := settled(state, {A: size(1), B: size(int(moment * 10))}, moment, 1.0)).ready:
        moment, state = moment + 0.5, late.state
    assert late.ready == (A,) and moment == 6.0


def test_what_is_no_longer_seen_is_forgotten() -> None:
    state = settled(Settling(), {A: size(1)}, 0.0, 1.0).state
    assert settled(state, {}, 5.0, 1.0) == settled(Settling(), {}, 5.0, 1.0)
    gone = settled(state, {}, 5.0, 1.0)
    assert gone.look_again is None
    assert settled(gone.state, {A: size(1)}, 6.0, 1.0).ready == ()
