-- The tables of the registry on MySQL and MariaDB. An operator who gives the server's user no right to create tables runs this file first.

CREATE TABLE IF NOT EXISTS journal (
    ordering        bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
    created         bigint NOT NULL,                    -- ticks of .NET: 100 ns since the year 1, UTC
    deleted         boolean NOT NULL,
    persistence_id  varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sequence_number bigint NOT NULL,
    message         longblob NOT NULL,
    tags            varchar(100),
    manifest        varchar(500),
    identifier      int,
    writer_uuid     varchar(128),
    -- The fence: of two owners of a namespace only one can write the next event.
    UNIQUE KEY journal_uq (persistence_id, sequence_number),
    -- For the janitor, who looks for namespaces that nobody has written to for long.
    KEY journal_created_idx (created)
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS snapshot (
    persistence_id  varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sequence_number bigint NOT NULL,
    created         bigint NOT NULL,
    snapshot        longblob NOT NULL,
    manifest        varchar(500),
    serializer_id   int,
    PRIMARY KEY (persistence_id, sequence_number)
) ENGINE = InnoDB;

-- Who this store is: nodes that do not see the same row must not be in one cluster.
CREATE TABLE IF NOT EXISTS registry_store (
    id varchar(36) NOT NULL PRIMARY KEY
) ENGINE = InnoDB;

INSERT INTO registry_store (id) SELECT uuid() FROM (SELECT 1) AS one WHERE NOT EXISTS (SELECT * FROM registry_store);
