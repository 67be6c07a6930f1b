-- +goose Up
CREATE TABLE events (
    id   INTEGER PRIMARY KEY,
    run  TEXT    NOT NULL,
    seq  INTEGER NOT NULL CHECK (seq > 0), -- 1, 2, 3 … without gaps
    at   TEXT    NOT NULL,                 -- UTC, nine decimals: sorts as it reads
    type TEXT    NOT NULL,
    body TEXT    NOT NULL,                 -- JSON
    UNIQUE (run, seq)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'a journal is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER events_hold BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'a journal is append-only');
END;
-- +goose StatementEnd

-- What lists need of a run. It can be made again from the events.
CREATE TABLE runs (
    n        INTEGER PRIMARY KEY, -- order of arrival: decides between equal times
    id       TEXT NOT NULL UNIQUE,
    workload TEXT NOT NULL,
    mode     TEXT NOT NULL,
    started  TEXT NOT NULL,
    ended    TEXT,                -- NULL while it is open
    summary  TEXT NOT NULL        -- JSON of drill.Summary
) STRICT;

CREATE INDEX runs_by_start ON runs (started);
CREATE INDEX runs_by_workload ON runs (workload, started);

-- In the same transaction as the tables, so that the number is never ahead of
-- them or behind. Each migration sets its own.
PRAGMA user_version = 1;

-- +goose Down
DROP TABLE runs;
DROP TABLE events;
PRAGMA user_version = 0;
