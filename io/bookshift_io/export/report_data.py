"""The parts of a report on what it rests on: the quality of the data, assumptions, and the approval."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from bookshift_io.export.document import Block, Bullets, Heading, Paragraph, Table
from bookshift_io.intake.vocabulary import label
from bookshift_model.explain.words import count, percent, plain
from bookshift_model.unclear import unclear_owners

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from bookshift_io.export.plan import ExportScenario
    from bookshift_model.problem import Problem

MOST_FINDINGS: Final = 25
_SEVERITIES: Final = {"error": "error", "warning": "warning", "info": "remark"}


def quality_blocks(problem: Problem, scenario: ExportScenario) -> Iterator[Block]:
    """What the import found, by kind, and what it had to fill in."""
    yield Heading("Data quality")
    yield Paragraph(_imputed(problem))
    if unclear := unclear_owners(problem.data.portfolio):
        yield Paragraph(unclear, "bad")
    corrected = Counter(name for one in problem.data.accounts for name in one.corrected)
    if corrected:
        yield Paragraph(f"Corrected by planners, against what the files say: {_of_accounts(corrected)}.")
    found = grouped(scenario.findings)
    if not found:
        yield Paragraph("The import found nothing to complain about.")
        return
    yield Table(
        caption="What the import found, errors first",
        head=("Kind", "Where", "What", "Times"),
        rows=[(kind, where, what, f"{times:,}") for kind, where, what, times in found[:MOST_FINDINGS]],
        numbers=frozenset({3}),
    )
    if len(found) > MOST_FINDINGS:
        yield Paragraph(
            f"and {count(len(found) - MOST_FINDINGS, 'more kind')}; `bookshift check` lists all.", "dim"
        )


def grouped(findings: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str, int]]:
    """Severity, place, message and number of each kind of finding, in the order of the import."""
    times: Counter[tuple[str, str, str]] = Counter()
    for one in findings:
        where = f"{one['file']}, {one['column']}" if one["column"] else str(one["file"])
        times[_SEVERITIES.get(one["severity"], one["severity"]), where, one["message"]] += 1
    order = list(_SEVERITIES.values())
    found = sorted(
        times.items(), key=lambda one: order.index(one[0][0]) if one[0][0] in order else len(order)
    )
    return [(*key, number) for key, number in found]


def _imputed(problem: Problem) -> str:
    filled = Counter(name for one in problem.data.accounts for name in one.imputed)
    if not filled:
        return "No value of an account was filled in: what the plan rests on is in your files."
    return f"Filled in by the import, because the files leave it open: {_of_accounts(filled)}."


def _of_accounts(fields: Counter[str]) -> str:
    return ", ".join(
        f"{label(name)} of {count(number, 'account')}" for name, number in sorted(fields.items())
    )


def assumption_blocks(problem: Problem) -> Iterator[Block]:
    """The constants that matter most, which no file states."""
    formulas = problem.policy.formulas
    touch = formulas.touch_hours
    hours = ", ".join(f"{name} {plain(getattr(touch, name), 2)}" for name in type(touch).model_fields)
    ramp = ", ".join(percent(one) for one in formulas.capacity.ramp)
    yield Heading("What was assumed")
    yield Bullets(
        [
            (
                f"A CSM at full time has {plain(formulas.capacity.productive_hours)} productive hours a "
                f"month; a new hire reaches {ramp} of that in the first months."
            ),
            f"Hours a month that an account takes by touch level, before its circumstances: {hours}.",
            (
                f"A change of CSM multiplies an account's odds of churn by {1 + formulas.move.effect:g} at "
                "first, more for a long relationship and less where the new CSM knows the industry. There "
                "is no published figure for this: it is an assumption, and can be changed in the policy."
            ),
        ]
    )


def approval_blocks(scenario: ExportScenario) -> Iterator[Block]:
    """Who approved it, when and why; or that nobody has."""
    yield Heading("Approval")
    approval = scenario.approval
    if approval is None:
        yield Paragraph(
            "DRAFT. Nobody has approved this plan. Version "
            f"{scenario.version} of “{scenario.name}” may still change.",
            "bad",
        )
        return
    yield Table(
        caption="The approval binds exactly the content of this plan",
        head=("What", "Approval"),
        rows=[
            ("Approved by", f"{approval.author} (Unix user {approval.uid})"),
            ("When", f"{approval.at:%Y-%m-%d %H:%M} UTC"),
            ("Why", approval.rationale),
            ("Version", str(approval.version)),
            ("SHA-256 of the content", approval.sha256),
        ],
    )
