"""Ids that sort by the time they were made."""

from tatausaha.core.ids import uuid7


def test_ids_made_one_after_another_sort_that_way_and_are_version_seven() -> None:
    made = [uuid7() for _ in range(5_000)]

    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
