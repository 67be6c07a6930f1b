-- +goose Up
-- Runs that have not ended are looked for at every start, and are few.
CREATE INDEX runs_open ON runs (started) WHERE ended IS NULL;
PRAGMA user_version = 3;

-- +goose Down
DROP INDEX runs_open;
PRAGMA user_version = 2;
