package shim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
	"github.com/lifeboat-dr/lifeboat/drivers"
	"github.com/lifeboat-dr/lifeboat/internal/proc"
)

// files are those of one task.
type files struct{ dir, task string }

func (f files) path(kind string) string { return filepath.Join(f.dir, f.task+"."+kind) }
func (f files) out() string             { return filepath.Join(f.dir, drill.OutputName(f.task)) }

// claim says which process does a task.
type claim struct {
	Process proc.ID   `json:"process"`
	At      time.Time `json:"at"`
	Void    bool      `json:"void,omitempty"` // nobody does it, and nobody will
}

// errClaimed says that somebody else has the task.
var errClaimed = errors.New("the task has been claimed already")

// claimTask makes the claim, once and for all.
func (f files) claimTask(c claim) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(f.dir, "."+f.task+".claim.*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // the claim has a name of its own
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	if err = os.Link(tmp.Name(), f.path("claim")); errors.Is(err, fs.ErrExist) {
		return errClaimed
	}
	return err
}

// claimed reads the claim; ok is false where there is none.
func (f files) claimed() (c claim, ok bool, err error) {
	data, err := os.ReadFile(f.path("claim"))
	if errors.Is(err, fs.ErrNotExist) {
		return c, false, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &c)
	}
	return c, err == nil, err
}

// result reads the end of the task; ok is false where there is none yet.
func (f files) result() (r drill.Result, ok bool, err error) {
	data, err := os.ReadFile(f.path("result"))
	if errors.Is(err, fs.ErrNotExist) {
		return r, false, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", f.path("result"), err)
	}
	return r, err == nil, err
}

// progress is what Feed tells beside the output itself.
type progress struct {
	Last     time.Time        `json:"last"`
	Lines    int64            `json:"lines"`
	Bytes    int64            `json:"bytes"`
	Progress drivers.Progress `json:"progress"`
	Command  string           `json:"command,omitempty"`
}

// putProgress replaces the progress. It need not be durable.
func (f files) putProgress(p progress) error {
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	tmp := f.path("progress.new")
	if err := os.WriteFile(tmp, data, 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, f.path("progress"))
}

// addChild keeps the session of a program that the task started.
func (f files) addChild(pid int) error {
	data, err := json.Marshal(proc.Of(pid))
	if err != nil {
		return err
	}
	file, err := os.OpenFile(f.path("children"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(append(data, '\n'))
	return errors.Join(err, file.Close())
}

func (f files) children() []proc.ID {
	data, _ := os.ReadFile(f.path("children")) // none: nothing was started
	var out []proc.ID
	for line := range strings.Lines(string(data)) {
		var id proc.ID
		if json.Unmarshal([]byte(line), &id) == nil { // the last one may be cut
			out = append(out, id)
		}
	}
	return out
}

// tidy removes what nobody needs once the end is in the journal.
func (f files) tidy() {
	for _, kind := range []string{"children", "progress"} {
		_ = os.Remove(f.path(kind)) // mostly absent
	}
}
