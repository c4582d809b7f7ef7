"""Clusters are people who are all like one another, not chains of strangers."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from listkit.frame.duplicates.clustering import CROWDS, Links, cluster
from listkit.frame.duplicates.deciding import Parts

LEAST = 2.0


def clusters(size: int, links: dict[tuple[int, int], float], parts: Parts | None = None) -> list[list[int]]:
    """Cluster records of which all other pairs are surely strangers."""

    def weigh(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        return np.array(
            [links.get((one, other), -9.0) for one, other in zip(left.tolist(), right.tolist(), strict=True)]
        )

    left, right = np.array(sorted(links), np.int64).reshape(-1, 2).T
    given_links = Links(left, right, np.array([links[pair] for pair in sorted(links)]))
    labels, inside = cluster(given_links, size, LEAST, weigh, parts or Parts())
    assert (labels[inside.left] == labels[inside.right]).all()
    return sorted(
        np.flatnonzero(labels == label).tolist() for label in np.unique(labels) if (labels == label).sum() > 1
    )


def test_a_bridge_does_not_make_strangers_one() -> None:
    """A record that resembles two people who are nothing to one another joins the one it resembles more."""
    assert clusters(3, {(0, 1): 6.0, (1, 2): 5.0, (0, 2): -9.0}) == [[0, 1]]
    two = {(0, 1): 8.0, (3, 4): 8.0, (1, 2): 4.0, (2, 3): 4.5}
    assert clusters(5, two) == [[0, 1], [3, 4]]


def test_one_weak_link_does_not_part_a_person() -> None:
    """Two records that are only just too unlike are one person where a third is very like both."""
    assert clusters(3, {(0, 1): 8.0, (1, 2): 8.0, (0, 2): 0.0}) == [[0, 1, 2]]


def test_who_is_like_everybody_is_in_one_cluster() -> None:
    """All pairs sure is one person; no pair sure is nobody."""
    assert clusters(4, {(one, other): 3.0 for one in range(4) for other in range(one + 1, 4)}) == [[0, 1, 2, 3]]
    assert clusters(3, {(0, 1): 1.0}) == []
    assert clusters(3, {}) == []


def test_a_crowd_falls_apart_at_its_weakest_links() -> None:
    """A long chain is never one person, and costs no more than its links."""
    size = 10 * CROWDS[0]
    chain = {(row, row + 1): 4.0 + row % 2 * 20 for row in range(size - 1)}
    assert clusters(size, chain) == [[row, row + 1] for row in range(1, size - 1, 2)]


def test_what_was_decided_is_obeyed_against_the_score() -> None:
    """Whoever is not the same is parted however alike, and whoever is the same stays together however unlike."""
    alike = {(0, 1): 20.0, (1, 2): 20.0, (0, 2): 20.0}
    assert clusters(3, alike, Parts([{0: 0, 2: 2}])) == [[0, 1]]
    parts = Parts()
    parts.join_all([[0, 2]])
    assert clusters(3, {(0, 1): 3.0, (0, 2): np.inf}, parts) == [[0, 2]]


ODDS = st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1]),
    st.sampled_from([-4.0, 1.0, 2.5, 5.0, 9.0]),
    max_size=20,
)


@settings(max_examples=60)
@given(links=ODDS)
def test_the_links_of_a_cluster_speak_for_it_together(links: dict[tuple[int, int], float]) -> None:
    """In every cluster the links come to more than the least on the average, and nobody in it is without a sure one."""
    for records in clusters(8, links):
        odds = {(one, other): links.get((one, other), -9.0) for one in records for other in records if one < other}
        assert np.mean(list(odds.values())) >= LEAST
        for record in records:
            assert max(value for pair, value in odds.items() if record in pair) >= LEAST
