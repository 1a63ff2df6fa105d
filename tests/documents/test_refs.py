"""The reference under the code: what a tired person types wrongly is noticed, what they type loosely is read."""

import pytest

from workflow.documents.refs import ALPHABET, LENGTH, new_ref, normalise_ref, pretty_ref


def test_a_fresh_reference_reads_back_as_itself():
    for _ in range(500):
        ref = new_ref()
        assert len(ref) == LENGTH == 11
        assert normalise_ref(ref) == ref


def test_fresh_references_hold_digits_and_capitals_only_and_differ():
    refs = {new_ref() for _ in range(2000)}
    assert len(refs) == 2000
    assert set("".join(refs)) == set(ALPHABET)


def test_every_single_wrong_character_is_noticed():
    for _ in range(20):
        ref = new_ref()
        for place in range(LENGTH):
            for other in set(ALPHABET) - {ref[place]}:
                with pytest.raises(ValueError, match="check"):
                    normalise_ref(ref[:place] + other + ref[place + 1 :])


def test_every_swap_of_two_neighbours_is_noticed():
    swaps = 0
    for _ in range(200):
        ref = new_ref()
        for place in range(LENGTH - 1):
            if ref[place] != ref[place + 1]:
                swaps += 1
                with pytest.raises(ValueError, match="check"):
                    normalise_ref(ref[:place] + ref[place + 1] + ref[place] + ref[place + 2 :])
    assert swaps > 1500


@pytest.mark.parametrize(
    "typed",
    ["7K3M9QX2TD6", "7k3m 9qx2 td6", " 7K3M-9QX2-TD6 ", "７Ｋ３Ｍ　９ＱＸ２　ＴＤ６", "7K3M\u00a09QX2\tTD6"],
)
def test_spaces_hyphens_small_and_full_width_letters_are_read(typed):
    assert normalise_ref(typed) == "7K3M9QX2TD6"


def test_letters_that_look_like_digits_are_read_as_digits():
    assert normalise_ref("0101010101C") == "0101010101C"
    assert normalise_ref("OLoi0lOI01c") == "0101010101C"


@pytest.mark.parametrize("typed", ["", "7K3M9QX2TD", "7K3M9QX2TD66", "7K3M9QX2TDU", "7K3M9QX2TD*", "٧K3M9QX2TDS", "7" * 100_000])
def test_anything_else_is_refused(typed):
    with pytest.raises(ValueError, match=r"reference|check"):
        normalise_ref(typed)


def test_it_is_printed_in_groups():
    assert pretty_ref("7K3M9QX2TD6") == "7K3M 9QX2 TD6"
