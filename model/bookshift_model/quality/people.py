"""Owners who are not on the roster, words that no CSM uses, accounts that are one customer or one family."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process

from bookshift_model.columns import plain
from bookshift_model.explain.words import count
from bookshift_model.quality import names
from bookshift_model.quality.called import called_nearly
from bookshift_model.quality.domains import domain
from bookshift_model.quality.group import Detail, Group
from bookshift_model.rules.groups import families

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bookshift_model.portfolio import Account, Csm
    from bookshift_model.quality.group import Ground, Severity

_ALIKE: Final[tuple[tuple[str, bool, Severity, str], ...]] = (
    ("same_name", True, "warning", "accounts with the same name"),
    ("near_name", False, "info", "accounts with nearly the same name"),
)
"""Findings of two accounts whose names are alike: id, whether they are the same, severity, title."""
_NEAR: Final = 82.0
_MOST_FAMILY: Final = 200
"""Accounts under one web domain above which it is no family but, say, a reseller's."""


def checks(ground: Ground) -> Iterator[Group]:
    """Findings about owners, words, doubles and families."""
    yield from _owners(ground)
    yield from _strange_words(ground, "industry", lambda a: a.industry, lambda c: c.industries)
    yield from _strange_words(ground, "region", lambda a: a.region, lambda c: (c.region,))
    yield from _doubles(ground)
    yield from _families(ground)


def _owners(ground: Ground) -> Iterator[Group]:
    accounts, roster = ground.accounts, ground.portfolio.csm_index
    outside = ground.where(lambda a: bool(a.owner) and a.owner not in roster)
    books = Counter(accounts[i].owner or "" for i in outside)
    several = {one: found for one in books if (found := ground.portfolio.namesakes_of(one))}
    if open_ := tuple(i for i in outside if accounts[i].owner in several):

        def which(i: int) -> Detail:
            owner = accounts[i].owner or ""
            names = " or ".join(ground.portfolio.csm_names[j] for j in several[owner])
            return Detail(owner, f"has {count(books[owner], 'account')} in this file; {names}")

        yield Group(
            "owner_unclear", "warning",
            f"several CSMs have the owner's name ({count(len(several), 'name')})", "owner",
            "They count as without owner until somebody says who is meant: nobody has their hours, and "
            "giving them away costs no move.",
            "c says which CSM it is, for the marked accounts or else for all of that name; better, have the "
            "export name owners by id or e-mail.", open_, which,
        )  # fmt: skip
    if strange := tuple(i for i in outside if accounts[i].owner not in several):
        names = [one for one in books if one not in several]
        near = called_nearly(names, ground.portfolio.csms)

        def detail(i: int) -> Detail:
            owner = accounts[i].owner or ""
            return Detail(owner, f"has {count(books[owner], 'account')} in this file", near.get(owner, ""))

        yield Group(
            "owner_unknown", "warning", f"owner not on the roster ({count(len(names), 'name')})", "owner",
            "They count as without owner: nobody has their hours, and giving them away costs no move.",
            "c says which CSM it is, if under another name; add one who is missing to the roster and import "
            "again; leave it if they have left, and a solve places the accounts.",
            strange, detail,
        )  # fmt: skip
    nobody = ground.where(lambda a: not a.owner)
    if nobody:
        yield Group(
            "owner_missing", "warning", "no owner", "owner",
            "Nobody has their hours today; handing them to somebody costs no move.",
            "c says who has them today; where nobody does, a solve places them.", nobody,
            lambda _: Detail("", "owned by nobody"),
        )  # fmt: skip


