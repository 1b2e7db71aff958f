-- The table of snapshots in a SQLite file, column for column as the persistence plugin made it for earlier versions.

CREATE TABLE IF NOT EXISTS snapshot (
    persistence_id  NVarChar(255) NOT NULL,
    sequence_number INTEGER       NOT NULL,
    created         INTEGER       NOT NULL,
    snapshot        VarBinary,
    manifest        NVarChar(500),
    serializer_id   INTEGER,
    CONSTRAINT PK_snapshot PRIMARY KEY (persistence_id, sequence_number)
);

-- The plugin's; nothing reads them.
DROP INDEX IF EXISTS snapshot_sequence_number_idx;
DROP INDEX IF EXISTS snapshot_created_idx;
