"""The picture of a process, drawn from its declaration: in the product and in the documentation alike."""

from __future__ import annotations

from collections import defaultdict
from html import escape

from renda.kernel.workflow.process import Process, Transition

ROW, BOX_W, BOX_H, LANE, LEFT = 64, 168, 36, 26, 40


def _lanes(spans: list[tuple[int, int]]) -> list[int]:
    """Give each span (rows from, to) the first lane where nothing overlaps it."""
    lanes: list[list[tuple[int, int]]] = []
    chosen: list[int] = []
    for low, high in spans:
        for number, taken in enumerate(lanes):
            if all(high <= a or low >= b for a, b in taken):
                taken.append((low, high))
                chosen.append(number)
                break
        else:
            lanes.append([(low, high)])
            chosen.append(len(lanes) - 1)
    return chosen


def svg(process: Process, here: str = "") -> str:
    """An SVG of states (top to bottom as declared) and transitions (forward at the right, back at the left).

    Args:
        here: the state a case is in; it is marked.

    The picture has classes and no styles, so that the page's tokens colour it in light, dark and print.
    """
    row = {s.key: i for i, s in enumerate(process.states)}
    forward: dict[tuple[int, int], list[Transition]] = defaultdict(list)
    back: dict[tuple[int, int], list[Transition]] = defaultdict(list)
    for t in process.transitions:
        if t.target is None:
            continue
        for source in t.source:
            a, b = row[source], row[t.target]
            if a != b:
                (forward if b > a else back)[(a, b)].append(t)
    right_keys = sorted((k for k in forward if k[1] - k[0] > 1), key=lambda k: (k[1] - k[0], k))
    left_keys = sorted(back, key=lambda k: (k[0] - k[1], k))
    right = dict(zip(right_keys, _lanes([(a, b) for a, b in right_keys]), strict=True))
    left = dict(zip(left_keys, _lanes([(b, a) for a, b in left_keys]), strict=True))
    x = LEFT + LANE * (max(left.values(), default=-1) + 1)
    width = x + BOX_W + LANE * (max(right.values(), default=-1) + 2) + 160
    height = ROW * len(process.states) + 8
    out = [
        f'<svg class="process" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(process.label)}流程图">',
        '<defs><marker id="arrow" class="process-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>',
    ]

    def middle(i: int) -> int:
        return 8 + i * ROW + BOX_H // 2

    def names(steps: list[Transition]) -> str:
        return escape(" / ".join(dict.fromkeys(t.label for t in steps)))

    for (a, b), steps in forward.items():
        if b - a == 1:
            y1, y2, cx = 8 + a * ROW + BOX_H, 8 + b * ROW, x + BOX_W // 2
            out.append(f'<path class="process-way" d="M{cx} {y1}V{y2 - 1}" marker-end="url(#arrow)"/>')
            out.append(
                f'<text class="process-step" x="{cx + 8}" y="{(y1 + y2) // 2 + 4}">{names(steps)}</text>'
            )
    for (a, b), lane in right.items():
        lx, edge = x + BOX_W + LANE * (lane + 1), x + BOX_W
        out.append(
            f'<path class="process-way" d="M{edge} {middle(a) + 5}H{lx}V{middle(b) - 5}H{edge + 1}" '
            'marker-end="url(#arrow)"/>'
        )
        out.append(
            f'<text class="process-step" x="{lx + 4}" y="{middle(a) + 18 + 14 * lane}">'
            f"{names(forward[(a, b)])}</text>"
        )
    for (a, b), lane in left.items():
        lx = x - LANE * (lane + 1)
        out.append(
            f'<path class="process-way process-back" d="M{x} {middle(a) - 5}H{lx}V{middle(b) + 5}H{x - 1}" '
            'marker-end="url(#arrow)">'
            f"<title>{names(back[(a, b)])}</title></path>"
        )
    for state in process.states:
        y = 8 + row[state.key] * ROW
        kind = " process-here" if state.key == here else (" process-final" if state.final else "")
        current = ' aria-current="step"' if state.key == here else ""
        out.append(
            f'<g class="process-state{kind}"{current}>'
            f'<rect x="{x}" y="{y}" width="{BOX_W}" height="{BOX_H}" rx="6"/>'
            f'<text x="{x + BOX_W // 2}" y="{y + BOX_H // 2 + 5}">{escape(state.label)}</text></g>'
        )
    out.append("</svg>")
    return "".join(out)


def table(process: Process) -> list[tuple[str, str, str, str]]:
    """The same process in words: step, from, to, record kind; for readers and for the documentation."""
    labels = {s.key: s.label for s in process.states}
    return [
        (
            t.label,
            "、".join(labels[s] for s in t.source),
            labels[t.target] if t.target else "（原状态）",
            t.policy,
        )
        for t in process.transitions
    ]
