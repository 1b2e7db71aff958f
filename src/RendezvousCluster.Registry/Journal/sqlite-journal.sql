-- The table of events in a SQLite file, column for column as the persistence plugin made it for earlier versions: each reads what the
-- other wrote.

CREATE TABLE IF NOT EXISTS journal (
    ordering        INTEGER       NOT NULL PRIMARY KEY AUTOINCREMENT,
    created         INTEGER       NOT NULL,              -- ticks of .NET: 100 ns since the year 1, UTC
    deleted         Bit           NOT NULL,
    persistence_id  NVarChar(255) NOT NULL,
    sequence_number INTEGER       NOT NULL,
    message         VarBinary     NOT NULL,
    tags            NVarChar(100),
    manifest        NVarChar(500),
    identifier      INTEGER,
    writer_uuid     NVarChar(128)
);

-- The fence: of two owners of a namespace only one can write the next event.
CREATE UNIQUE INDEX IF NOT EXISTS journal_uq ON journal (persistence_id, sequence_number);

-- For the janitor, who looks for namespaces that nobody has written to for long.
CREATE INDEX IF NOT EXISTS journal_created_idx ON journal (created);

-- The plugin's; nothing reads it, and each row would be written into it.
DROP INDEX IF EXISTS journal_sequence_number_idx;
