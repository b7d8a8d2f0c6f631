from __future__ import annotations

from dataclasses import replace

import pytest

from clustergeo.errors import StudyError
from clustergeo.study import _claims, load_study
from clustergeo.study._places import load_study_places


def test_measures_are_computed_only_where_a_claim_compares_them() -> None:
    study = load_study()
    places = load_study_places(study)
    claims = [claim for claim in _claims.claims_of(study, places) if claim.claim_id == "islands"]
    assert _claims.claim_measures(claims, study, places, {}) is None


def test_a_study_without_a_file_has_no_claims() -> None:
    study = replace(load_study(), claims=None)
    assert _claims.claims_of(study, load_study_places(study)) == ()
    with pytest.raises(
        StudyError, match=r"^chungcheong.toml, claims: has no claims - name a file"
    ):
        _claims.judge_study(study, notify=print)
