"""Schema version 2: which data set is in force since which import, and the accounts that fell out of it."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    """
    CREATE TABLE intakes (
        id INTEGER PRIMARY KEY,
        dataset_id INTEGER NOT NULL REFERENCES datasets (id),
        previous_id INTEGER REFERENCES datasets (id),
        at TEXT NOT NULL,
        author TEXT NOT NULL,
        uid INTEGER NOT NULL
    )
    """,
    """
    INSERT INTO intakes (dataset_id, previous_id, at, author, uid)
    SELECT id, (SELECT max(older.id) FROM datasets AS older WHERE older.id < datasets.id),
           imported_at, imported_by, uid
    FROM datasets ORDER BY id
    """,
    """
    CREATE TABLE absences (
        account_id TEXT NOT NULL,
        intake_id INTEGER NOT NULL REFERENCES intakes (id),
        name TEXT NOT NULL,
        arr REAL NOT NULL,
        owner TEXT,
        last_seen TEXT NOT NULL,
        dataset_id INTEGER NOT NULL REFERENCES datasets (id),
        back_id INTEGER REFERENCES intakes (id),
        PRIMARY KEY (account_id, intake_id)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX absent_now ON absences (account_id) WHERE back_id IS NULL",
    """
    CREATE TRIGGER absences_stay BEFORE DELETE ON absences
    BEGIN SELECT RAISE (ABORT, 'an archived account stays on record'); END
    """,
)
