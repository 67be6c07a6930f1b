package drill

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/lifeboat-dr/lifeboat/drivers"
)

// slip is a scratch target that may exist, whatever became of its run. Slips
// lie in a directory of their own, so that finding them costs no walk through
// all runs.
type slip struct {
	Record   drivers.ScratchRecord `json:"record"`
	Workload string                `json:"workload"`
	Copy     string                `json:"copy,omitempty"`
	Until    time.Time             `json:"until,omitzero"` // kept on purpose
	// Workspace is the directory of the inventory that its workload is of.
	Workspace string `json:"workspace,omitempty"`
}

func (e *Engine) slips() string { return filepath.Join(filepath.Dir(e.RunsDir), "scratch") }

func (e *Engine) slipFile(id string) string {
	return filepath.Join(e.slips(), filepath.Base(id)+".json")
}

// note keeps the slips in step with events: before they are journaled where a
// target is to be made or is gone, after that where one is kept.
func (e *Engine) note(s *State, b Body, journaled bool) error {
	switch b := b.(type) {
	case ScratchPlanned:
		if !journaled {
			return e.putSlip(slip{Record: b.Record, Workload: s.Info.Workload, Workspace: s.Info.Dir, Copy: s.scratchCopy()})
		}
	case TaskEnded:
		if t := s.Task(b.Task); !journaled && t != nil && t.Task.Kind == TaskDestroy && b.Result.OK {
			_ = os.Remove(e.slipFile(t.Task.Scratch.ID)) // the sweep finds nothing to remove
		}
	case RunEnded:
		if !journaled {
			e.tidySlips(s)
		}
	case ScratchKept:
		for i := range s.Scratch {
			if rec := s.Scratch[i].Record; journaled && rec.ID == b.ID && !b.Until.IsZero() {
				return e.putSlip(slip{Record: rec, Workload: s.Info.Workload, Workspace: s.Info.Dir, Copy: s.scratchCopy(), Until: b.Until})
			}
		}
	}
	return nil
}

// tidySlips removes slips of a run that its journal does not know: of targets
// that were never made, since their process was killed between the two.
func (e *Engine) tidySlips(s *State) {
	files, _ := filepath.Glob(filepath.Join(e.slips(), "*.json")) // a constant pattern
	for _, f := range files {
		sl, err := readSlip(f)
		known := slices.ContainsFunc(s.Scratch, func(sc Scratch) bool { return sc.Record.ID == sl.Record.ID })
		if err == nil && sl.Record.Run == s.Info.ID && !known {
			_ = os.Remove(f) // the sweep looks there too
		}
	}
}

func readSlip(file string) (slip, error) {
	var sl slip
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, &sl)
	}
	if err != nil {
		return sl, fmt.Errorf("%s: %w", file, err)
	}
	return sl, nil
}

// unnote takes back the slips of events that were not journaled: nothing was
// made.
func (e *Engine) unnote(bodies []Body) {
	for _, b := range bodies {
		if p, ok := b.(ScratchPlanned); ok {
			_ = os.Remove(e.slipFile(p.Record.ID)) // the sweep takes it for one that was left, and looks
		}
	}
}

func (e *Engine) putSlip(sl slip) error {
	data, err := json.Marshal(sl)
	if err == nil {
		err = os.MkdirAll(e.slips(), 0o700)
	}
	if err == nil {
		err = WriteFile(e.slipFile(sl.Record.ID), data)
	}
	if err != nil {
		return fmt.Errorf("the scratch target can't be recorded: %w", err)
	}
	return nil
}
