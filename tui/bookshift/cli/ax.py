"""The command about AX rules: which accounts get which touch level."""

from __future__ import annotations

from typing import Annotated

import typer

from bookshift import touches
from bookshift.cli.options import JsonOption, RequestOption, ScenarioOption, WorkspaceOption, opened
from bookshift.cli.output import Output
from bookshift.reports import table
from bookshift.text import count, hours, money
from bookshift_model.ax import words
from bookshift_model.explain.words import count as numbered

commands = typer.Typer()

RuleOption = Annotated[
    list[str] | None,
    typer.Option("--rule", help="Replaces all rules; repeated, in order: “arr >= 100k, strategic -> high”."),
]


@commands.command()
def ax(
    workspace: WorkspaceOption,
    rule: RuleOption = None,
    otherwise: Annotated[
        str | None, typer.Option("--otherwise", metavar="LEVEL", help="Touch level where no rule fits.")
    ] = None,
    stated_first: Annotated[
        bool | None,
        typer.Option("--stated-first/--rules-first", help="What goes first: levels in the file, or rules."),
    ] = None,
    scenario: ScenarioOption = None,
    request_id: RequestOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the AX rules with the accounts and hours of each touch level, or put others in force."""
    planner = opened(workspace, scenario)
    new, label = planner.state.policy, []
    if rule is not None:
        made = [touches.rule(one) for one in rule]
        new = touches.with_rules(new, made)
        label.append(numbered(len(made), "rule"))
    if otherwise is not None:
        new = touches.with_otherwise(new, touches.level(otherwise))
        label.append(f"{otherwise.casefold()} where no rule fits")
    if stated_first is not None:
        new = touches.with_stated_first(new, stated_first=stated_first)
        label.append(f"stated touch levels go {'before' if stated_first else 'after'} the rules")
    if label:
        planner.set_policy(new, f"AX: {', '.join(label)}", request=request_id)
    known, found = planner.state.policy.formulas.ax, touches.figures(planner.portfolio, planner.state.policy)
    record = {
        "stated_first": known.stated_first,
        "stated": found.stated,
        "rules": [
            {"rule": words(one), "accounts": number}
            for one, number in zip(known.rules, found.decides, strict=False)
        ],
        "otherwise": {"touch": known.otherwise, "accounts": found.decides[-1]},
        "levels": {
            one.level: {"accounts": one.accounts, "hours": one.hours, "arr": one.arr} for one in found.levels
        },
    }
    order = "goes first" if known.stated_first else "counts where no rule fits"
    rows = [("", f"stated in the file ({order})", count(found.stated))]
    rows += [
        (str(at), words(one), count(number))
        for at, (one, number) in enumerate(zip(known.rules, found.decides, strict=False), 1)
    ]
    rows.append(("", f"no rule fits -> {known.otherwise}", count(found.decides[-1])))
    levels = [(one.level, count(one.accounts), hours(one.hours), money(one.arr)) for one in found.levels]
    text = f"{table(('', 'rule', 'accounts'), rows)}\n\n"
    text += table(("touch level", "accounts", "hours a month", "ARR"), levels)
    Output(as_json=as_json).result(record, text)
