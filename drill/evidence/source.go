package evidence

import "context"

// Source gives what is stored of runs as it is stored, without a look at what
// it means. store implements it.
type Source interface {
	// Records reads the journal of a run in order of its numbers. None is no
	// error.
	Records(ctx context.Context, run string) ([]Record, error)
	// Row reads the run's row in the list of runs; false: there is none.
	Row(ctx context.Context, run string) (Row, bool, error)
	// Sound reads the whole database, and names what is damaged in it.
	Sound(ctx context.Context) error
}

// Row is what lists show of a run, as it is stored.
type Row struct {
	ID, Workload, Mode, Started string
	Ended                       string // empty while the run is open
	Summary                     string // JSON of drill.Summary
}
