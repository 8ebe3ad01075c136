"""Lots and cost together: whatever is asked of a shelf, lots never go below zero and every rupiah stays accounted for."""

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from tatausaha.stock.rules.cost import Pool
from tatausaha.stock.rules.explaining import Step, explain
from tatausaha.stock.rules.shelf import Batch, Entry, Lot, Refused, Shelf

DAY = date(2026, 11, 20)
KEY = UUID(int=1)
LABELS = [Batch(str(number), DAY + timedelta(days=days)) for number, days in enumerate((-1, 5, 30))]
LOTS = {label: UUID(int=number + 10) for number, label in enumerate(LABELS)}

ENTRIES = st.lists(
    st.builds(
        lambda kind, quantity, value, label, named, override: Entry(
            *(kind, KEY, KEY, quantity if kind in ("receipt", "refund") else -quantity, DAY),
            value=value if kind == "receipt" else None,
            batch=label if kind == "receipt" else None,
            batch_id=LOTS[label] if label and named and kind != "receipt" else None,
            override=override,
        ),
        st.sampled_from(["receipt", "receipt", "sale", "sale", "refund", "write_off", "count"]),
        st.integers(1, 4_000),
        st.integers(0, 50_000),
        st.sampled_from([None, *LABELS]),
        st.booleans(),
        st.sampled_from(["", "asked for"]),
    ),
    max_size=30,
)


@settings(max_examples=80, deadline=None)
@given(ENTRIES, st.booleans(), st.booleans())
def test_lots_and_values_follow_from_what_happened(entries: list[Entry], fifo: bool, below_zero: bool) -> None:
    shelf = Shelf(
        Pool(fifo=fifo, layers=[]), [Lot(LOTS[b], b.number, b.expires_on, 0) for b in LABELS], below_zero=below_zero
    )
    lots: defaultdict[UUID | None, int] = defaultdict(int)
    steps: list[Step] = []
    for entry in entries:
        before = (shelf.pool.quantity, shelf.pool.value, [lot.quantity for lot in shelf.lots])
        try:
            parts, revaluation = shelf.move(entry, LOTS.__getitem__)
        except Refused:
            if entry.quantity < 0 and entry.batch_id is None and entry.override:
                assert not below_zero
                assert before[0] < -entry.quantity
            return  # a refusal ends the transaction
        assert sum(part.quantity for part in parts) == entry.quantity
        for part in parts:
            lots[part.lot_id] += part.quantity
            steps.append(Step(entry.kind, part.quantity, part.value, DAY))
            assert explain(steps, fifo=fifo).same, "what is explained is what was booked"
        if revaluation:
            steps.append(Step("revaluation", 0, revaluation, DAY))
        assert sum(step.value for step in steps) == shelf.pool.value
        assert sum(lots.values()) == shelf.pool.quantity
        assert [lots[lot.id] for lot in shelf.lots] == [lot.quantity for lot in shelf.lots]
        assert min(lot.quantity for lot in shelf.lots) >= 0
        held = sum(lot.quantity for lot in shelf.lots)
        assert not held or held <= shelf.pool.quantity, "a lot holds goods that went out already"
        assert below_zero or shelf.pool.quantity >= 0
        assert shelf.pool.quantity or not shelf.pool.value
