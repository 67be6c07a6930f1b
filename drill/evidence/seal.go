package evidence

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// SealName is a run's seal, in the run's directory.
const SealName = "evidence.dsse.json"

// EnvelopeSuffix names the envelope beside a report.
const EnvelopeSuffix = ".dsse.json"

// Sealer signs what runs leave behind.
type Sealer struct {
	Source  Source
	RunsDir string // holds a directory for each run
	KeyDir  string // holds the local key, which is made at its first use
	Version string // of lifeboat
	Now     func() time.Time
}

// Seal signs the journal and the outputs of a run that has ended, and keeps
// the envelope in the run's directory. A seal that is there stays; one that is
// of something else is an error.
func (s *Sealer) Seal(ctx context.Context, run string) error {
	path := filepath.Join(s.RunsDir, run, SealName)
	c, b := readJournal(ctx, s.Source, run)
	if b != nil {
		return b
	}
	if !c.state.Ended() {
		return fmt.Errorf("run %s has not ended", run)
	}
	k, err := LocalKey(s.KeyDir)
	if err != nil {
		return fmt.Errorf("the key to sign with: %w", err)
	}
	switch data, err := os.ReadFile(path); {
	case err == nil:
		return sameSeal(c, data, k.Public())
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	row, b := readRow(ctx, s.Source, run)
	if b != nil {
		return b
	}
	data, err := seal(k, statement(c, row.Summary, s.Version, s.Now()))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return WriteFile(path, data, 0o600)
}

// sameSeal proves that a seal is of this journal. It is never replaced: what
// it says may be all that is left of the truth.
func sameSeal(c *chained, data []byte, k PublicKey) error {
	st, err := open(data, k)
	if err != nil {
		return &Broken{LinkSeal, "the seal of run " + c.run, err.Error(), hintKey}
	}
	if b := sealed(c, st, RunPredicate); b != nil {
		return b
	}
	return nil
}
