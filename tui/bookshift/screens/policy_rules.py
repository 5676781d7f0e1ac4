"""The lines of the policy screen for the rules of the business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bookshift.panes.sheet import BLANK, Row, Span, heading, row
from bookshift.screens.policy_entry import Edit, Entry, Heading, formula, low, word
from bookshift.screens.policy_numbers import Kind, read, read_range, within, written
from bookshift.text import count
from bookshift.widgets.grid import Cell
from bookshift_model.explain.words import count as numbered
from bookshift_model.policy import Policy
from bookshift_model.rules.record import Band, Days, Limit, Range, Share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bookshift.screens.policy_figures import Figures
    from bookshift_model.rules import Rule, Settings
    from bookshift_model.violations import Violation

_MODES: Final = ("hard", "soft", "off")
_MONEY_FROM: Final = 10_000
_SHOWN_BREAKS: Final = 3
_SETTINGS: Final = {
    "tolerate": "accept today's breaks", "per_fte": "scale with FTE", "price": "price when soft",
}  # fmt: skip
"""Further settings by name, as they are called on screen."""


class RuleEntry(Entry):
    """A rule: its mode and its main limit."""

    edits = "limit"

    def __init__(self, rule: Rule, *, unfolded: bool = False) -> None:
        super().__init__(f"rule {rule.id}")
        self.rule = rule
        self._unfolded = unfolded

    def cells(self, policy: Policy, figures: Figures | None) -> Sequence[Cell | str]:
        """Mode, limit, and how often it is broken."""
        settings = settings_of(policy, self.rule.id)
        off = settings.mode == "off"
        mode = {"hard": Cell("hard", "strong"), "soft": Cell("soft", ""), "off": Cell("off", "dim")}
        breaks = (
            ("…", "…")
            if figures is None
            else tuple(
                _breaks(one.get(self.rule.id, 0), settings.mode)
                for one in (figures.broken_today, figures.broken_plan)
            )
        )
        return [
            Cell(f"{'▾' if self._unfolded else ' '} {self.rule.name}", "dim" if off else ""),
            mode[settings.mode],
            Cell(self.written(policy), "dim" if off else "" if settings == self.rule.default else "new"),
            *breaks,
            Cell("if it were on" if off else _standing(figures, self.rule.id), "dim"),
        ]

    def about(self, policy: Policy, figures: Figures | None) -> list[Row]:
        """Its formula, its settings, and who breaks it."""
        settings = settings_of(policy, self.rule.id)
        meaning = {
            "hard": "hard: kept before any goal; where it cannot be, the plan says so",
            "soft": f"soft: weighed against the goals; counts {self.rule.unit} at price {settings.price:g}",
            "off": "off: Space turns it on; the figures say how often it would be broken",
        }
        rows = [heading(self.rule.name), row(meaning[settings.mode])]
        if self.written(policy):
            rows.append(row(f"Limit {self.written(policy)}; the default is {_limit(self.rule.default)}"))
        if settings.tolerate:
            rows.append(row("What breaks it today is accepted as long as it gets no worse."))
        if figures is not None and self.rule.name in figures.movable.held:
            held, alone = (
                one.get(self.rule.name, 0) for one in (figures.movable.held, figures.movable.alone)
            )
            rows.append(
                row(
                    f"Holds {numbered(held, 'account')} where {'it is' if held == 1 else 'they are'}; "
                    f"without it {count(alone)} could move."
                )
            )
        rows += [row(Span(formula(self.rule.mathematics), "dim"))]
        if figures is not None:
            today, plan = (
                [one for one in card.violations if one.rule == self.rule.id]
                for card in (figures.today, figures.plan)
            )
            if [one.sentence for one in today] == [one.sentence for one in plan]:
                rows += _listed("Today and in the plan", today)
            else:
                rows += [*_listed("Today", today), *_listed("Plan", plan)]
        return rows

    def written(self, policy: Policy) -> str:
        """Its limit; empty where it has none."""
        return _limit(settings_of(policy, self.rule.id))

    def typed(self, policy: Policy, text: str) -> Edit | None:
        """Another limit."""
        settings = settings_of(policy, self.rule.id)
        if isinstance(settings, Range):
            ends = dict(zip(("low", "high"), read_range(text), strict=True))
            for name, end in ends.items():
                within(self.rule.name, end, "percent", type(settings).model_fields[name])
            return self.put(policy, **ends)
        main = main_field(settings)
        if main is None:
            return None
        name, kind = main
        number = within(self.rule.name, read(text, kind), kind, type(settings).model_fields[name])
        return self.put(policy, **{name: int(number) if kind in {"days", "whole"} else number})

    def cycled(self, policy: Policy) -> Edit | None:
        """Off, hard, soft, off."""
        mode = settings_of(policy, self.rule.id).mode
        return self.put(policy, mode=_MODES[(_MODES.index(mode) + 1) % len(_MODES)])

    def put(self, policy: Policy, **changed: Any) -> Edit:
        """The policy with these settings, and what changed as words."""
        before = settings_of(policy, self.rule.id)
        made = with_settings(policy, self.rule.id, **changed)
        after = settings_of(made, self.rule.id)
        if "mode" in changed:
            what = f"{before.mode} → {after.mode}"
        elif _limit(before) != _limit(after):
            what = f"{_limit(before)} → {_limit(after)}"
        else:
            what = ", ".join(
                f"{name.replace('_', ' ')} {word(getattr(before, name))} → {word(value)}"
                for name, value in changed.items()
            )
        return Edit(made, f"{low(self.rule.name)} {what}")


class RulesHeading(Heading):
    """The title of a family of rules; it also tells in full what is movable and what holds the rest."""

    def about(self, policy: Policy, figures: Figures | None) -> list[Row]:
        """What the family is for, and who is held by what."""
        rows = super().about(policy, figures)
        if figures is None:
            return rows
        found = figures.movable
        rows += [
            BLANK,
            row(Span(f"{count(found.movable)} of {count(found.total)} accounts movable", "strong")),
        ]
        for name, held in sorted(found.held.items(), key=lambda one: -one[1]):
            alone = found.alone.get(name, 0)
            rows.append(
                row(f"{held:>5}  {low(name)}", Span(f" ({count(alone)} by it alone)" if alone else "", "dim"))
            )
        return rows


class SettingEntry(Entry):
    """A further setting of a rule, shown when the rule is unfolded."""

    def __init__(self, rule: Rule, field: str) -> None:
        super().__init__(f"rule {rule.id} {field}")
        self._of = RuleEntry(rule)
        self._field = field
        self.edits = "" if field in {"tolerate", "per_fte"} else "setting"

    def cells(self, policy: Policy, figures: Figures | None) -> Sequence[Cell | str]:
        """Name and value."""
        value = getattr(settings_of(policy, self._of.rule.id), self._field)
        return [
            Cell(f"    {_SETTINGS[self._field]}", "dim"),
            word(value),
            "",
            "",
            "",
            Cell(self._unit, "dim"),
        ]

    def about(self, policy: Policy, figures: Figures | None) -> list[Row]:
        """What it does."""
        kind = type(settings_of(policy, self._of.rule.id))
        says = kind.model_fields[self._field].description or ""
        how = "Space changes it." if not self.edits else "Enter changes it."
        return [heading(self._of.rule.name), row(f"{says[:1].upper()}{says[1:]}."), row(Span(how, "dim"))]

    def written(self, policy: Policy) -> str:
        """The number; a yes or no is not typed."""
        return f"{getattr(settings_of(policy, self._of.rule.id), self._field):g}" if self.edits else ""

    def typed(self, policy: Policy, text: str) -> Edit | None:
        """Another number."""
        if not self.edits:
            return self.cycled(policy)
        settings = settings_of(policy, self._of.rule.id)
        name = f"{self._of.rule.name}, {_SETTINGS[self._field]}"
        number = within(name, read(text, "number"), "number", type(settings).model_fields[self._field])
        return self._of.put(policy, **{self._field: number})

    def cycled(self, policy: Policy) -> Edit | None:
        """The other of yes and no."""
        if self.edits:
            return None
        return self._of.put(
            policy, **{self._field: not getattr(settings_of(policy, self._of.rule.id), self._field)}
        )

    @property
    def _unit(self) -> str:
        return f"per {self._of.rule.unit}" if self.edits else "yes or no"


def settings_of(policy: Policy, rule: str) -> Settings:
    """The settings of a built-in or own rule."""
    if rule in policy.rules:
        return policy.rules[rule]
    return next(one for one in policy.custom if one.as_rule().id == rule)


def with_settings(policy: Policy, rule: str, **changed: Any) -> Policy:
    """The policy with some settings of a built-in or own rule changed; raises `PolicyError` on bad ones."""
    if rule in policy.rules:
        return policy.with_rule(rule, **changed)
    record = policy.to_record()
    record["custom"] = [
        {**one.model_dump(mode="json"), **(changed if one.as_rule().id == rule else {})}
        for one in policy.custom
    ]
    return Policy.with_record(record)


def main_field(settings: Settings) -> tuple[str, Kind] | None:
    """Name and kind of the number that is a rule's limit; None where there is none, or a range."""
    match settings:
        case Limit():
            return "limit", "money" if settings.limit >= _MONEY_FROM else "number"
        case Band():
            return "tolerance", "percent"
        case Days():
            return "days", "days"
        case Share():
            return "share", "percent"
        case _ if getattr(settings, "at_most", None) is not None:
            return "at_most", "whole"
    return None