def _strange_words(
    ground: Ground, field: str, ask: Callable[[Account], str], offer: Callable[[Csm], tuple[str, ...]]
) -> Iterator[Group]:
    """Words of accounts that no CSM states, where some CSM states nearly the same."""
    offered = {plain(word): word for csm in ground.portfolio.csms for word in offer(csm) if word}
    strange = Counter(ask(a) for a in ground.accounts if ask(a) and plain(ask(a)) not in offered)
    near: dict[str, str] = {}
    for word in strange:
        hit = process.extractOne(plain(word), list(offered), scorer=fuzz.ratio, score_cutoff=_NEAR)
        if hit is not None:
            near[word] = offered[hit[0]]
    found = ground.where(lambda a: ask(a) in near)
    if found:
        yield Group(
            f"strange:{field}", "warning", f"{field} written as no CSM writes it", field,
            f"No CSM counts as fitting the {field} of these accounts.",
            "Take what is proposed, or write it alike in both files.", found,
            lambda i: Detail(ask(ground.accounts[i]), "no CSM states it", near[ask(ground.accounts[i])]),
        )  # fmt: skip


def _doubles(ground: Ground) -> Iterator[Group]:
    accounts = ground.accounts
    pairs = names.pairs(accounts)
    for id_, same, severity, title in _ALIKE:
        found: dict[int, list[int]] = defaultdict(list)
        for one in pairs:
            if one.same is same:
                found[one.a].append(one.b)
                found[one.b].append(one.a)
        if found:

            def detail(i: int, found: dict[int, list[int]] = found) -> Detail:
                other = accounts[found[i][0]]
                more = f" and {len(found[i]) - 1} more" if len(found[i]) > 1 else ""
                whose = "the same owner" if other.owner == accounts[i].owner else "another owner"
                return Detail(accounts[i].name, f"reads like {other.name} ({other.id}, {whose}){more}")

            yield Group(
                id_, severity, title, "",
                "Each counts for itself: its hours, its ARR and its renewal perhaps twice.",
                "Merge doubles in the CRM; keep parts of one customer together with o; accept the others.",
                tuple(sorted(found)), detail,
            )  # fmt: skip


def _families(ground: Ground) -> Iterator[Group]:
    accounts = ground.accounts
    known = list(families(accounts))
    split = {
        i: owners
        for members in known
        if (owners := len({accounts[k].owner for k in members})) > 1
        for i in members
    }
    if split:
        number = sum(members[0] in split for members in known)
        yield Group(
            "family_split", "info",
            f"family has several owners ({count(number, 'family', 'families')})", "parent",
            "Nothing keeps a family together unless the policy or a decision says so.",
            "Turn on the rule “Account families together” in the policy, or keep them together with o.",
            tuple(sorted(split)),
            lambda i: Detail(accounts[i].parent or "head of a family", f"the family has {split[i]} owners"),
        )  # fmt: skip
    yield from _domains(ground, {i: at for at, members in enumerate(known) for i in members})


def _domains(ground: Ground, family: Mapping[int, int]) -> Iterator[Group]:
    """Accounts under one web domain that the data does not call one family."""
    accounts = ground.accounts
    domains: dict[str, list[int]] = defaultdict(list)
    for i, one in enumerate(accounts):
        if own := domain(one):
            domains[own].append(i)
    loose: dict[int, tuple[str, str]] = {}
    for text, sharing in domains.items():
        if 1 < len(sharing) <= _MOST_FAMILY and len({family.get(i, -1 - i) for i in sharing}) > 1:
            stated = [accounts[i].parent for i in sharing if accounts[i].parent]
            head = Counter(stated).most_common(1)[0][0] if stated else accounts[sharing[0]].id
            loose |= {
                i: (text, head)
                for i in sharing
                if plain(accounts[i].parent) != plain(head) and accounts[i].id != head
            }
    if loose:
        yield Group(
            "family_domain", "info", "one web domain, but not one family", "parent",
            "They are planned as strangers.",
            "Take the proposed parent where they belong together; accept it where they do not.",
            tuple(sorted(loose)), lambda i: Detail(accounts[i].parent, f"shares {loose[i][0]}", loose[i][1]),
        )  # fmt: skip
