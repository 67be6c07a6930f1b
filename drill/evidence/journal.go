package evidence

import (
	"context"
	"fmt"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// chained is a journal whose chain holds.
type chained struct {
	run    string
	head   string // hash of the last event
	events int64
	state  drill.State
	// outputs are the files that tasks left, in the order of the journal.
	outputs []output
}

// output is what the journal says of a task's output.
type output struct {
	file, sha256 string
	bytes        int64
	event        string // that says so
}

// readJournal reads a run's journal and proves its chain, then folds it.
func readJournal(ctx context.Context, src Source, run string) (*chained, *Broken) {
	records, err := src.Records(ctx, run)
	if err != nil {
		return nil, damaged(ctx, src, err)
	}
	if len(records) == 0 {
		return nil, &Broken{LinkJournal, "run " + word(run), "its journal holds no event", hintJournal}
	}
	if b := unbroken(run, records); b != nil {
		return nil, b
	}
	c := &chained{run: run, head: records[len(records)-1].Hash, events: int64(len(records))}
	events := make([]drill.Event, len(records))
	for i, r := range records {
		if events[i], err = decode(r); err != nil {
			return nil, &Broken{LinkJournal, place(r), "it can't be read: " + err.Error(), hintJournal}
		}
		if e, ok := events[i].Body.(drill.TaskEnded); ok && e.Result.Output != "" {
			c.outputs = append(c.outputs, output{e.Result.Output, e.Result.SHA256, e.Result.Bytes, place(r)})
		}
	}
	if c.state, err = fold(events); err != nil {
		return nil, &Broken{LinkJournal, "run " + word(run), "its events make no run: " + err.Error(), hintJournal}
	}
	return c, nil
}

// unbroken proves the chain over the stored texts.
func unbroken(run string, records []Record) *Broken {
	prev := Start(run)
	for i, r := range records {
		want := int64(i) + 1
		switch {
		case r.Seq > want:
			return &Broken{LinkJournal, fmt.Sprintf("event %d", want), fmt.Sprintf("it is missing: %s follows %d", place(r), want-1), hintJournal}
		case r.Seq < want:
			return &Broken{LinkJournal, place(r), fmt.Sprintf("it is there twice, or out of order: %d was expected", want), hintJournal}
		case Link(prev, r) != r.Hash:
			return &Broken{LinkJournal, place(r), "its text does not match its hash", hintJournal}
		}
		if _, err := time.Parse(TimeFormat, r.At); err != nil {
			return &Broken{LinkJournal, place(r), "its time is none", hintJournal}
		}
		prev = r.Hash
	}
	return nil
}

// place names an event.
func place(r Record) string { return fmt.Sprintf("event %d (%s, %s)", r.Seq, word(r.Type), word(r.At)) }

func decode(r Record) (drill.Event, error) {
	e := drill.Event{Run: r.Run, Seq: r.Seq}
	var err error
	if e.At, err = time.Parse(TimeFormat, r.At); err != nil {
		return e, err
	}
	e.Body, err = drill.DecodeBody(r.Type, []byte(r.Body))
	return e, err
}

// fold makes the state of a journal that somebody may have written by hand: a
// step or a task that is not there must not end the program.
func fold(events []drill.Event) (s drill.State, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("they contradict each other (%v)", r)
		}
	}()
	return drill.Fold(events)
}

// damaged tells an error of reading by what SQLite itself finds wrong.
func damaged(ctx context.Context, src Source, err error) *Broken {
	if worse := src.Sound(ctx); worse != nil {
		return &Broken{LinkDatabase, "the database", fmt.Sprintf("%v (%v)", worse, err), hintDatabase}
	}
	return &Broken{LinkJournal, "the journal", err.Error(), hintJournal}
}
