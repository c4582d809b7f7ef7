"""The peers that find likely duplicates, each with settings that suit the list: splink on DuckDB, and recordlinkage.

They return pairs with their probability. How good these are is taken at the threshold that turns
out to be the best for them, with every chain of pairs joined: what a user could get at most.
"""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import recordlinkage
import splink.comparison_library as compare
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from tests.bench.doubled import Doubled, score

if TYPE_CHECKING:
    from collections.abc import Sequence

THRESHOLDS = (0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999)
FEBRL = Path(recordlinkage.__file__).parent / "datasets" / "febrl"


def febrl(*names: str) -> Doubled:
    """Read a public list of damaged people, and who is who; two files are one list."""
    files = (pd.read_csv(FEBRL / f"{name}.csv", dtype="str", skipinitialspace=True) for name in names)
    frame = pd.concat(files, ignore_index=True).rename(columns=str.strip).map(_trimmed)
    person = frame.pop("rec_id").str.extract(r"rec-(\d+)-", expand=False).astype("int64")
    return Doubled(frame, person)


def _trimmed(cell: object) -> object:
    return (cell.strip() or None) if isinstance(cell, str) else None


def people_by_splink(frame: pd.DataFrame) -> pd.DataFrame:
    """Link contacts: splink's own comparisons for names and addresses, distances for the rest, frequent values told."""
    comparisons = [
        compare.NameComparison("first_name"),
        compare.NameComparison("last_name"),
        compare.LevenshteinAtThresholds("phone", [1, 2]),
        compare.EmailComparison("email"),
        compare.JaroWinklerAtThresholds("company", [0.92, 0.82]),
        compare.JaroWinklerAtThresholds("city", [0.92, 0.82]),
    ]
    rules = [
        ("phone",), ("email",), ("first_name", "last_name"), ("substr(first_name, 1, 3)", "substr(last_name, 1, 3)"),
        ("last_name", "company"), ("last_name", "city"), ("first_name", "company"), ("first_name", "city"),
        ("substr(phone, 1, 10)",), ("substr(email, 1, 7)",),
    ]  # fmt: skip
    sure = [("phone", "first_name"), ("email", "last_name")]
    small = frame.map(lambda cell: cell.lower() if isinstance(cell, str) else None)
    return _by_splink(small, comparisons, rules, sure, [("phone",), ("first_name", "last_name")])


def febrl_by_splink(frame: pd.DataFrame) -> pd.DataFrame:
    """Link the people of febrl, as splink's own examples for that list do, with some more blocks."""
    comparisons = [
        compare.NameComparison("given_name"),
        compare.NameComparison("surname"),
        compare.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
        compare.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
        compare.ExactMatch("street_number"),
        compare.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
        compare.JaroWinklerAtThresholds("address_1", [0.92, 0.82]),
        compare.JaroWinklerAtThresholds("suburb", [0.92, 0.82]),
    ]
    rules = [
        ("soc_sec_id",), ("given_name", "surname"), ("given_name", "date_of_birth"), ("surname", "date_of_birth"),
        ("date_of_birth", "postcode"), ("address_1",), ("given_name", "postcode"), ("surname", "postcode"),
        ("substr(given_name, 1, 3)", "substr(surname, 1, 3)"), ("suburb", "street_number"),
    ]  # fmt: skip
    sure = [("soc_sec_id",), ("given_name", "surname", "date_of_birth")]
    return _by_splink(frame, comparisons, rules, sure, [("soc_sec_id",), ("given_name", "surname"), ("date_of_birth",)])


def _by_splink(
    frame: pd.DataFrame,
    comparisons: Sequence[Any],
    rules: Sequence[tuple[str, ...]],
    sure: Sequence[tuple[str, ...]],
    learning: Sequence[tuple[str, ...]],
) -> pd.DataFrame:
    numbered = frame.astype("object").where(frame.notna(), None).assign(unique_id=range(len(frame)))
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[one.configure(term_frequency_adjustments=True) for one in comparisons],
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules],
    )
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        database = DuckDBAPI()
        linker = Linker(database.register(numbered), settings)
        linker.training.estimate_probability_two_random_records_match([block_on(*rule) for rule in sure], recall=0.7)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        for rule in learning:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
        found = linker.inference.predict(threshold_match_probability=min(THRESHOLDS)).as_pandas_dataframe()
    finally:
        logging.disable(before)
    return _pairs(found["unique_id_l"], found["unique_id_r"], found["match_probability"])


def febrl_by_recordlinkage(frame: pd.DataFrame) -> pd.DataFrame:
    """Link the people of febrl by recordlinkage's recipe for it, with its classifier that needs no examples."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        index = recordlinkage.Index()
        for name in ("given_name", "surname", "date_of_birth", "soc_sec_id"):
            index.block(name)
        pairs = index.index(frame)
        comparing = recordlinkage.Compare()
        for name in ("given_name", "surname", "address_1"):
            comparing.string(name, name, method="jarowinkler", threshold=0.85)
        for name in ("date_of_birth", "suburb", "state", "soc_sec_id"):
            comparing.exact(name, name)
        matched = recordlinkage.ECMClassifier().fit_predict(comparing.compute(pairs, frame))
    one, other = (matched.get_level_values(level).to_numpy() for level in (0, 1))
    return _pairs(one, other, np.ones(len(matched)))


def _pairs(left: Any, right: Any, probability: Any) -> pd.DataFrame:
    return pd.DataFrame({"left": left, "right": right, "probability": probability})


def best(pairs: pd.DataFrame, person: pd.Series) -> float:
    """Return the F1 of a peer's pairs at the best of some thresholds, every chain of pairs joined."""
    return max(_joined(pairs[pairs["probability"] >= threshold], person) for threshold in THRESHOLDS)


def _joined(pairs: pd.DataFrame, person: pd.Series) -> float:
    size = len(person)
    links = coo_array((np.ones(len(pairs)), (pairs["left"], pairs["right"])), (size, size))
    found = pd.DataFrame({"row": range(size), "cluster": connected_components(links, directed=False)[1]})
    return max(score(found, person), _alone(pairs, person))


def _alone(pairs: pd.DataFrame, person: pd.Series) -> float:
    """Return the F1 of the pairs as they are, no chain joined: where it is better the peer gets that."""
    who = person.to_numpy()
    right = int((who[pairs["left"]] == who[pairs["right"]]).sum())
    sizes = person.value_counts()
    return 2 * right / (len(pairs) + int((sizes * (sizes - 1) // 2).sum()))
