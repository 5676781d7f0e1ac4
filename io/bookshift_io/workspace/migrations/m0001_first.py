"""Schema version 1."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    """
    CREATE TABLE datasets (
        id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL UNIQUE,
        as_of TEXT NOT NULL,
        currency TEXT NOT NULL,
        accounts INTEGER NOT NULL,
        csms INTEGER NOT NULL,
        arr REAL NOT NULL,
        source TEXT NOT NULL,
        content BLOB NOT NULL,
        imported_at TEXT NOT NULL,
        imported_by TEXT NOT NULL,
        uid INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE scenarios (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
        dataset_id INTEGER NOT NULL REFERENCES datasets (id),
        parent_id INTEGER REFERENCES scenarios (id),
        status TEXT NOT NULL CHECK (status IN ('draft', 'approved', 'archived')),
        version INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        created_by TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        updated_by TEXT NOT NULL,
        policy TEXT NOT NULL,
        decisions TEXT NOT NULL,
        moves TEXT NOT NULL,
        move_count INTEGER NOT NULL,
        undo_depth INTEGER NOT NULL,
        history_from INTEGER NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX scenario_names ON scenarios (name) WHERE status <> 'archived'",
    """
    CREATE TABLE journal (
        seq INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        kind TEXT NOT NULL,
        scenario_id INTEGER REFERENCES scenarios (id),
        version INTEGER,
        author TEXT NOT NULL,
        uid INTEGER NOT NULL,
        label TEXT NOT NULL,
        refers_to INTEGER REFERENCES journal (seq),
        request_id TEXT NOT NULL UNIQUE,
        content TEXT NOT NULL,
        previous TEXT NOT NULL,
        hash TEXT NOT NULL
    )
    """,
    "CREATE INDEX journal_of_scenario ON journal (scenario_id, seq)",
    """
    CREATE TABLE approvals (
        scenario_id INTEGER PRIMARY KEY REFERENCES scenarios (id),
        version INTEGER NOT NULL,
        seq INTEGER NOT NULL REFERENCES journal (seq),
        sha256 TEXT NOT NULL,
        content BLOB NOT NULL,
        rationale TEXT NOT NULL CHECK (rationale <> ''),
        author TEXT NOT NULL,
        uid INTEGER NOT NULL,
        at TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE proposals (
        scenario_id INTEGER PRIMARY KEY REFERENCES scenarios (id),
        version INTEGER NOT NULL,
        content BLOB NOT NULL,
        author TEXT NOT NULL,
        uid INTEGER NOT NULL,
        at TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE views (
        uid INTEGER NOT NULL,
        scenario_id INTEGER NOT NULL REFERENCES scenarios (id),
        content TEXT NOT NULL,
        PRIMARY KEY (uid, scenario_id)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE last_opened (
        uid INTEGER PRIMARY KEY,
        scenario_id INTEGER NOT NULL REFERENCES scenarios (id)
    )
    """,
    """
    CREATE TABLE drafts (
        uid INTEGER NOT NULL,
        key TEXT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (uid, key)
    ) WITHOUT ROWID
    """,
    # The triggers stop mistakes, not an enemy who can write the file: for that there are the hash chain and
    # audit.heads.
    """
    CREATE TRIGGER journal_is_append_only BEFORE UPDATE ON journal
    BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER journal_keeps_its_rows BEFORE DELETE ON journal
    BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER approvals_are_final BEFORE UPDATE ON approvals
    BEGIN SELECT RAISE (ABORT, 'an approval is final'); END
    """,
    """
    CREATE TRIGGER approvals_stay BEFORE DELETE ON approvals
    BEGIN SELECT RAISE (ABORT, 'an approval is final'); END
    """,
    """
    CREATE TRIGGER datasets_are_final BEFORE UPDATE ON datasets
    BEGIN SELECT RAISE (ABORT, 'a data set is final'); END
    """,
    """
    CREATE TRIGGER only_drafts_change
    BEFORE UPDATE OF dataset_id, version, policy, decisions, moves ON scenarios
    WHEN OLD.status <> 'draft'
    BEGIN SELECT RAISE (ABORT, 'only a draft can be changed'); END
    """,
)
