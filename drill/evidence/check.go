package evidence

import (
	"context"
	"path/filepath"
)

// Checker proves the evidence of runs.
type Checker struct {
	Source  Source
	RunsDir string
	// Key gives what signatures are checked with. It is asked when there is
	// one to check.
	Key func() (PublicKey, error)
}

const (
	hintUnsealed = "`lifeboat report --sign` seals it from now on. A run has no seal when it ended under a lifeboat that made none, " +
		"or one that was killed at its very end; else somebody took it away"
	hintOpen = "check it again when it has ended"
)

// Run proves all that is known of a run, or names the first link that does not
// hold.
func (c *Checker) Run(ctx context.Context, run string) Proof {
	p := newProof(run)
	return p.end(c.run(ctx, p, run, nil))
}

// run proves the links of a run. A statement that came from elsewhere, of the
// run or of a report, takes the place of a seal that is not there.
func (c *Checker) run(ctx context.Context, p *Proof, run string, given *Statement) *Broken {
	j, b := readJournal(ctx, c.Source, run)
	if b != nil {
		return b
	}
	p.holds(LinkJournal, "%s, each of them chained to the one before; head %s", counted(int(j.events), "event"), j.head)
	signed, b := c.seals(p, j, given)
	if b != nil {
		return b
	}
	if b := wholeOutputs(filepath.Join(c.RunsDir, run), j.outputs); b != nil {
		return b
	}
	p.holds(LinkOutputs, "%s, byte for byte what was printed", counted(len(j.outputs), "file"))
	row, b := readRow(ctx, c.Source, run)
	if b == nil {
		b = wholeRow(j, row, signed)
	}
	if b != nil {
		return b
	}
	p.holds(LinkSummary, "the list of runs shows what the events say")
	if err := c.Source.Sound(ctx); err != nil {
		return &Broken{LinkDatabase, "the database", err.Error(), hintDatabase}
	}
	p.holds(LinkDatabase, "SQLite finds no damage in it")
	switch {
	case signed != "":
		return nil
	case !j.state.Ended():
		return &Broken{LinkSeal, "run " + run, "it has not ended, so it is not sealed: an event lost off its end could not be seen", hintOpen}
	}
	return &Broken{LinkSeal, "run " + run, unsealed, hintUnsealed}
}

// seals compares the journal with what was signed of it, and gives the digest
// of the summary that was signed: empty when nothing was.
func (c *Checker) seals(p *Proof, j *chained, given *Statement) (summary string, b *Broken) {
	if given != nil {
		if b := sealed(j, *given, given.PredicateType); b != nil {
			return "", b
		}
		summary = given.Predicate.SummarySHA256
	}
	st, b := readSeal(c.RunsDir, j.run, c.Key)
	if b != nil || st == nil {
		return summary, b
	}
	if b := sealed(j, *st, RunPredicate); b != nil {
		return "", b
	}
	after := st.Predicate.Signed.Sub(j.state.Closed)
	p.holds(LinkSeal, "signed %s, %s after the run ended", st.Predicate.Signed.Format("2006-01-02 15:04:05 UTC"), roughly(after))
	return st.Predicate.SummarySHA256, nil
}
