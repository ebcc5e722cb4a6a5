"""What sigs.k8s.io/yaml reads from hundreds of scalars in every place, beside what is read here.

`as_go_reads.json` has the JSON which the compiled Go library (sigs.k8s.io/yaml 1.3.0 with yaml.v2
2.4.0) gave for each text in each form, or null where it refused.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from hedgehog_gitops.documents import read, same
from hedgehog_gitops.documents.scalars import normal_number

READ_BY_GO: dict[str, dict[str, str | None]] = json.loads(
    Path(__file__).with_name('as_go_reads.json').read_text()
)
# Decided otherwise: Go reads on where the parser here refuses, or takes a name for a tag.
DECIDED = {('[%s]', '<<:'), ('%s: 1', '!'), ('!!int %s: 1', '!'), ('!!float %s: 1', '!')}
# To Go an unsigned number of 64 bits is no key, not even with a tag.
DECIDED |= {('!!int %s: 1', '9223372036854775808'), ('!!int %s: 1', f'0b{"1" * 64}')}
DECIDED |= {
    ('!!int %s: 1', text)
    for text in ('18446744073709551615', '0xFFFFFFFFFFFFFFFF', '01777777777777777777777')
}


def as_kubernetes(text: str) -> Any:
    """JSON as Kubernetes decodes it: integers of 64 bits, else floats."""
    return json.loads(text, parse_float=_number, parse_int=_number)


def _number(text: str) -> int | float:
    whole = int(text) if text.lstrip('-').isdigit() else None
    return whole if whole is not None and -(2**63) <= whole < 2**63 else normal_number(float(text))


@pytest.mark.parametrize('form', READ_BY_GO)
def test_every_text_is_read_as_go_reads_it(form: str) -> None:
    different = [
        text
        for text, read_by_go in READ_BY_GO[form].items()
        if (form, text) not in DECIDED and not agrees(f'{form % text}\n', read_by_go)
    ]
    assert len(READ_BY_GO[form]) > 200
    assert not different


def agrees(text: str, read_by_go: str | None) -> bool:
    """Whether both refuse, or both read the same."""
    reading = read(text.encode())
    good = len(reading.documents) == 1 and not any(f.severity == 'error' for f in reading.findings)
    if read_by_go is None or not good:
        return read_by_go is None and not good
    return same(reading.documents[0].value, as_kubernetes(read_by_go))
