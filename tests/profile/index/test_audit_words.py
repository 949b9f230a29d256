"""Every kind of flag is a whole sentence with every slot filled."""

from __future__ import annotations

import re

import numpy as np
import pytest

from ekistics.assess.audit.coherence import audit_coherence
from ekistics.assess.audit.flags import AuditFlag, FlagKind
from ekistics.assess.audit.parts import ScoredTree
from ekistics.profile.index.audit_words import SENTENCES, audit_sentence
from ekistics.profile.texts import Name, Number

NAMES = {"env": "Environment", "eco": "Economy", "top": "Index"}


def plain(text):
    printed = {slot: value.text if isinstance(value, Name) else f"{value.value:g}{value.unit}" for slot, value in text.slots.items()}
    return text.message.format(**printed)


@pytest.mark.parametrize("kind", list(FlagKind))
def test_every_kind_has_a_sentence_with_every_slot_filled(kind):
    keys = "weight share ratio correlation other chance alpha adequacy dimensions first units needed mean largest unit"
    numbers = dict.fromkeys(keys.split(), 0.0)
    text = audit_sentence(AuditFlag(kind, ("env", "eco"), "top", numbers), names=NAMES, units=["Here"])
    assert set(re.findall(r"{(\w+)}", text.message)) == set(text.slots)
    assert plain(text).endswith((".", "?"))


def test_weight_without_influence_is_said_plainly():
    flag = AuditFlag(FlagKind.NO_INFLUENCE, ("env",), "top", {"weight": 0.125, "share": 0.01, "ratio": 0.02, "correlation": 0.1})
    said = plain(audit_sentence(flag, names=NAMES, units=[]))
    assert said == "Environment has 12.5% of the weight in Index and almost no influence on it (1% of the influence)."


def test_flags_of_a_real_audit_bring_the_numbers_that_their_sentences_need():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(5, 15)) * np.array([[5.0], [1], [1], [1], [0]])
    values[2] = -values[1] + 0.1 * rng.normal(size=15)
    tree = ScoredTree((*"abcde", "top"), np.vstack([values, values.mean(axis=0)]), {"top": tuple("abcde")}, {"top": np.ones(5)}, "top")
    found = audit_coherence(tree, rescore=lambda code: values[[code != one for one in "abcde"]].mean(axis=0))
    assert len({one.kind for one in found.flags}) > 5
    for flag in found.flags:
        text = audit_sentence(flag, names={}, units=[str(k) for k in range(15)])
        assert set(re.findall(r"{(\w+)}", text.message)) == set(text.slots), flag
        assert all(isinstance(value, Name) or np.isfinite(value.value) for value in text.slots.values() if isinstance(value, Name | Number))


def test_no_sentence_is_left_over():
    assert set(SENTENCES) == set(FlagKind)
