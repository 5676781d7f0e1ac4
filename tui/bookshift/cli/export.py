"""The command that writes files: the plan for programs, for people, and for the CRM."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from bookshift.cli.options import JsonOption, ScenarioOption, WorkspaceOption, opened
from bookshift.cli.output import Output
from bookshift.exports import finish, prepare
from bookshift.reports import table
from bookshift_io.export.crm import CRMS, CrmOptions
from bookshift_io.export.kept import kept_options
from bookshift_io.export.manifest import Manifest
from bookshift_io.export.plan import PROFILES, ExportOptions
from bookshift_io.export.sheets import FOR_PEOPLE

commands = typer.Typer()


def _known_profiles(profiles: list[str]) -> list[str]:
    for one in profiles:
        if one not in PROFILES:
            raise typer.BadParameter(f"there is no profile {one!r}; the profiles are {', '.join(PROFILES)}")
    return profiles


def _known_separator(separator: str | None) -> str | None:
    if separator is not None and separator not in FOR_PEOPLE:
        raise typer.BadParameter(f"there is no separator {separator!r}; choose {', '.join(FOR_PEOPLE)}")
    return separator


@commands.command()
def export(
    workspace: WorkspaceOption,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the files.")] = None,
    scenario: ScenarioOption = None,
    profile: Annotated[
        list[str],
        typer.Option(
            "--profile",
            help=f"{', '.join(PROFILES)}; may be repeated.",
            callback=_known_profiles,
        ),
    ] = ["system"],  # noqa: B006 - typer copies it
    target: Annotated[
        str | None, typer.Option("--target", help="CRM: column that receives the owner, such as CSM__c.")
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", help="CRM: column that identifies the record, such as Id.")
    ] = None,
    key_from: Annotated[
        str | None,
        typer.Option("--key-from", help="Column of your accounts that holds the record's id."),
    ] = None,
    owner_from: Annotated[
        str | None,
        typer.Option("--owner-from", help="Column of your CSMs that holds what the CRM knows them by."),
    ] = None,
    separator: Annotated[
        str | None,
        typer.Option(
            "--separator",
            help="people: comma, semicolon (with decimal commas) or tab.",
            callback=_known_separator,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files of an earlier export.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write the plan, its moves, reports or CRM files, with a manifest; options are kept for next time."""
    if out is None and not dry_run:
        raise typer.BadParameter("name the folder for the files with --out, or ask for a --dry-run")
    planner = opened(workspace, scenario)
    given = {"target": target, "key": key, "key_from": key_from, "owner_from": owner_from}
    options = _options(kept_options(planner.workspace.folder), profile, given, separator)
    prepared = prepare(planner, profile, options)
    manifest = prepared.manifest
    output = Output(as_json=as_json)
    for one in manifest.warnings:
        output.note(f"! {one}")
    if out is not None and not dry_run:
        finish(planner, prepared, out, options, overwrite=overwrite)
    output.result(_record(manifest, out, written=not dry_run), _text(manifest, out, written=not dry_run))


def _options(
    kept: ExportOptions, profiles: list[str], given: dict[str, str | None], separator: str | None
) -> ExportOptions:
    """The workspace's options with those of this command; an empty text goes back to the CRM's own way."""
    changed = {name: text.strip() for name, text in given.items() if text is not None}
    crm, chosen = dict(kept.crm), [one for one in profiles if one in CRMS]
    if changed and len(chosen) != 1:
        raise typer.BadParameter(
            "--target, --key, --key-from and --owner-from speak of one CRM; "
            f"give one of the profiles {', '.join(CRMS)}"
        )
    for one in chosen if changed else ():
        crm[one] = CrmOptions(**{**asdict(crm.get(one, CrmOptions())), **changed})
    return ExportOptions(separator=separator or kept.separator, crm=crm)


def _text(manifest: Manifest, out: Path | None, *, written: bool) -> str:
    where = f"in {out}" if written else "not written (a dry run)"
    rows = [
        (one.name, one.profile, f"{one.rows:,}", f"{one.arr:,.2f}", one.sha256[:12]) for one in manifest.files
    ]
    text = f"{manifest.status}: {manifest.scenario}, version {manifest.version}, {where}\n"
    return text + table(("file", "profile", "rows", "ARR", "sha256"), rows)


def _record(manifest: Manifest, out: Path | None, *, written: bool) -> dict[str, Any]:
    return {
        "status": manifest.status,
        "scenario": manifest.scenario,
        "version": manifest.version,
        "folder": None if out is None else str(out),
        "written": written,
        "manifest": manifest.name,
        "warnings": list(manifest.warnings),
        "files": [asdict(one) for one in manifest.files],
    }
