"""The picture of how long approvals took. It stands alone: it has no script and fetches nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pygal
from pygal.style import Style

from services.approval_report import HOUR, Times, Totals

SHOWN = 20
"""Stages, and approvers, in the picture: those with the longest medians."""

_ROW, _FRAME = 44, 150
"""Height of one of them and of all that is around them."""

_FONT = "Segoe UI, Helvetica, Arial, sans-serif"
"""Of the reader's machine."""

_STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    font_family=_FONT,
    guide_stroke_color="#dddddd",
    major_guide_stroke_color="#cccccc",
    colors=("#2563a8", "#c9701c"),
    value_colors=("#1a1a1a", "#1a1a1a"),
    label_font_size=13,
    major_label_font_size=13,
    value_font_size=12,
    legend_font_size=13,
    title_font_size=17,
    no_data_font_size=22,
)


def picture(totals: Totals) -> str:
    """The picture as SVG: median and longest times in hours, of each stage and of each approver."""
    stages = _slowest(totals.by_stage)
    approvers = _slowest(totals.by_approver)
    bars = [(f"Stage: {name}", times) for name, times in stages]
    bars += [(totals.names[person_id], times) for person_id, times in approvers]
    bars.reverse()  # the first one is drawn at the bottom
    chart = pygal.HorizontalBar(
        style=_STYLE,
        js=(),
        height=_FRAME + _ROW * max(len(bars), 4),
        width=900,
        legend_at_bottom=True,
        print_values=True,
        print_zeroes=True,
        truncate_label=40,
        no_data_text="Nothing has been decided yet",
        value_formatter=lambda value: f"{value:.1f}",
    )
    chart.title = _title(totals)
    chart.x_title = "Hours from asking to the decision"
    chart.x_labels = [label for label, _ in bars]
    if bars:
        chart.add("Median", [times.median / HOUR for _, times in bars])
        chart.add("Longest", [times.longest / HOUR for _, times in bars])
    chart.add_xml_filter(_without_scripts)
    return str(chart.render(is_unicode=True))


def _slowest(times: dict[str, Times]) -> Sequence[tuple[str, Times]]:
    return sorted(times.items(), key=lambda item: (-item[1].median, item[0]))[:SHOWN]


def _title(totals: Totals) -> str:
    left = [
        f"the {SHOWN} slowest of {len(times)} {what}"
        for what, times in (("stages", totals.by_stage), ("approvers", totals.by_approver))
        if len(times) > SHOWN
    ]
    return f"How long approvals took ({', '.join(left)})" if left else "How long approvals took"


def _without_scripts(root: Any) -> Any:
    for parent in list(root.iter()):
        for child in [child for child in parent if str(child.tag).endswith("script")]:
            parent.remove(child)
    return root