def _limit(settings: Settings) -> str:
    if isinstance(settings, Range):
        return f"{100 * settings.low:.4g}–{100 * settings.high:.4g}%"
    main = main_field(settings)
    return "" if main is None else written(float(getattr(settings, main[0])), main[1])


def further_fields(settings: Settings) -> Iterator[str]:
    """The settings of a rule besides mode and limit."""
    yield from (one for one in ("per_fte", "tolerate", "price") if one in type(settings).model_fields)


def _standing(figures: Figures | None, rule: str) -> str:
    """What the two numbers of a rule that is on say; a check mark is a rule that is kept."""
    if figures is None:
        return ""
    today, plan = (one.get(rule, 0) > 0 for one in (figures.broken_today, figures.broken_plan))
    return {(False, False): "kept", (True, False): "broken today", (False, True): "plan breaks"}.get(
        (today, plan), "broken"
    )


def _breaks(number: int, mode: str) -> Cell:
    if mode == "off":
        return Cell(f"({count(number)})", "dim")
    if not number:
        return Cell("✓", "good")
    return Cell(
        f"! {count(number)}" if mode == "hard" else count(number), "bad" if mode == "hard" else "warn"
    )


def _listed(title: str, found: Sequence[Violation]) -> list[Row]:
    if not found:
        return []
    rows = [BLANK, row(Span(f"{title}: {numbered(len(found), 'time')}", "strong"))]
    rows += [row(f"- {one.sentence}", hang=2) for one in found[:_SHOWN_BREAKS]]
    if len(found) > _SHOWN_BREAKS:
        rows.append(row(Span(f"  and {count(len(found) - _SHOWN_BREAKS)} more", "dim")))
    return rows
